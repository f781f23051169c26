"""What others do in place of a rule of ours: it takes the rule away in `test_holes`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from commerce.accounts.models import Address
from commerce.checkout.access import find_checkout
from commerce.checkout.access import lock_paid_for as lock_paid_for_in_earnest
from commerce.checkout.editing import CartEdit
from commerce.checkout.inputs import NewAddress
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout
from commerce.checkout.paid import PaidCart
from commerce.core.actor import Actor
from commerce.core.money import Money
from commerce.inventory.models import Reservation, Stock
from commerce.payments.models import PaymentAttempt, PaymentEvent


def consumed_once_already(real: Callable[..., Any], ids: Any, *rest: Any) -> Any:
    """The bug of others: the ids are a generator, and counting them has used it up."""
    waiting = iter(list(ids))
    for _ in waiting:
        pass
    return {key: [] for key in ids} | real(waiting, *rest)


def one_row_for_the_same_address(real: Callable[..., Any], edit: CartEdit, kind: str, given: NewAddress) -> None:
    """The saving of others: whoever lives at the same place shares a row."""
    if getattr(edit.checkout, f"{kind}_address_id") is not None:
        return real(edit, kind, given)
    data = given.data
    known = Address.objects.filter(street_address_1=data.street_address_1, user=None).last()
    row = known or Address.objects.create(street_address_1=data.street_address_1, country=data.country)
    edit.set(**{f"{kind}_address": row})
    edit.known.lies_at(row)
    return None


def without_lock(_real: Callable[..., Any], checkout_id: UUID, *, actor: Actor) -> Checkout:
    """Read, not locked."""
    return find_checkout(checkout_id, actor=actor)


def of_a_payment_without_lock(_real: Callable[..., Any], attempt_id: UUID) -> Checkout | None:
    """The cart of a payment, read, not locked."""
    paid = PaymentAttempt.objects.filter(id=attempt_id).values("checkout_id")
    return Checkout.objects.select_related("channel").filter(id__in=paid).first()


def paid_cart_without_lock(_real: Callable[..., Any], attempt_id: UUID, *, is_placed: bool) -> PaidCart:
    """The payment and its cart, read, not locked."""
    attempt = PaymentAttempt.objects.get(id=attempt_id)
    cart = Checkout.objects.select_related("channel").filter(id=attempt.checkout_id).first()
    lines = list(PaymentEvent.objects.filter(attempt_id=attempt_id))
    return PaidCart(attempt, cart, lines, {}, list(Reservation.objects.filter(checkout_id=attempt.checkout_id)), None)


def without_its_payment(real: Callable[..., Any], checkout_id: UUID, **how: Any) -> tuple[Checkout, Known]:
    """The cart, opened, but nobody looks whether it is being paid for."""
    checkout, known = real(checkout_id, **how)
    known.live = None
    return checkout, known


def payment_without_lock(_real: Callable[..., Any], attempt_id: UUID) -> PaymentAttempt:
    """Read, not locked."""
    return PaymentAttempt.objects.get(id=attempt_id)


def claimed_one_after_the_other(_real: Callable[..., Any], attempt_id: UUID, _actor: Actor) -> Checkout | None:
    """The locked cart: one of them goes on with the payment, whoever else notes what becomes of it."""
    return lock_paid_for_in_earnest(attempt_id)


def whatever_its_state(real: Callable[..., Any], attempt: PaymentAttempt) -> Any:
    """Everybody who confirms calls the gateway."""
    attempt.state = "action_required"
    return real(attempt)


def in_the_order_of_the_cart(real: Callable[..., Any], deltas: dict[UUID, int]) -> Any:
    """The locking of others: line by line."""
    for stock_id in deltas:
        Stock.objects.select_for_update(no_key=True).get(id=stock_id)
        time.sleep(0.02)
    return real(deltas)


def rounded_down(real: Callable[..., Any], *, amount: Money, **given: Any) -> Any:
    """The loss of others: the last digit of an amount."""
    return real(amount=Money(amount.amount // 10 * 10, amount.currency), **given)
