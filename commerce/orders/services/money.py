"""Taking the money that was set aside for an order, and giving some back."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.giftcards.bought import switch_off_bought_cards
from commerce.orders.errors import NothingToCapture
from commerce.orders.models import Order
from commerce.orders.services.locks import lock_order, lock_payments
from commerce.payments.models import PaymentOperation
from commerce.payments.queries import capturable, refundable
from commerce.payments.services import capture_payment, refund_payment


def capture_order(*, order_id: UUID, amount: int | None = None, actor: Actor) -> PaymentOperation:
    """Queue the capture of `amount` minor units, or of all that is left to pay, as far as it is authorized.

    The order shows it when it is done.

    Raises OrderNotFound, NothingToCapture, AmountTooLarge, or PermissionDenied without MANAGE_PAYMENTS there.
    """
    with transaction.atomic():
        left = {payment.id: capturable(payment) for payment in lock_payments(order_id)}
        order = lock_order(order_id, actor=actor)
        actor.require(Permission.MANAGE_PAYMENTS, order.channel_id)
        if order.status == Order.Status.CANCELED:
            left = {}
        payment_id, available = _fullest(left)
        return capture_payment(attempt_id=payment_id, amount=_due(order, available) if amount is None else amount)


def refund_order(*, order_id: UUID, amount: int | None = None, actor: Actor) -> PaymentOperation:
    """Queue a refund of `amount` minor units, or of all that is charged. The order shows it when it is done.

    Raises OrderNotFound, NothingToCapture, AmountTooLarge, or PermissionDenied without MANAGE_PAYMENTS there.
    When nothing is left to refund, gift cards that were bought with it are switched off before the money goes back.
    Two refunds at once never exceed the charge: what is queued counts, and the payment's row is locked.
    """
    with transaction.atomic():
        left = {payment.id: refundable(payment) for payment in lock_payments(order_id)}
        order = lock_order(order_id, actor=actor)
        actor.require(Permission.MANAGE_PAYMENTS, order.channel_id)
        payment_id, available = _fullest(left)
        refund = refund_payment(attempt_id=payment_id, amount=available if amount is None else amount)
        if refund.amount >= sum(left.values()) and not order.kept_of_cards:
            switch_off_bought_cards(order.id)
        return refund


def _due(order: Order, available: int) -> int:
    """Of what is authorized, only as much as the order still costs: its taxes may have been taken off since."""
    due = min(available, order.total_gross - order.kept_of_cards - order.charged_amount)
    if due <= 0:
        raise NothingToCapture("All of this order is paid.", path=("amount",), available=0)
    return due


def _fullest(left: dict[UUID, int]) -> tuple[UUID, int]:
    payment_id = max(left, key=lambda key: left[key], default=None)
    if payment_id is None or left[payment_id] <= 0:
        raise NothingToCapture("No payment of this order has anything left.", path=("amount",), available=0)
    return payment_id, left[payment_id]
