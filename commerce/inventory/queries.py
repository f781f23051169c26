"""How much can be bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.inventory.models import Stock


def sellable_stocks(variant_ids: Collection[UUID], channel: Channel, country: str | None = None) -> QuerySet[Stock]:
    """The stocks that `channel` sells these variants from (to `country`), in the order of its allocation strategy."""
    stocks = Stock.objects.filter(
        variant_id__in=variant_ids, warehouse__is_active=True, warehouse__channel_links__channel=channel
    )
    if country is not None:
        stocks = stocks.filter(Q(warehouse__countries=[]) | Q(warehouse__countries__contains=[country]))
    if channel.allocation_strategy == Channel.AllocationStrategy.HIGHEST_STOCK:
        return stocks.order_by((F("on_hand") - F("reserved")).desc(), "id")
    return stocks.order_by("warehouse__channel_links__priority", "id")


def available_quantity(
    variant_ids: Iterable[UUID], channel: Channel, country: str | None = None
) -> dict[UUID, int | None]:
    """How many units of each variant can be bought in `channel` (and sent to `country`) now.

    None is "any number": the variant is not tracked, or may be sold beyond what is on hand. 0 also for what has no
    stock at all. Two statements, however many variants.
    """
    asked = list(dict.fromkeys(variant_ids))
    untracked = set(ProductVariant.objects.filter(id__in=asked, track_inventory=False).values_list("id", flat=True))
    free: defaultdict[UUID, int] = defaultdict(int)
    endless = set(untracked)
    rows = sellable_stocks(asked, channel, country).values_list("variant_id", "on_hand", "reserved", "oversellable")
    for variant_id, on_hand, reserved, oversellable in rows:
        free[variant_id] += max(0, on_hand - reserved)
        if oversellable:
            endless.add(variant_id)
    return {variant_id: None if variant_id in endless else free[variant_id] for variant_id in asked}
