"""Orders as staff see and move them."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry

from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.orders import models, queries, services
from commerce.orders.errors import OrderNotFound
from commerce.payments.models import PaymentOperation
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.fields import carried, query
from schema.ids import id_of
from schema.money import minor_units
from schema.orders.connections import NEWEST_FIRST
from schema.orders.enums import OrderStatus
from schema.orders.errors import OrderError, OrderErrorCode
from schema.orders.lines import Fulfillment
from schema.orders.storefront import here
from schema.orders.types import Order
from schema.pagination import CountableConnection, Page, page_of
from schema.scalars import PositiveDecimal

_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


@query(Permission.MANAGE_ORDERS, returns=CountableConnection[Order])
def orders(
    info: Info,
    status: list[OrderStatus] | None = None,
    channel: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """Orders of the channels that the caller works in, newest first."""
    rows = queries.orders_for_staff(info.context.actor)
    if status is not None:
        rows = rows.filter(status__in=[member.value for member in status])
    if channel is not None:
        rows = rows.filter(channel=named_channel(info.context, channel))
    page = page_of(rows, NEWEST_FIRST, first=first, after=after, last=last, before=before)
    for edge in page.edges:
        here(info, edge.node)
    return page


@query(Permission.MANAGE_ORDERS, returns=Order | None)
def order(info: Info, id: strawberry.ID | None = None, number: str | None = None) -> models.Order | None:
    """An order by id or number; null for a missing one and for one of a channel that is not the caller's."""
    rows = queries.orders_for_staff(info.context.actor)
    if id is not None:
        found = rows.filter(id=id_of("Order", id)).first()
    else:
        found = rows.filter(number=int(number)).first() if number and _NUMBER.fullmatch(number) else None
    return here(info, found) if found is not None else None


@strawberry.type(description="The answer to a change of an order.")
class OrderPayload:
    """What all of them have."""

    order: Any = carried(Order | None, "The order as it is now.")
    errors: list[OrderError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


@strawberry.type(description="The answer to orderFulfill.")
class OrderFulfill(OrderPayload):
    """With the parcel."""

    fulfillment: Any = carried(Fulfillment | None, "The parcel.")


@strawberry.type(description="The answer to orderCancel.")
class OrderCancel(OrderPayload):
    """See OrderPayload."""


@strawberry.type(description="The answer to orderTaxExemptionManage.")
class OrderTaxExemptionManage(OrderPayload):
    """See OrderPayload."""


@strawberry.type(description="The answer to orderCapture.")
class OrderCapture(OrderPayload):
    """See OrderPayload."""


@strawberry.type(description="The answer to orderRefund.")
class OrderRefund(OrderPayload):
    """See OrderPayload."""


def _seen(info: Info, key: UUID) -> models.Order:
    found = queries.orders_for_staff(info.context.actor).filter(id=key).first()
    if found is None:
        raise OrderNotFound("There is no such order.", path=("id",))
    return here(info, found)


def _named(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """The order that a refused mutation was about, as far as the caller may see it."""
    return {"order": _seen(info, id_of("Order", arguments["id"]))}


def _fulfilled(info: Info, parcel: models.Fulfillment) -> OrderFulfill:
    return OrderFulfill(order=_seen(info, parcel.order_id), fulfillment=parcel)


def _cancelled(info: Info, cancelled: models.Order) -> OrderCancel:
    return OrderCancel(order=_seen(info, cancelled.id))


def _taxed(info: Info, changed: models.Order) -> OrderTaxExemptionManage:
    return OrderTaxExemptionManage(order=_seen(info, changed.id))


def _capturing(info: Info, operation: PaymentOperation) -> OrderCapture:
    key = operation.attempt.order_id
    return OrderCapture(order=_seen(info, key) if key else None)


def _refunding(info: Info, operation: PaymentOperation) -> OrderRefund:
    key = operation.attempt.order_id
    return OrderRefund(order=_seen(info, key) if key else None)


_managed = partial(mutation, Permission.MANAGE_ORDERS, error=OrderError, codes=OrderErrorCode, current=_named)
_paid = partial(mutation, Permission.MANAGE_PAYMENTS, error=OrderError, codes=OrderErrorCode, current=_named)


@strawberry.input(description="So many units of an order line.")
class OrderFulfillLineInput:
    """One entry of `lines`."""

    order_line_id: strawberry.ID = strawberry.field(description="The line.")
    quantity: int = strawberry.field(description="How many units.")


@_managed(payload=_fulfilled)
def order_fulfill(
    info: Info, id: strawberry.ID, lines: list[OrderFulfillLineInput] | None = None, tracking_number: str = ""
) -> models.Fulfillment:
    """Send units of order lines in a parcel; without `lines`, all that is still to be sent."""
    return services.fulfil_order(
        order_id=id_of("Order", id),
        lines=_units(lines) if lines is not None else None,
        tracking_number=tracking_number,
        actor=info.context.actor,
    )


def _units(lines: list[OrderFulfillLineInput]) -> dict[UUID, int]:
    """Units by order line. InvalidInput for a line that is named twice, for one of the two would be lost."""
    wanted: dict[UUID, int] = {}
    for place, line in enumerate(lines):
        path = ("lines", str(place), "order_line_id")
        key = id_of("OrderLine", line.order_line_id, path=path)
        if key in wanted:
            raise InvalidInput("This line is named twice.", path=path)
        wanted[key] = line.quantity
    return wanted


@_managed(payload=_cancelled)
def order_cancel(info: Info, id: strawberry.ID) -> models.Order:
    """Cancel an order of which nothing was sent: its goods are free again and its money is given back."""
    return services.cancel_order(order_id=id_of("Order", id), actor=info.context.actor)


@_managed(payload=_taxed)
def order_tax_exemption_manage(
    info: Info, id: strawberry.ID, tax_exemption: bool, reason: str | None = None
) -> models.Order:
    """Take the tax off an order of which nothing is paid, or put it on by the rates of today; net prices stay.

    `reason` is told on the order. Needs MANAGE_TAXES as well. Refused with INVALID_STATUS once something is paid.
    """
    return services.set_order_tax_exemption(
        order_id=id_of("Order", id), is_exempt=tax_exemption, reason=reason or "", actor=info.context.actor
    )


@_paid(payload=_capturing)
def order_capture(info: Info, id: strawberry.ID, amount: PositiveDecimal | None = None) -> PaymentOperation:
    """Take what is left to pay as far as it is authorized, or `amount`.

    It is queued; the order shows it when the gateway has done it.
    """
    key = id_of("Order", id)
    return services.capture_order(order_id=key, amount=_minor(info, key, amount), actor=info.context.actor)


@_paid(payload=_refunding)
def order_refund(info: Info, id: strawberry.ID, amount: PositiveDecimal | None = None) -> PaymentOperation:
    """Give back what is charged, or `amount` of it. It is queued; the order shows it when the gateway has done it."""
    key = id_of("Order", id)
    return services.refund_order(order_id=key, amount=_minor(info, key, amount), actor=info.context.actor)


def _minor(info: Info, key: UUID, amount: PositiveDecimal | None) -> int | None:
    if amount is None:
        return None
    return minor_units(amount, _seen(info, key).currency, path=("amount",))
