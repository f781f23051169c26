"""Reading orders, already narrowed to what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.orders.access import may_see, must_mask
from commerce.orders.models import Fulfillment, FulfillmentLine, Order, OrderDiscount, OrderLine


def find_order(order_id: UUID, *, access_token: str | None = None, actor: Actor) -> Order | None:
    """The order with its channel, or None for a missing one and for another's alike.

    `is_masked` is set on a guest's order whose buyer this reader may not know (see commerce.orders.masking).
    """
    order = Order.objects.select_related("channel").filter(id=order_id).first()
    if order is None or not may_see(order, actor):
        return None
    mask(order, access_token=access_token, actor=actor)
    return order


def mask(order: Order, *, access_token: str | None, actor: Actor) -> None:
    """Set `is_masked` for this reader."""
    order.is_masked = must_mask(order, actor, access_token, timezone.now())


def orders_of_customer(actor: Actor) -> QuerySet[Order]:
    """The orders of the customer who asks; nobody's for everybody else."""
    if actor.user_id is None:
        return Order.objects.none()
    return Order.objects.filter(user_id=actor.user_id).select_related("channel")


def orders_for_staff(actor: Actor) -> QuerySet[Order]:
    """All orders of the channels in which the actor may manage orders."""
    orders = Order.objects.select_related("channel")
    channels = actor.channels_with(Permission.MANAGE_ORDERS)
    return orders if channels is None else orders.filter(channel_id__in=channels)


def lines_of_orders(orders: Sequence[Order]) -> dict[UUID, list[OrderLine]]:
    """The lines of each order by its id, in the order of the cart; `line.order` is the given object."""
    known = {order.id: order for order in orders}
    found: dict[UUID, list[OrderLine]] = {order_id: [] for order_id in known}
    for line in OrderLine.objects.filter(order_id__in=known):
        line.order = known[line.order_id]
        found[line.order_id].append(line)
    return found


def discounts_of_orders(orders: Sequence[Order]) -> dict[UUID, list[OrderDiscount]]:
    """What was taken off each order by its id, in the order in which it was; `discount.order` is the given object."""
    known = {order.id: order for order in orders}
    found: dict[UUID, list[OrderDiscount]] = {order_id: [] for order_id in known}
    for discount in OrderDiscount.objects.filter(order_id__in=known):
        discount.order = known[discount.order_id]
        found[discount.order_id].append(discount)
    return found


def fulfillments_of_orders(order_ids: Collection[UUID]) -> dict[UUID, list[Fulfillment]]:
    """The parcels of each order by its id, oldest first."""
    found: dict[UUID, list[Fulfillment]] = {order_id: [] for order_id in order_ids}
    for parcel in Fulfillment.objects.filter(order_id__in=found).order_by("created_at", "id"):
        found[parcel.order_id].append(parcel)
    return found


def lines_of_fulfillments(fulfillment_ids: Collection[UUID]) -> dict[UUID, list[FulfillmentLine]]:
    """What is in each parcel by its id, with `order_line` and its order loaded."""
    found: dict[UUID, list[FulfillmentLine]] = {parcel_id: [] for parcel_id in fulfillment_ids}
    lines = FulfillmentLine.objects.filter(fulfillment_id__in=found).select_related("order_line__order")
    for line in lines.order_by("order_line__sort_order", "id"):
        found[line.fulfillment_id].append(line)
    return found
