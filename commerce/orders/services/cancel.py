"""Cancelling an order."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from commerce.core.actor import Actor
from commerce.events.emit import emit
from commerce.giftcards.bought import locked_bought_cards, switch_off
from commerce.giftcards.holds import give_back_to_cards
from commerce.inventory.services import release_allocations
from commerce.orders.errors import OrderCannotMove
from commerce.orders.events import OrderCancelled
from commerce.orders.lifecycle import cancel
from commerce.orders.models import Fulfillment, Order
from commerce.orders.services.locks import lock_order, lock_payments, save_next_version
from commerce.payments.services import abandon
from commerce.promotions.redemptions import release_redemptions_of_order
from commerce.promotions.taking import give_promotions_back


def cancel_order(*, order_id: UUID, actor: Actor) -> Order:
    """Cancel an order of which nothing was sent: its goods and codes are free again, gift cards get back at once what
    they have paid, other money is queued to be given back. Gift cards that were bought with it are switched off.

    Raises OrderNotFound, OrderCannotMove (also if such a card was used, or pays for a cart just now) or
    PermissionDenied.
    """
    with transaction.atomic():
        payments = lock_payments(order_id)
        order = lock_order(order_id, actor=actor)
        cancel(order, has_sent_goods=_has_sent_goods(order))
        _take_cards_back(order)
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


def _has_sent_goods(order: Order) -> bool:
    return order.lines.filter(quantity_fulfilled__gt=0, is_gift_card=False).exists()


def _take_cards_back(order: Order) -> None:
    """Nobody has what was not used of a gift card; what was used cannot be taken back."""
    cards = locked_bought_cards(order.id)
    if any(card.balance < card.initial_amount for card in cards):
        raise OrderCannotMove("A gift card that was bought with this order has been used.", path=("id",))
    switch_off([card for card in cards if card.is_active])
    if cards:
        Fulfillment.objects.filter(order=order).update(status=Fulfillment.Status.CANCELED, updated_at=Now())
