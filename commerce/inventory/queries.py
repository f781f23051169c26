"""How much can be bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Aggregate, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from commerce.channels.models import Channel
from commerce.core.statements import Statement, uuid_array
from commerce.inventory.models import Stock, Warehouse
from commerce.inventory.picking import Shelf
from commerce.inventory.provider import Place
from commerce.inventory.strategies import in_order

K = TypeVar("K", UUID, str)
H = TypeVar("H", bound=Hashable)


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


# What there is of the parts of variants, as PartRow, for whoever fills in which ones, in which channel, sent where and
# taken from where (an expression that is NULL: from and to anywhere).
PARTS: Final = """
SELECT variant.id::text AS variant_id, coalesce(component.component_id, variant.id)::text AS part_id,
       coalesce(component.quantity, 1) AS per_unit,
       component.id IS NULL OR catalog_shows_variant(component.component_id, {channel}) AS is_shown,
       NOT variant.track_inventory
           OR coalesce((SELECT NOT part.track_inventory FROM catalog_productvariant AS part
                         WHERE part.id = component.component_id), false)
           OR held.endless AS endless,
       held.free
  FROM catalog_productvariant AS variant
  LEFT JOIN LATERAL (
        SELECT one.id, one.component_id, one.quantity
          FROM catalog_bundlecomponent AS one
         WHERE one.bundle_id = variant.id
        OFFSET 0
       ) AS component ON true
 CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(stock.oversellable), false),
               coalesce(sum(greatest(0, stock.on_hand + stock.backorder_limit - stock.reserved)), 0)
          FROM inventory_stock AS stock
         WHERE stock.variant_id = coalesce(component.component_id, variant.id)
           AND stock.warehouse_id = ANY(ARRAY(
                 SELECT warehouse.id
                   FROM inventory_warehouse AS warehouse
                   JOIN inventory_warehousechannel AS link
                     ON link.warehouse_id = warehouse.id AND link.channel_id = {channel}
                  WHERE warehouse.is_active
                    AND ({country}::text IS NULL OR warehouse.countries = '{{}}'
                         OR warehouse.countries @> ARRAY[{country}::varchar])
               ))
           AND (stock.channel_id IS NULL
                OR (stock.channel_id = {channel} AND stock.preorder_until > statement_timestamp()))
           AND ({warehouse}::uuid IS NULL OR (stock.warehouse_id = {warehouse}::uuid AND stock.channel_id IS NULL))
       ) AS held(endless, free)
 WHERE variant.id = {variants}
"""

AVAILABLE: Final = Statement(
    "available_quantities_of_variants",
    PartRow,
    PARTS.format(variants="ANY($1)", channel="$2", country="$3", warehouse="NULL"),
    "uuid[]",
    "uuid",
    "text",
)


# The first column says which of the asked it is.
_AVAILABLE_IN_PLACES: Final[Statement[tuple[Any, ...]]] = Statement(
    "available_quantities_in_places",
    tuple,
    """
SELECT asked.number, one.*
  FROM unnest($1, $2, $3) WITH ORDINALITY AS asked(variant_id, channel_id, country, number)
 CROSS JOIN LATERAL ({parts}) AS one
""".format(
        parts=PARTS.format(
            variants="asked.variant_id", channel="asked.channel_id", country="asked.country", warehouse="NULL"
        )
    ),
    "uuid[]",
    "uuid[]",
    "text[]",
)


class PreorderRow(NamedTuple):
    """A variant that a channel sells ahead until `end_text`, `left` units more; None is any number."""

    number: int
    end_text: str
    left: int | None

    @property
    def end_date(self) -> datetime:
        """When it ends."""
        return datetime.fromisoformat(self.end_text)


_PREORDERS: Final = Statement(
    "preorders_of_variants",
    PreorderRow,
    """
SELECT asked.number, stock.preorder_until::text,
       CASE WHEN NOT stock.oversellable THEN greatest(0, stock.backorder_limit - stock.reserved) END
  FROM unnest($1, $2) WITH ORDINALITY AS asked(variant_id, channel_id, number)
  JOIN inventory_stock AS stock ON stock.variant_id = asked.variant_id AND stock.channel_id = asked.channel_id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = stock.warehouse_id AND warehouse.is_active
 WHERE stock.preorder_until > statement_timestamp()
   AND EXISTS (
        SELECT FROM inventory_warehousechannel AS link
         WHERE link.warehouse_id = stock.warehouse_id AND link.channel_id = stock.channel_id
       )
""",
    "uuid[]",
    "uuid[]",
)


def preorders_of_variants(asked: Iterable[tuple[UUID, K]]) -> dict[tuple[UUID, K], PreorderRow]:
    """The preorders that channels take now, by the channel's id and the variant's.

    One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _PREORDERS.all(uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys))
    return {keys[row.number - 1]: row for row in rows}


def whole_stocks() -> QuerySet[Stock]:
    """The stocks as merchants see them, one for each variant and warehouse, with the sums over all of its shards.

    Each has `total_on_hand`, `total_reserved`, `total_backorder_limit`, `total_overdrawn` and `shards`, how many rows
    the buyers of its variant are divided among.
    """
    of_the_same = Stock.objects.filter(
        variant=OuterRef("variant"), warehouse=OuterRef("warehouse"), channel__isnull=True
    )
    rows = of_the_same.order_by().values("variant")

    def total(of: Aggregate) -> Subquery:
        return Subquery(rows.annotate(total=of).values("total"), output_field=IntegerField())

    return Stock.objects.filter(shard=0).annotate(
        total_on_hand=total(Sum("on_hand")),
        total_reserved=total(Sum("reserved")),
        total_backorder_limit=total(Sum("backorder_limit")),
        total_overdrawn=total(Sum("overdrawn")),
        shards=total(Count("id", filter=Q(is_closed=False))),
    )


def units_on_hand(product_ids: Collection[UUID], warehouses: Collection[Warehouse]) -> Iterator[tuple[UUID, UUID, int]]:
    """(warehouse, variant, units) of every stock of the variants of these products in these warehouses."""
    rows = Stock.objects.filter(variant__product__in=product_ids, warehouse__in=warehouses, channel__isnull=True)
    return rows.order_by().values_list("warehouse_id", "variant_id").annotate(units=Sum("on_hand")).iterator()


class SellableRow(NamedTuple):
    """A row of stock that a channel sells from: `free` units, or any number if it is `endless`."""

    id: UUID
    variant_id: UUID
    warehouse_id: UUID
    free: int
    endless: bool
    is_preorder: bool
    opened_at: datetime
    country: str
    priority: int
    shard: int


SELLABLE: Final = Statement(
    "stocks_that_channel_sells_from",
    SellableRow,
    """
SELECT stock.id, stock.variant_id, stock.warehouse_id, stock.on_hand + stock.backorder_limit - stock.reserved,
       stock.oversellable, stock.channel_id IS NOT NULL, warehouse.created_at, warehouse.country, link.priority,
       stock.shard
  FROM inventory_stock AS stock
  JOIN inventory_warehouse AS warehouse ON warehouse.id = stock.warehouse_id AND warehouse.is_active
  JOIN inventory_warehousechannel AS link ON link.warehouse_id = warehouse.id AND link.channel_id = $2
 WHERE stock.variant_id = ANY($1)
   AND (stock.channel_id IS NULL OR (stock.channel_id = $2 AND stock.preorder_until > statement_timestamp()))
   AND ($3::text IS NULL OR warehouse.countries = '{}' OR warehouse.countries @> ARRAY[$3::varchar])
   AND ($4::uuid IS NULL OR (stock.warehouse_id = $4 AND stock.channel_id IS NULL))
""",
    "uuid[]",
    "uuid",
    "text",
    "uuid",
)


def sellable_shelves(
    rows: Iterable[SellableRow],
    wanted: Mapping[UUID, int],
    channel: Channel,
    country: str | None,
    *,
    own: Mapping[UUID, int],
    seed: int,
) -> dict[UUID, list[Shelf]]:
    """Where `channel` takes so many units of each variant from (to `country`), in the order of its strategy.

    `rows` are those of SELLABLE, `own` units of them that are free because they are the buyer's own already. Of the
    shards of a stock each buyer (`seed`) begins with another one, if it has enough; preorders come last.
    """
    places: defaultdict[UUID, dict[UUID, Place]] = defaultdict(dict)
    shelves: defaultdict[tuple[UUID, UUID], list[Shelf]] = defaultdict(list)
    preorders: defaultdict[UUID, list[Shelf]] = defaultdict(list)
    for row in sorted(rows, key=attrgetter("shard", "id")):
        free = row.free + own.get(row.id, 0)
        shelf = Shelf(row.id, free, row.endless)
        if row.is_preorder:
            preorders[row.variant_id].append(shelf)
            continue
        key = (row.variant_id, row.warehouse_id)
        shelves[key].append(shelf)
        before = places[row.variant_id].get(row.warehouse_id)
        places[row.variant_id][row.warehouse_id] = Place(
            warehouse_id=row.warehouse_id,
            opened_at=row.opened_at,
            country=row.country,
            priority=row.priority,
            free=max(0, free) + (before.free if before else 0),
            endless=row.endless,
        )
    found: dict[UUID, list[Shelf]] = {}
    for variant_id, units in wanted.items():
        ordered = in_order(channel.allocation_strategy, list(places[variant_id].values()), units, country)
        found[variant_id] = [
            shelf for place in ordered for shelf in _beginning_at(shelves[variant_id, place.warehouse_id], seed, units)
        ] + preorders[variant_id]
    return found


def _beginning_at(shelves: Sequence[Shelf], seed: int, units: int) -> Sequence[Shelf]:
    """The shards of a stock, one after the other from another one for each seed, those with enough before the rest."""
    if len(shelves) == 1:
        return shelves
    start = seed % len(shelves)
    return sorted([*shelves[start:], *shelves[:start]], key=lambda shelf: shelf.free < units)


def available_quantity(variant_ids: Iterable[K], channel: Channel, country: str | None = None) -> dict[K, int | None]:
    """How many units of each variant can be bought in `channel` (and sent to `country`) now.

    None is "any number": the variant is not tracked, or may be sold beyond what is on hand. 0 also for what has no
    stock at all. Of a bundle there are as many as its scarcest part makes, and none if a part is hidden in the channel.
    One statement, however many variants.
    """
    return quantities_of(available_parts(variant_ids, channel, country))


def available_in_places(asked: Iterable[tuple[UUID, str, K]]) -> dict[tuple[UUID, str, K], int | None]:
    """`available_quantity` by the channel's id, the country and the variant's id, in one statement for all places."""
    keys = list(dict.fromkeys(asked))
    places = {(channel_id, country) for channel_id, country, _ in keys}
    found: dict[tuple[UUID, str, K], list[PartRow]] = {key: [] for key in keys}
    if len(places) == 1:  # as nearly always: warehouses are looked for once, not for each variant
        ((channel_id, country),) = places
        rows = AVAILABLE.all(uuid_array(key for _, _, key in keys), str(channel_id), country)
        parts = parts_in(rows, [key for _, _, key in keys])
        found = {key: parts[key[2]] for key in keys}
    elif keys:
        for number, *columns in _AVAILABLE_IN_PLACES.all(
            uuid_array(key for _, _, key in keys),
            uuid_array(channel_id for channel_id, _, _ in keys),
            [country for _, country, _ in keys],
        ):
            found[keys[number - 1]].append(PartRow(*columns))
    return quantities_of(found)


def quantities_of(found: Mapping[H, Sequence[PartRow]]) -> dict[H, int | None]:
    """How many units the parts of each variant make; None is any number."""
    return {variant_id: _of_parts(parts) for variant_id, parts in found.items()}


def available_parts(variant_ids: Iterable[K], channel: Channel, country: str | None = None) -> dict[K, list[PartRow]]:
    """What there is of the parts of each variant; without any for a variant that does not exist. One statement."""
    asked = list(dict.fromkeys(variant_ids))
    return parts_in(AVAILABLE.all(uuid_array(asked), str(channel.id), country), asked)


def parts_in(rows: Iterable[PartRow], asked: Iterable[K]) -> dict[K, list[PartRow]]:
    """The parts of each variant, from the rows of AVAILABLE."""
    found: dict[str, list[PartRow]] = {}
    for row in rows:
        found.setdefault(row.variant_id, []).append(row)
    return {variant_id: found.get(str(variant_id), []) for variant_id in asked}


def _of_parts(parts: Sequence[PartRow]) -> int | None:
    if len(parts) == 1:  # as nearly all have
        only = parts[0]
        return 0 if not only.is_shown else None if only.endless else only.free // only.per_unit
    if not parts or not all(part.is_shown for part in parts):
        return 0
    return min((part.free // part.per_unit for part in parts if not part.endless), default=None)
