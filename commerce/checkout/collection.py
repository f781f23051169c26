"""Warehouses where a cart can be fetched."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from commerce.checkout.models import Checkout
from commerce.checkout.priced import Quote
from commerce.checkout.stock import obtainable
from commerce.inventory.models import Reservation, Stock, Warehouse


def collecting(channel_id: UUID) -> QuerySet[Warehouse]:
    """The warehouses of a channel where shoppers can fetch goods."""
    return Warehouse.objects.filter(is_active=True, channel_links__channel=channel_id).exclude(
        click_and_collect=Warehouse.ClickAndCollect.DISABLED
    )


def collection_points(checkout: Checkout, quoted: Quote) -> list[Warehouse]:
    """Where all of this cart can be fetched, by the channel's priority: all of it lies there, or is brought there."""
    points = list(collecting(checkout.channel_id).order_by("channel_links__priority", "name", "id"))
    if not points:
        return []
    wanted: dict[UUID, int] = defaultdict(int)
    for line in quoted.lines:
        if line.variant.is_shipping_required:
            wanted[line.variant.id] += line.quantity
    everywhere = obtainable([(checkout, None, list(wanted))])[checkout.id]
    can_be_had = all(
        left is None or left >= units
        for units, left in ((units, everywhere.left(variant, wanted)) for variant, units in wanted.items())
    )
    if not can_be_had:
        return []
    parts: dict[UUID, int] = defaultdict(int)
    for variant, units in wanted.items():
        for part in everywhere.parts[variant]:
            if not part.endless:
                parts[UUID(part.part_id)] += units * part.per_unit
    local = [point.id for point in points if point.click_and_collect == Warehouse.ClickAndCollect.LOCAL]
    lying = _lying(checkout, local, list(parts)) if local else {}
    return [
        point
        for point in points
        if point.id not in local or all(lying.get((point.id, part), 0) >= units for part, units in parts.items())
    ]


def _lying(checkout: Checkout, warehouse_ids: list[UUID], variant_ids: list[UUID]) -> dict[tuple[UUID, UUID], int]:
    """How many units are free, or set aside for this very cart, by (warehouse, variant)."""
    found: dict[tuple[UUID, UUID], int] = defaultdict(int)
    stocks = Stock.objects.filter(warehouse__in=warehouse_ids, variant__in=variant_ids, channel=None)
    free = stocks.values("warehouse_id", "variant_id").annotate(units=Sum(Greatest(F("on_hand") - F("reserved"), 0)))
    for row in free.order_by():
        found[row["warehouse_id"], row["variant_id"]] += row["units"]
    held = Reservation.objects.filter(Q(stock__in=stocks), checkout_id=checkout.id)
    for warehouse, variant, units in held.values_list("stock__warehouse_id", "stock__variant_id", "quantity"):
        found[warehouse, variant] += units
    return found
