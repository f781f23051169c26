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


class AvailableRow(NamedTuple):
    """What can be bought of a variant: any number if it is `endless`."""

    variant_id: str
    endless: bool
    free: int


_AVAILABLE: Final = Statement(
    "available_quantities_of_variants",
    AvailableRow,
    """
SELECT variant.id::text,
       NOT variant.track_inventory OR coalesce(bool_or(stock.oversellable), false),
       coalesce(sum(greatest(0, stock.on_hand - stock.reserved)), 0)
  FROM catalog_productvariant AS variant
  LEFT JOIN (
        inventory_stock AS stock
          JOIN inventory_warehouse AS warehouse
            ON warehouse.id = stock.warehouse_id AND warehouse.is_active
           AND ($3::text IS NULL OR warehouse.countries = '{}' OR warehouse.countries @> ARRAY[$3::varchar])
          JOIN inventory_warehousechannel AS link ON link.warehouse_id = warehouse.id AND link.channel_id = $2
       ) ON stock.variant_id = variant.id
 WHERE variant.id = ANY($1)
 GROUP BY variant.id
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
    stock at all. One statement, however many variants.
    """
    asked = list(dict.fromkeys(variant_ids))
    rows = _AVAILABLE.all(uuid_array(asked), str(channel.id), country)
    found = {row.variant_id: None if row.endless else row.free for row in rows}
    return {variant_id: found.get(str(variant_id), 0) for variant_id in asked}
