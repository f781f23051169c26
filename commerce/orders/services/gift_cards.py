"""Gift cards among the goods of an order: when it is paid each unit becomes a card, and its line counts as sent.

Not before it is paid for completely, and in the transaction in which that happens: nobody can have a card and not have
paid, nor the other way round. The table allows one card for each unit of a line, however often somebody tries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM
from commerce.giftcards.bought import PaidLine, PaidOrder, issue_bought_cards
from commerce.inventory.errors import NothingToSend
from commerce.orders.models import Order, OrderLine
from commerce.orders.services.fulfil import left_to_send, send

_CAN_BE_SENT = (Order.Status.UNFULFILLED, Order.Status.PARTIALLY_FULFILLED)


def issue_gift_cards(order: Order, channel: Channel, lines: Sequence[OrderLine]) -> None:
    """Issue the cards of an order that has been paid, and whose row is locked or new; nothing for a cancelled one."""
    bought = [line for line in lines if line.is_gift_card]
    if not bought or not order.is_paid or order.status == Order.Status.CANCELED:
        return
    issue_bought_cards(
        PaidOrder(
            id=order.id,
            number=str(order.number),
            channel=channel,
            currency=order.currency,
            email=order.email,
            language_code=order.language_code,
            gift_message=order.gift_message,
        ),
        [PaidLine(line.id, line.quantity, line.total_gross, line.product_name, line.sku) for line in bought],
    )


def send_gift_cards(order: Order, lines: Mapping[UUID, OrderLine]) -> None:
    """Count the lines of cards that were issued as sent. Last in the transaction, as all that moves stock.

    `lines` are all of the order by id. A line whose stock the merchant counts and does not have yet stays: staff send
    it when there is some.
    """
    if not order.is_paid or order.status not in _CAN_BE_SENT:
        return
    left = left_to_send(lines)
    wanted = {line_id: units for line_id, units in left.items() if lines[line_id].is_gift_card}
    if not wanted:
        return
    try:
        with transaction.atomic():
            send(order, lines, wanted, actor=SYSTEM)
    except NothingToSend:
        order.refresh_from_db()
