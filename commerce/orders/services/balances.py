"""Bringing the money of an order up to date with its payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.core.actor import SYSTEM
from commerce.core.statements import Statement, uuid_array
from commerce.events.emit import emit
from commerce.events.models import Event
from commerce.giftcards.bought import switch_off_bought_cards
from commerce.orders.events import OrderPaid
from commerce.orders.services.gift_cards import issue_gift_cards, send_gift_cards
from commerce.orders.services.locks import lock_order, lock_payments, save_next_version
from commerce.payments.states import AttemptState

# Nearly every payment moves in the transaction that places its order, which has its amounts by then.
_BEHIND: Final[Statement[tuple[UUID]]] = Statement(
    "orders_behind_their_payments",
    tuple,
    f"""
SELECT its_order.id
  FROM orders_order AS its_order
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(authorized_amount) FILTER (WHERE state <> '{AttemptState.VOIDED}'), 0),
               coalesce(sum(charged_amount), 0), coalesce(sum(refunded_amount), 0)
          FROM payments_paymentattempt AS attempt
         WHERE attempt.order_id = its_order.id
       ) AS paid(authorized, charged, refunded)
 WHERE its_order.id = ANY(ARRAY(SELECT order_id FROM payments_paymentattempt WHERE id = ANY($1)))
   AND (its_order.authorized_amount, its_order.charged_amount, its_order.refunded_amount)
       IS DISTINCT FROM (paid.authorized, paid.charged, paid.refunded)
 ORDER BY its_order.id
""",  # noqa: S608 - a constant
    "uuid[]",
)


def follow_payments(events: Sequence[Event]) -> None:
    """Reaction to `payment.moved`: the orders that the payments belong to, as far as there are any yet, follow them.

    One statement finds those that do not have the amounts already. Whatever moves after it has an event of its own.
    """
    for (order_id,) in _BEHIND.all(uuid_array({event.aggregate_id for event in events})):
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
