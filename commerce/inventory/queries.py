"""How much can be bought."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet

from commerce.channels.models import Channel
from commerce.core.statements import Statement, uuid_array
from commerce.inventory.models import Stock

K = TypeVar("K", UUID, str)


class PartRow(NamedTuple):
    """What there is of a part of a variant, which is its own only part unless it is a bundle.

    `per_unit` of the part are in one unit of the variant. Any number can be had if it is `endless`. Of a bundle with a
    part that is not shown in the channel, there is none.
    """

    variant_id: str
    part_id: str
    per_unit: int
    is_shown: bool
    endless: bool
    free: int


_AVAILABLE: Final = Statement(
    "available_quantities_of_variants",
    PartRow,
    """
SELECT variant.id::text, part.id::text, coalesce(component.quantity, 1),
       component.id IS NULL OR catalog_shows_variant(part.id, $2),
       NOT variant.track_inventory OR NOT part.track_inventory OR coalesce(bool_or(stock.oversellable), false),
       coalesce(sum(greatest(0, stock.on_hand - stock.reserved)), 0)
  FROM catalog_productvariant AS variant
  LEFT JOIN catalog_bundlecomponent AS component ON component.bundle_id = variant.id
  JOIN catalog_productvariant AS part ON part.id = coalesce(component.component_id, variant.id)
  LEFT JOIN (
        inventory_stock AS stock
          JOIN inventory_warehouse AS warehouse
            ON warehouse.id = stock.warehouse_id AND warehouse.is_active
           AND ($3::text IS NULL OR warehouse.countries = '{}' OR warehouse.countries @> ARRAY[$3::varchar])
          JOIN inventory_warehousechannel AS link ON link.warehouse_id = warehouse.id AND link.channel_id = $2
       ) ON stock.variant_id = part.id
 WHERE variant.id = ANY($1)
 GROUP BY variant.id, component.id, part.id
""",
    "uuid[]",
    "uuid",
    "text",
)


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


def available_quantity(variant_ids: Iterable[K], channel: Channel, country: str | None = None) -> dict[K, int | None]:
    """How many units of each variant can be bought in `channel` (and sent to `country`) now.

    None is "any number": the variant is not tracked, or may be sold beyond what is on hand. 0 also for what has no
    stock at all. Of a bundle there are as many as its scarcest part makes, and none if a part is hidden in the channel.
    One statement, however many variants.
    """
    found = available_parts(variant_ids, channel, country)
    return {variant_id: _of_parts(parts) for variant_id, parts in found.items()}


def available_parts(variant_ids: Iterable[K], channel: Channel, country: str | None = None) -> dict[K, list[PartRow]]:
    """What there is of the parts of each variant; without any for a variant that does not exist. One statement."""
    asked = list(dict.fromkeys(variant_ids))
    found: dict[str, list[PartRow]] = {}
    for row in _AVAILABLE.all(uuid_array(asked), str(channel.id), country):
        found.setdefault(row.variant_id, []).append(row)
    return {variant_id: found.get(str(variant_id), []) for variant_id in asked}


def _of_parts(parts: Collection[PartRow]) -> int | None:
    if not parts or not all(part.is_shown for part in parts):
        return 0
    return min((part.free // part.per_unit for part in parts if not part.endless), default=None)
