"""Cancelling an order."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.core.actor import Actor
from commerce.events.emit import emit
from commerce.giftcards.holds import give_back_to_cards
from commerce.inventory.services import release_allocations
from commerce.orders.events import OrderCancelled
from commerce.orders.lifecycle import move
from commerce.orders.models import Order
from commerce.orders.services.locks import lock_order, lock_payments, save_next_version
from commerce.payments.services import abandon
from commerce.promotions.redemptions import release_redemptions_of_order
from commerce.promotions.taking import give_promotions_back


def cancel_order(*, order_id: UUID, actor: Actor) -> Order:
    """Cancel an order of which nothing was sent: its goods and codes are free again, gift cards get back at once what
    they have paid, other money is queued to be given back.

    Raises OrderNotFound, OrderCannotMove or PermissionDenied.
    """
    with transaction.atomic():
        payments = lock_payments(order_id)
        order = lock_order(order_id, actor=actor)
        move(order, Order.Status.CANCELED)
        order.gift_card_refunded_amount += give_back_to_cards(order.id)
        save_next_version(order)
        for payment in payments:
            abandon(payment)
        emit(
            OrderCancelled(order.id, str(order.number)),
            aggregate=("order", order.id),
            sequence=order.version,
            channel=order.channel.slug,
        )
        if order.checkout_id is not None:
            give_promotions_back(order.checkout_id)
        release_redemptions_of_order(order.id)
        release_allocations(order.id)
    return order
