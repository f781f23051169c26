"""Shoppers who have said everything and only have to pay, and orders that somebody has paid for."""

from __future__ import annotations

from typing import Any

from commerce.events.models import Event
from commerce.orders.services import follow_payments
from commerce.payments.services import run_due_operations
from tests.factories import make_variant
from tests.schema.doing import Shopper, customer, gid
from tests.shoppers import ready_checkout

NOBODYS = "01890000-0000-7000-8000-000000000000"
APPROVED = {"id": "dummy", "data": {"outcome": "approve"}}


def ready(price: int = 1000, quantity: int = 1, stock: int = 10, **fields: Any) -> Shopper:
    """Somebody who only has to pay `quantity` times `price`, and DELIVERY."""
    variant = make_variant(price=price, stock=stock, channel=fields.get("channel"))
    return Shopper(cart=gid("Checkout", ready_checkout(variant, quantity, **fields).id))


def card(outcome: str, **data: Any) -> dict[str, Any]:
    """The test gateway's card that ends in `outcome`, as transactionInitialize takes it."""
    return {"paymentGateway": {"id": "dummy", "data": {"outcome": outcome, **data}}}


def bought(quantity: int = 1, action: str = "CHARGE", **fields: Any) -> dict[str, Any]:
    """An order that somebody has paid for."""
    shopper = ready(quantity=quantity, **fields)
    if "user" in fields:
        shopper = Shopper(customer(fields["user"]), shopper.cart)
    shopper.do("transactionInitialize", action=action, **card("approve"))
    order: dict[str, Any] = shopper.do("checkoutComplete")["order"]
    return order


def let_money_move() -> None:
    """What the worker does: carry out what is queued, and let orders follow their payments."""
    run_due_operations()
    follow_payments(list(Event.objects.filter(type="payment.moved").order_by("sequence")))
