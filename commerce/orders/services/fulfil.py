"""Sending goods of an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.text import require_text
from commerce.events.emit import emit
from commerce.inventory.services import fulfil_allocations
from commerce.orders.errors import NotThatMany
from commerce.orders.events import OrderFulfilled, SentLine
from commerce.orders.lifecycle import move
from commerce.orders.models import Fulfillment, FulfillmentLine, Order, OrderLine
from commerce.orders.services.locks import lock_order, save_next_version

_LONGEST_TRACKING_NUMBER: Final = 255


def fulfil_order(
    *, order_id: UUID, lines: Mapping[UUID, int] | None = None, tracking_number: str = "", actor: Actor
) -> Fulfillment:
    """Send units of order lines (id -> units), or all that is still to be sent, in one parcel.

    Gift cards wait until the order is paid. Raises OrderNotFound, OrderCannotMove, NotThatMany (path ("lines", index,
    "quantity")), NothingToSend if the goods were sold before they came in, InvalidInput for an empty parcel, or
    PermissionDenied.
    """
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        known = {line.id: line for line in order.lines.all()}
        left = {
            line_id: units
            for line_id, units in left_to_send(known).items()
            if order.is_paid or not known[line_id].is_gift_card
        }
        wanted = lines if lines is not None else left
        _check(known, wanted, left)
        require_text(tracking_number, _LONGEST_TRACKING_NUMBER, path=("tracking_number",))
        return send(order, known, wanted, tracking_number=tracking_number, actor=actor)


def send(
    order: Order,
    known: Mapping[UUID, OrderLine],
    wanted: Mapping[UUID, int],
    *,
    tracking_number: str = "",
    actor: Actor,
) -> Fulfillment:
    """Send `wanted` (id -> units, no more than are left) of a locked order; `known` are all of its lines by id.

    Call it last in a transaction. Raises OrderCannotMove or NothingToSend.
    """
    left = left_to_send(known)
    for line_id, units in wanted.items():
        known[line_id].quantity_fulfilled += units
    complete = all(line.quantity_fulfilled == line.quantity for line in known.values())
    move(order, Order.Status.FULFILLED if complete else Order.Status.PARTIALLY_FULFILLED)
    save_next_version(order)
    OrderLine.objects.bulk_update([known[line_id] for line_id in wanted], ["quantity_fulfilled"])
    parcel = Fulfillment.objects.create(order=order, tracking_number=tracking_number)
    _tell(order, parcel, known, wanted)
    sent = fulfil_allocations(order_id=order.id, lines=wanted, left=left, actor=actor)
    FulfillmentLine.objects.bulk_create(
        FulfillmentLine(
            fulfillment=parcel,
            order_line_id=units.order_line_id,
            quantity=units.quantity,
            stock_id_snapshot=units.stock_id,
        )
        for units in sent
    )
    return parcel


def left_to_send(known: Mapping[UUID, OrderLine]) -> dict[UUID, int]:
    """How many units of each line are still to be sent; lines without any are left out."""
    left = {line.id: line.quantity - line.quantity_fulfilled for line in known.values()}
    return {line_id: units for line_id, units in left.items() if units}


def _check(known: Mapping[UUID, OrderLine], wanted: Mapping[UUID, int], ready: Mapping[UUID, int]) -> None:
    if not wanted:
        raise InvalidInput("There is nothing to send.", path=("lines",))
    for index, (line_id, units) in enumerate(wanted.items()):
        line = known.get(line_id)
        if line is None:
            raise InvalidInput("This order has no such line.", path=("lines", str(index), "order_line_id"))
        left = ready.get(line_id, 0)
        if not 0 < units <= left:
            raise NotThatMany(
                f"{left} units are still to be sent.", path=("lines", str(index), "quantity"), available_quantity=left
            )


def _tell(order: Order, parcel: Fulfillment, known: Mapping[UUID, OrderLine], wanted: Mapping[UUID, int]) -> None:
    emit(
        OrderFulfilled(
            order_id=order.id,
            number=str(order.number),
            status=order.status,
            fulfillment_id=parcel.id,
            tracking_number=parcel.tracking_number,
            lines=tuple(SentLine(line_id, known[line_id].sku, units) for line_id, units in wanted.items()),
        ),
        aggregate=("order", order.id),
        sequence=order.version,
        channel=order.channel.slug,
    )
