"""Lists of products with conditions: the ORM writes their statements, because any conditions may come together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, F, FilteredRelation, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast, Coalesce

from commerce.catalog.card_models import PRICE_OR_FIRST, PRICE_OR_LAST, ProductCard
from commerce.catalog.product_cursor import decode_cursor
from commerce.catalog.product_filter import Names, folded, names_in, now, search_words
from commerce.catalog.product_order import VALUE_TYPES, Matches, ParentKind, ProductOrder, ProductSort
from commerce.catalog.product_statements import CARD_NOW, Hit
from commerce.catalog.queries import listed_products, sees_unpublished
from commerce.catalog.rows import CARD_COLUMNS, NO_CARD, PRODUCT_COLUMNS
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.keyset import Slice, beyond
from commerce.core.statements import uuid_array

_PARENT: Final = "parent_row"
_HITS_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM ({rows}) AS hit(product_id, sort_key)
  JOIN catalog_product AS product ON product.id = hit.product_id {card}
 ORDER BY hit.sort_key {direction}, hit.product_id {direction}
"""
_HITS_OF_PARENTS_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, {parent}.id::text
  FROM unnest(%s::uuid[]) WITH ORDINALITY AS {parent}(id, place)
 CROSS JOIN LATERAL ({rows}) AS hit(product_id, sort_key)
  JOIN catalog_product AS product ON product.id = hit.product_id {card}
 ORDER BY {parent}.place, hit.sort_key {direction}, hit.product_id {direction}
"""
# Matches are looked at in their order, one by one, only as far as the page goes.
_RANKED_HITS_SQL: Final = """
SELECT {columns}, hit.rank, NULL
  FROM (
        SELECT matched.id, matched.rank
          FROM (
                SELECT id, rank FROM unnest(%s::uuid[], %s::int[]) AS every(id, rank)
                 {bounds} ORDER BY rank {direction}, id {direction}
               ) AS matched
         CROSS JOIN LATERAL ({rows}) AS listed
         ORDER BY matched.rank {direction}, matched.id {direction}
         LIMIT {most}
       ) AS hit
  JOIN catalog_product AS product ON product.id = hit.id {card}
 ORDER BY hit.rank {direction}, hit.id {direction}
"""
_CARD: Final = """
  JOIN catalog_productcard AS card ON card.product_id = product.id AND card.channel_id = '{channel}' AND {now}
"""
_COUNTS_SQL: Final = """
SELECT {parent}.id::text, hit.count
  FROM unnest(%s::uuid[]) AS {parent}(id)
 CROSS JOIN LATERAL (SELECT count(*) FROM ({rows}) AS matched) AS hit(count)
"""


def fetch_hits(channel: Channel | None, condition: Q, order: ProductOrder, window: Slice, actor: Actor) -> list[Hit]:
    """The rows of the page and one more if there is one, in the order in which the page is cut."""
    if order.sort is ProductSort.RANK and order.matches is not None:
        return _fetch_ranked(channel, condition, order, order.matches, window, actor)
    rows = _ordered(listed_in(channel, actor).filter(condition), channel, order, window)
    return _run(_HITS_SQL, rows, [], **_words(channel, order, window))


def _fetch_ranked(
    channel: Channel | None, condition: Q, order: ProductOrder, matches: Matches, window: Slice, actor: Actor
) -> list[Hit]:
    names = names_in(channel)
    matched = RawSQL("matched.id", [])
    one = listed_in(channel, actor).filter(condition).filter(**{names.key: matched}).values(names.key)[:1]
    forward, back = ("<", ">") if order.descending else (">", "<")
    bounds, places = [], []
    for cursor, comparison, name in ((window.after, forward, "after"), (window.before, back, "before")):
        if cursor is not None:
            bounds.append(f"(rank, id) {comparison} (%s, %s)")
            rank, product_id = decode_cursor(cursor, order.code, int, path=name)
            places += [rank, str(product_id)]
    return _run(
        _RANKED_HITS_SQL,
        one,
        [],
        [uuid_array(matches.product_ids), list(matches.ranks), *places],
        bounds=f"WHERE {' AND '.join(bounds)}" if bounds else "",
        most=str(window.size + 1),
        **_words(channel, order, window),
    )


def fetch_hits_of_parents(
    kind: ParentKind,
    parent_ids: Sequence[UUID | str],
    channel: Channel | None,
    condition: Q,
    order: ProductOrder,
    window: Slice,
    actor: Actor,
) -> list[Hit]:
    """fetch_hits for many parents at once."""
    mine = _of_parent(listed_in(channel, actor).filter(condition), channel, kind)
    rows = _ordered(mine, channel, order, window, of_collections=kind is ParentKind.COLLECTION)
    return _run(_HITS_OF_PARENTS_SQL, rows, parent_ids, **_words(channel, order, window))


def count_by_parent(
    kind: ParentKind, parent_ids: Sequence[UUID | str], channel: Channel | None, condition: Q, actor: Actor
) -> dict[str, int]:
    """How many products each parent has in all, by its id as text."""
    mine = _of_parent(listed_in(channel, actor).filter(condition), channel, kind)
    return dict(_run(_COUNTS_SQL, mine.values("id"), parent_ids))


def listed_in(channel: Channel | None, actor: Actor) -> QuerySet[Any]:
    """The cards of what the channel's lists show to the actor now; without a channel, products."""
    if channel is None:
        return listed_products(channel=None, actor=actor)
    cards = ProductCard.objects.filter(channel=channel, valid_from__lte=now(), valid_until__gt=now())
    if sees_unpublished(channel=channel, actor=actor):
        return cards
    return cards.filter(is_listed=True, published_at__lte=now())


def _of_parent(rows: QuerySet[Any], channel: Channel | None, kind: ParentKind) -> QuerySet[Any]:
    parent_id = RawSQL(f"{_PARENT}.id", [])  # noqa: S611 - a constant: the row around the lateral subquery
    names = names_in(channel)
    if kind is ParentKind.CATEGORY:
        return rows.filter(**{f"{names.categories}__contains": [parent_id]})
    return _placed(rows, names, parent_id)


def _placed(rows: QuerySet[Any], names: Names, collection_id: object) -> QuerySet[Any]:
    """Only what is in the collection, with its place there as `place`."""
    links = f"{names.product}collection_links"
    in_it = FilteredRelation(links, condition=Q(**{f"{links}__collection_id": collection_id}))
    placed: QuerySet[Any] = rows.alias(place=in_it).filter(place__id__isnull=False)
    return placed


def _ordered(
    rows: QuerySet[Any],
    channel: Channel | None,
    order: ProductOrder,
    window: Slice,
    *,
    of_collections: bool = False,
) -> QuerySet[Any]:
    names = names_in(channel)
    if order.sort is ProductSort.COLLECTION and order.collection_id is not None:
        rows = _placed(rows, names, order.collection_id)
    if order.sort is ProductSort.COLLECTION and order.collection_id is None and not of_collections:
        raise InvalidInput("The order COLLECTION needs one collection.", path=("sortBy", "field"))
    keyed = rows.annotate(sort_key=_sort_key(channel, order, names))
    direction = "-" if order.descending else ""
    keys = [f"{direction}sort_key", f"{direction}{names.key}"]
    for cursor, forward, name in ((window.after, True, "after"), (window.before, False, "before")):
        if cursor is not None:
            place = decode_cursor(cursor, order.code, VALUE_TYPES[order.sort], path=name)
            keyed = keyed.filter(beyond(keys, place, forward=forward))
    if window.backward:
        keys = [key.removeprefix("-") if order.descending else f"-{key}" for key in keys]
    cut: QuerySet[Any] = keyed.order_by(*keys).values_list(names.key, "sort_key")[: window.size + 1]
    return cut


def _sort_key(channel: Channel | None, order: ProductOrder, names: Names) -> Combinable:
    match order.sort:
        case ProductSort.NAME:
            return F("sort_name")
        case ProductSort.CREATED_AT:
            return F("created_at")
        case ProductSort.LAST_MODIFIED:
            return F("updated_at")
        case ProductSort.PRICE | ProductSort.PUBLISHED_AT if channel is None:
            raise InvalidInput(f"The order {order.sort.name} needs a channel.", path=("sortBy", "field"))
        case ProductSort.PRICE:
            # These two are the expressions of the cards' indexes.
            return PRICE_OR_FIRST if order.descending else PRICE_OR_LAST
        case ProductSort.PUBLISHED_AT:
            return F("published_at")
        case ProductSort.RANK if order.matches is not None:
            ranks = dict(zip(order.matches.product_ids, order.matches.ranks, strict=True))
            # PostgreSQL halves its way to a key of an object, where an array would be read from its beginning.
            rank = RawSQL('(%s::jsonb ->> "catalog_productcard"."product_id"::text)::bigint', [json.dumps(ranks)])
            return Coalesce(rank, Value(0), output_field=BigIntegerField())
        case ProductSort.RANK:
            words = search_words(order.search or "")
            if not words:
                raise InvalidInput("The order RANK needs a search.", path=("sortBy", "field"))
            likeness = Func(
                folded(" ".join(words)),
                F(f"{names.product}search_text"),
                function="word_similarity",
                output_field=FloatField(),
            )
            return Cast(likeness * 10_000, BigIntegerField())
        case ProductSort.COLLECTION:
            return F("place__sort_order")


def _words(channel: Channel | None, order: ProductOrder, window: Slice) -> dict[str, str]:
    return {
        "columns": ", ".join(
            (PRODUCT_COLUMNS.format("product"), NO_CARD if channel is None else CARD_COLUMNS.format("card"))
        ),
        "card": "" if channel is None else _CARD.format(now=CARD_NOW.format("card"), channel=channel.id),
        "direction": "DESC" if order.descending != window.backward else "ASC",
        "as_text": "::text" if VALUE_TYPES[order.sort] is datetime else "",
    }


def _run(
    sql: str,
    rows: QuerySet[Any, Any],
    parent_ids: Sequence[UUID | str],
    before: Sequence[Any] = (),
    **words: str,
) -> list[Hit]:
    """Run `sql` around `rows`, which names the row of its parent if there are any.

    `before` are the parameters of what stands before the rows.
    """
    try:
        inner, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    parents = [[str(parent_id) for parent_id in parent_ids]] if parent_ids else []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rows=inner, parent=_PARENT, **words), [*before, *parents, *params])
        found: list[Hit] = cursor.fetchall()
    return found
