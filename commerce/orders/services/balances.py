"""Bringing the money of an order up to date with its payments."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.core.actor import SYSTEM
from commerce.events.emit import emit
from commerce.events.models import Event
from commerce.giftcards.bought import switch_off_bought_cards
from commerce.orders.events import OrderPaid
from commerce.orders.services.gift_cards import issue_gift_cards, send_gift_cards
from commerce.orders.services.locks import lock_order, lock_payments, save_next_version
from commerce.payments.models import PaymentAttempt
from commerce.payments.states import AttemptState


def follow_payment(event: Event) -> None:
    """Reaction to `payment.moved`: the order that the payment belongs to, if there is one yet, follows it."""
    order_id = PaymentAttempt.objects.values_list("order_id", flat=True).get(id=event.aggregate_id)
    if order_id is not None:
        refresh_balances(order_id)


def refresh_balances(order_id: UUID) -> None:
    """Make the order's amounts the sums of its payments; say `order.paid` when all of it has become charged.

    Gift cards among its goods are issued with that, and switched off when all of its money has been given back.
    """
    with transaction.atomic():
        payments = lock_payments(order_id)
        order = lock_order(order_id, actor=SYSTEM)
        before = (order.authorized_amount, order.charged_amount, order.refunded_amount)
        after = (
            sum(payment.authorized_amount for payment in payments if payment.state != AttemptState.VOIDED),
            sum(payment.charged_amount for payment in payments),
            sum(payment.refunded_amount for payment in payments),
        )
        if before == after:
            return
        order.authorized_amount, order.charged_amount, order.refunded_amount = after
        save_next_version(order)
        if before[1] < order.total_gross - order.gift_card_amount <= order.charged_amount:
            paid = OrderPaid(order.id, str(order.number), order.currency, order.charged_amount, order.gift_card_amount)
            emit(paid, aggregate=("order", order.id), sequence=order.version, channel=order.channel.slug)
            lines = {line.id: line for line in order.lines.all()}
            issue_gift_cards(order, order.channel, list(lines.values()))
            send_gift_cards(order, lines)
        elif before[2] < order.refunded_amount == order.charged_amount:
            switch_off_bought_cards(order.id)
