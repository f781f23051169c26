"""Locking an order for a change: its payments first, as everywhere in the shop."""

from __future__ import annotations

from uuid import UUID

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt


def lock_payments(order_id: UUID) -> list[PaymentAttempt]:
    """The payments of an order, locked in id order. Before `lock_order`, never after it."""
    attempts = PaymentAttempt.objects.select_for_update(no_key=True).filter(order_id=order_id)
    return list(attempts.order_by("id"))


def lock_order(order_id: UUID, *, actor: Actor) -> Order:
    """The order with its channel, locked. Raises OrderNotFound, also for an order of another staff's channel."""
    orders = Order.objects.select_for_update(of=("self",), no_key=True).select_related("channel")
    order = orders.filter(id=order_id).first()
    actor.require(Permission.MANAGE_ORDERS)
    if order is None or not actor.has(Permission.MANAGE_ORDERS, order.channel_id):
        raise OrderNotFound("There is no such order.", path=("id",))
    return order


def save_next_version(order: Order) -> None:
    """Save a locked order as its next version, which is the sequence of the events of this change."""
    order.version += 1
    order.save()
