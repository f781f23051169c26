"""Lists of products with conditions: the ORM writes their statements, because any conditions may come together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, F, FilteredRelation, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast, Coalesce

from commerce.catalog.models import Product
from commerce.catalog.product_cursor import decode_cursor
from commerce.catalog.product_filter import folded, search_words
from commerce.catalog.product_order import VALUE_TYPES, ParentKind, ProductOrder, ProductSort
from commerce.catalog.product_statements import Hit
from commerce.catalog.queries import listed_products, published_condition, sees_unpublished
from commerce.catalog.rows import PRODUCT_COLUMNS
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.keyset import Slice, beyond


class SortKey(TypedDict):
    """What `_ordered` adds to a product: the value that it is ordered by."""

    sort_key: Any


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    SortedProduct = WithAnnotations[Product, SortKey]

_PARENT: Final = "parent_row"
_HITS_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM ({rows}) AS hit(product_id, sort_key)
  JOIN catalog_product AS product ON product.id = hit.product_id
 ORDER BY hit.sort_key {direction}, hit.product_id {direction}
"""
_HITS_OF_PARENTS_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, {parent}.id::text
  FROM unnest(%s::uuid[]) WITH ORDINALITY AS {parent}(id, place)
 CROSS JOIN LATERAL ({rows}) AS hit(product_id, sort_key)
  JOIN catalog_product AS product ON product.id = hit.product_id
 ORDER BY {parent}.place, hit.sort_key {direction}, hit.product_id {direction}
"""
_COUNTS_SQL: Final = """
SELECT {parent}.id::text, hit.count
  FROM unnest(%s::uuid[]) AS {parent}(id)
 CROSS JOIN LATERAL (SELECT count(*) FROM ({rows}) AS matched) AS hit(count)
"""


def fetch_hits(channel: Channel | None, condition: Q, order: ProductOrder, window: Slice, actor: Actor) -> list[Hit]:
    """The rows of the page and one more if there is one, in the order in which the page is cut."""
    rows = _ordered(listed_in(channel, actor).filter(condition), channel, order, window)
    return _run(_HITS_SQL, rows.values_list("id", "sort_key")[: window.size + 1], [], **_words(order, window))


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
    mine = _of_parent(listed_in(channel, actor).filter(condition), kind)
    rows = _ordered(mine, channel, order, window, of_collections=kind is ParentKind.COLLECTION)
    hits = rows.values_list("id", "sort_key")[: window.size + 1]
    return _run(_HITS_OF_PARENTS_SQL, hits, parent_ids, **_words(order, window))


def count_by_parent(
    kind: ParentKind, parent_ids: Sequence[UUID | str], channel: Channel | None, condition: Q, actor: Actor
) -> dict[str, int]:
    """How many products each parent has in all, by its id as text."""
    mine = _of_parent(listed_in(channel, actor).filter(condition), kind)
    return dict(_run(_COUNTS_SQL, mine.values("id"), parent_ids))


def listed_in(channel: Channel | None, actor: Actor) -> QuerySet[Product]:
    """Like `queries.listed_products`, but by a join that the order can use, too."""
    if channel is None:
        return listed_products(channel=None, actor=actor)
    in_channel = FilteredRelation("channel_listings", condition=Q(channel_listings__channel=channel))
    products = Product.objects.alias(listing=in_channel)
    if sees_unpublished(channel=channel, actor=actor):
        return products.filter(listing__id__isnull=False)
    return products.filter(published_condition("listing__"), listing__visible_in_listings=True)


def _of_parent(products: QuerySet[Product], kind: ParentKind) -> QuerySet[Product]:
    parent_id = RawSQL(f"{_PARENT}.id", [])  # noqa: S611 - a constant: the row around the lateral subquery
    if kind is ParentKind.CATEGORY:
        return products.filter(category__ancestors__contains=[parent_id])
    in_parent = FilteredRelation("collection_links", condition=Q(collection_links__collection_id=parent_id))
    return products.alias(place=in_parent).filter(place__id__isnull=False)


def _ordered(
    products: QuerySet[Product],
    channel: Channel | None,
    order: ProductOrder,
    window: Slice,
    *,
    of_collections: bool = False,
) -> QuerySet[SortedProduct]:
    if order.sort is ProductSort.COLLECTION and order.collection_id is not None:
        in_one = FilteredRelation("collection_links", condition=Q(collection_links__collection=order.collection_id))
        products = products.alias(place=in_one).filter(place__id__isnull=False)
    if order.sort is ProductSort.COLLECTION and order.collection_id is None and not of_collections:
        raise InvalidInput("The order COLLECTION needs one collection.", path=("sortBy", "field"))
    keyed = products.annotate(sort_key=_sort_key(channel, order))
    direction = "-" if order.descending else ""
    keys = [f"{direction}sort_key", f"{direction}id"]
    for cursor, forward, name in ((window.after, True, "after"), (window.before, False, "before")):
        if cursor is not None:
            place = decode_cursor(cursor, order.code, VALUE_TYPES[order.sort], path=name)
            keyed = keyed.filter(beyond(keys, place, forward=forward))
    if window.backward:
        keys = [key.removeprefix("-") if order.descending else f"-{key}" for key in keys]
    return keyed.order_by(*keys)


def _sort_key(channel: Channel | None, order: ProductOrder) -> Combinable:
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
            # These two are the expressions of the listing's indexes.
            missing = -1 if order.descending else 2**62
            return Coalesce("listing__min_price_amount", Value(missing), output_field=BigIntegerField())
        case ProductSort.PUBLISHED_AT:
            return Coalesce("listing__published_at", Value(datetime(1970, 1, 1, tzinfo=UTC)))
        case ProductSort.RANK:
            words = search_words(order.search or "")
            if not words:
                raise InvalidInput("The order RANK needs a search.", path=("sortBy", "field"))
            likeness = Func(
                folded(" ".join(words)), F("search_text"), function="word_similarity", output_field=FloatField()
            )
            return Cast(likeness * 10_000, BigIntegerField())
        case ProductSort.COLLECTION:
            return F("place__sort_order")


def _words(order: ProductOrder, window: Slice) -> dict[str, str]:
    return {
        "columns": PRODUCT_COLUMNS.format("product"),
        "direction": "DESC" if order.descending != window.backward else "ASC",
        "as_text": "::text" if VALUE_TYPES[order.sort] is datetime else "",
    }


def _run(sql: str, rows: QuerySet[Any, Any], parent_ids: Sequence[UUID | str], **words: str) -> list[Hit]:
    """Run `sql` around `rows`, which names the row of its parent if there are any."""
    try:
        inner, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    parents = [[str(parent_id) for parent_id in parent_ids]] if parent_ids else []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rows=inner, parent=_PARENT, **words), [*parents, *params])
        found: list[Hit] = cursor.fetchall()
    return found
