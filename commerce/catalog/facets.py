"""What a list of products could be narrowed by, and how many products each choice would leave.

Every facet ignores the conditions of its own kind and follows all others, so that a shopper who has chosen red still
sees how many blue ones there are. One statement looks at each card once and notes which of the conditions it fails:
none, or one whose facet still counts it. Categories and collections are counted by a statement of their own when the
list is narrowed to some, because they then look at products that no other facet does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When

from commerce.catalog.described import AttributeRow, ValueRow
from commerce.catalog.facet_values import values_by_id
from commerce.catalog.product_filter import (
    ATTRIBUTE,
    AVAILABILITY,
    CATEGORY,
    COLLECTION,
    PRICE,
    Facet,
    Parts,
    all_of,
    is_available,
)
from commerce.catalog.product_order import ParentKind
from commerce.catalog.product_query import listed_in
from commerce.catalog.queries import sees_unpublished
from commerce.channels.models import Channel
from commerce.core.actor import Actor

BUCKETS: Final = 10
"""How many ranges of equal width a price histogram has at most."""

CHOICES: Final = frozenset({"dropdown", "multiselect", "swatch", "boolean", "numeric", "reference", "single_reference"})
"""The kinds of attributes that several products can have one value of."""

# `rows` are values, category_id, collections, price, whether it is available, and the conditions that it fails: a sum
# of powers of two. A row here fails one at most.
_COUNTS_SQL: Final = """
WITH card(values, category_id, collections, price, is_available, missed) AS MATERIALIZED ({rows}),
     bound AS (SELECT min(price) AS low, max(price) AS high FROM card WHERE missed IN (0, {price_bit}))
SELECT 'value', value::text, missed, count(*), NULL::bigint
  FROM (SELECT unnest(values) AS value, missed FROM card) AS had
 GROUP BY value, missed
 UNION ALL
SELECT 'category', above::text, missed, sum(inside.count)::bigint, NULL
  FROM (SELECT category_id, missed, count(*) FROM card GROUP BY category_id, missed) AS inside
  JOIN catalog_category AS category ON category.id = inside.category_id, unnest(category.ancestors) AS above
 GROUP BY above, missed
 UNION ALL
SELECT 'collection', collection::text, missed, count(*), NULL
  FROM (SELECT unnest(collections) AS collection, missed FROM card) AS placed
 GROUP BY collection, missed
 UNION ALL
SELECT 'available', is_available::text, missed, count(*), NULL FROM card GROUP BY is_available, missed
 UNION ALL
SELECT 'price', bucket::text, 0, count(*), NULL
  FROM (
        SELECT ({buckets} * (price - low)) / (high + 1 - low) AS bucket
          FROM card, bound
         WHERE missed IN (0, {price_bit}) AND price IS NOT NULL
       ) AS priced
 GROUP BY bucket
 UNION ALL
SELECT 'low', NULL, 0, 0, low FROM bound
 UNION ALL
SELECT 'high', NULL, 0, 0, high FROM bound
"""
_CATEGORIES_SQL: Final = """
SELECT above::text, sum(inside.count)::bigint
  FROM (SELECT category_id, count(*) FROM ({rows}) AS card GROUP BY category_id) AS inside
  JOIN catalog_category AS category ON category.id = inside.category_id, unnest(category.ancestors) AS above
 GROUP BY above
"""
_COLLECTIONS_SQL: Final = """
SELECT collection::text, count(*)
  FROM (SELECT unnest(collections) AS collection FROM ({rows}) AS card(collections)) AS placed
 GROUP BY collection
"""


class PriceBucket(NamedTuple):
    """How many products cost at least `low` and at most `high`, in minor units."""

    low: int
    high: int
    products: int


@dataclass(frozen=True, slots=True)
class CountedValue:
    """A value of an attribute, and how many products have it."""

    value: ValueRow
    count: int


@dataclass(frozen=True, slots=True)
class AttributeFacet:
    """An attribute with those of its values that some product has, in the order of the shop."""

    attribute: AttributeRow
    values: list[CountedValue]


@dataclass(slots=True)
class Facets:
    """What a list could be narrowed by. Counts are by id as text; `price_low` and `price_high` are minor units."""

    attributes: list[AttributeFacet] = field(default_factory=list)
    categories: Counter[str] = field(default_factory=Counter)
    """With what lies below each."""
    collections: Counter[str] = field(default_factory=Counter)
    """Published or not: the caller leaves out what nobody may see."""
    available: int = 0
    unavailable: int = 0
    price_low: int | None = None
    price_high: int | None = None
    prices: list[PriceBucket] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChannelFacets:
    """The facets of one list, and the channel whose prices and collections they are about."""

    facets: Facets
    channel: Channel


def within(kind: ParentKind, parent_id: UUID | str) -> Q:
    """A condition on ProductCard: the product lies in a category or below it, or in a collection."""
    column = "categories" if kind is ParentKind.CATEGORY else "collections"
    return Q(**{f"{column}__contains": [UUID(str(parent_id))]})


def count_facets(*, parts: Parts, within: Q, channel: Channel, actor: Actor) -> Facets:
    """The facets of the products that the channel's lists show `within` a category or collection (or anywhere, Q()).

    `parts` are the conditions of the list. Four statements at most, each of which looks at every product once.
    """
    shown = listed_in(channel, actor).filter(within)
    always = all_of([(facet, each) for facet, each in parts if facet in (None, CATEGORY, COLLECTION)])
    own: dict[Facet, Q] = {}
    for facet, condition in parts:
        if facet not in (None, CATEGORY, COLLECTION):
            own[facet] = own.get(facet, Q()) & condition
    bits = {facet: 1 << place for place, facet in enumerate(own)}
    rows = _rows(shown.filter(always), own, bits)
    facets = _read(_run(_COUNTS_SQL, rows, price_bit=bits.get(PRICE, 0), buckets=BUCKETS), bits, channel, actor)
    for facet, column, sql in (
        (CATEGORY, "category_id", _CATEGORIES_SQL),
        (COLLECTION, "collections", _COLLECTIONS_SQL),
    ):
        if any(facet == each for each, _ in parts):
            others = all_of([(each, condition) for each, condition in parts if each != facet])
            counted = Counter(dict(_run(sql, shown.filter(others).values_list(column))))
            if facet == CATEGORY:
                facets.categories = counted
            else:
                facets.collections = counted
    return facets


def _rows(cards: QuerySet[Any], own: dict[Facet, Q], bits: dict[Facet, int]) -> QuerySet[Any]:
    missed: Any = Value(0, output_field=IntegerField())
    for facet, condition in own.items():
        missed = missed + Case(When(condition, then=Value(0)), default=Value(bits[facet]), output_field=IntegerField())
    found: QuerySet[Any] = cards.annotate(
        missed=missed, available=ExpressionWrapper(is_available(), output_field=BooleanField())
    ).values_list("values", "category_id", "collections", "price_low", "available", "missed")
    return found.filter(missed__in=[0, *bits.values()]) if own else found


def _read(counted: list[tuple[Any, ...]], bits: dict[Facet, int], channel: Channel, actor: Actor) -> Facets:
    facets = Facets()
    values: dict[str, Counter[int]] = {}
    buckets: dict[int, int] = {}
    for kind, key, missed, count, amount in counted:
        match kind:
            case "value":
                values.setdefault(key, Counter())[missed] += count
            case "category" if missed == 0:
                facets.categories[key] += count
            case "collection" if missed == 0:
                facets.collections[key] += count
            case "available" if missed in (0, bits.get(AVAILABILITY)):
                if key == "true":
                    facets.available += count
                else:
                    facets.unavailable += count
            case "price":
                buckets[int(key)] = count
            case "low":
                facets.price_low = amount
            case "high":
                facets.price_high = amount
    facets.prices = _histogram(facets.price_low, facets.price_high, buckets)
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    facets.attributes = _attributes(values, bits, hidden_too=hidden_too)
    return facets


def _histogram(low: int | None, high: int | None, counted: dict[int, int]) -> list[PriceBucket]:
    """Ranges without gaps from the lowest to the highest price; an empty one in between has a count of 0."""
    if low is None or high is None:
        return []
    width = high + 1 - low
    edges = [low + -(-width * place // BUCKETS) for place in range(BUCKETS + 1)]
    return [
        PriceBucket(start, end - 1, counted.get(place, 0))
        for place, (start, end) in enumerate(pairwise(edges))
        if end > start
    ]


def _attributes(values: dict[str, Counter[int]], bits: dict[Facet, int], *, hidden_too: bool) -> list[AttributeFacet]:
    facets: dict[str, AttributeFacet] = {}
    for attribute, value in values_by_id(values):
        if not attribute.filterable or attribute.input_type not in CHOICES:
            continue
        if not (hidden_too or attribute.visible_in_storefront):
            continue
        own = bits.get(f"{ATTRIBUTE}{attribute.slug}", 0)
        missed = values[value.id]
        count = missed[0] + (missed[own] if own else 0)
        if count:
            facet = facets.setdefault(attribute.id, AttributeFacet(attribute, []))
            facet.values.append(CountedValue(value, count))
    return list(facets.values())


def _run(sql: str, rows: QuerySet[Any], **words: int) -> list[tuple[Any, ...]]:
    try:
        inner, params = rows.order_by().query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rows=inner, **words), params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def largest(counted: Counter[str], visible: Iterable[UUID | str], first: int) -> list[tuple[str, int]]:
    """The largest of the counted ids that are among `visible`; the id decides between equals."""
    known = {str(each) for each in visible}
    found = sorted((-count, key) for key, count in counted.items() if key in known)
    return [(key, -count) for count, key in found[:first]]
