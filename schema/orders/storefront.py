"""Orders as shoppers get and see them."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.checkout.complete import complete_checkout
from commerce.checkout.pay import PaymentData
from commerce.orders import models, queries
from commerce.orders.access import token_for_buyer
from schema.checkout.errors import CheckoutError, CheckoutErrorCode
from schema.checkout.payloads import checkout_key
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.errors import renamed
from schema.fields import ANYONE, carried, query
from schema.ids import id_of
from schema.orders.types import Order
from schema.payments.storefront import PaymentGatewayToInitialize
from schema.scalars import PositiveDecimal


@query(ANYONE, returns=Order | None)
def order(info: Info, id: strawberry.ID | None = None, access_token: str | None = None) -> models.Order | None:
    """An order by its id; null for a missing one and for somebody else's.

    A day after placing, a guest's order shows who bought it only with the `accessToken` from checkoutComplete.
    """
    if id is None:
        return None
    found = queries.find_order(id_of("Order", id), access_token=access_token, actor=info.context.actor)
    return here(info, found) if found is not None else None


def here(info: Info, found: models.Order) -> models.Order:
    """The order as the source of everything below it, in its own channel."""
    entered: models.Order = info.context.enter(found, found.channel)
    return entered


@strawberry.type(description="The answer to checkoutComplete.")
class CheckoutComplete:
    """The order."""

    order: Any = carried(Order | None, "The order.")
    access_token: str | None = strawberry.field(
        default=None, description="Opens the order to whoever bought it as a guest; keep it."
    )
    errors: list[CheckoutError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _completed(info: Info, placed: models.Order) -> CheckoutComplete:
    token = token_for_buyer(placed)
    queries.mask(placed, access_token=token, actor=info.context.actor)  # the id of an old cart unmasks nobody
    return CheckoutComplete(order=here(info, placed), access_token=token)


@mutation(ANYONE, error=CheckoutError, codes=CheckoutErrorCode, payload=_completed, phased=True)
def checkout_complete(
    info: Info,
    id: strawberry.ID | None = None,
    payment: PaymentGatewayToInitialize | None = None,
    expected_total: PositiveDecimal | None = None,
) -> models.Order:
    """Turn a checkout into an order. Calling it twice returns the same order.

    It must be paid for already (transactionInitialize), or `payment` pays in the same call. With `expectedTotal`, the
    gross total that the shopper was shown, nothing is charged if it costs something else by now.
    """
    data = PaymentData(payment.id, payment.values(path=("payment", "data"))) if payment is not None else None
    with renamed(gateway=("payment", "id")):
        return complete_checkout(
            checkout_id=checkout_key(id), payment=data, expected_total=expected_total, actor=info.context.actor
        )
