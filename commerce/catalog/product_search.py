"""Lists of products: filtered, in an order, page by page.

Pages are cut by keyset: the next one begins after the last row's sort value and id, so products that come and go in
between neither repeat nor hide others, and the thousandth page costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypedDict
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, F, FilteredRelation, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast, Coalesce

from commerce.catalog.models import Product
from commerce.catalog.product_cursor import decode_cursor, encode_cursor
from commerce.catalog.product_filter import folded, search_words
from commerce.catalog.queries import listed_products, published_condition, sees_unpublished
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.keyset import KeysetPage, Slice, beyond


class ProductSort(Enum):
    """What a list of products can be ordered by; the id decides between equals."""

    NAME = "name"
    PRICE = "price"
    PUBLISHED_AT = "published"
    CREATED_AT = "created"
    LAST_MODIFIED = "modified"
    RANK = "rank"
    COLLECTION = "collection"


class ParentKind(Enum):
    """What a page of products can belong to."""

    CATEGORY = "category"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """`search` is needed for RANK (best matches have the highest rank), `collection_id` for COLLECTION."""

    sort: ProductSort = ProductSort.NAME
    descending: bool = False
    search: str | None = None
    collection_id: UUID | None = None

    @property
    def code(self) -> str:
        """What a cursor of this order carries, so that it is refused by every other order."""
        return f"{self.sort.value}-{'desc' if self.descending else 'asc'}"


class SortKey(TypedDict):
    """What `_ordered` adds to a product: the value that it is ordered by."""

    sort_key: Any


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    SortedProduct = WithAnnotations[Product, SortKey]

_VALUE_TYPES: Final[dict[ProductSort, type]] = {
    ProductSort.NAME: str,
    ProductSort.PRICE: int,
    ProductSort.PUBLISHED_AT: datetime,
    ProductSort.CREATED_AT: datetime,
    ProductSort.LAST_MODIFIED: datetime,
    ProductSort.RANK: int,
    ProductSort.COLLECTION: int,
}
_PARENT: Final = "parent_row"
_PAGES_SQL: Final = """
SELECT {parent}.id, hit.*
  FROM unnest(%s::uuid[]) WITH ORDINALITY AS {parent}(id, place)
 CROSS JOIN LATERAL ({rows}) AS hit(product_id, sort_key)
 ORDER BY {parent}.place, hit.sort_key {direction}, hit.product_id {direction}
"""
_COUNTS_SQL: Final = """
SELECT {parent}.id, hit.count
  FROM unnest(%s::uuid[]) AS {parent}(id)
 CROSS JOIN LATERAL (SELECT count(*) FROM ({rows}) AS matched) AS hit(count)
"""


def page_of_products(
    *, channel: Channel | None, condition: Q, order: ProductOrder, window: Slice, actor: Actor
) -> KeysetPage[Product]:
    """One page of the products that lists show to the actor, in one statement.

    Raises BadCursor for a cursor of another order, InvalidInput for an order that lacks what it needs.
    """
    rows = _ordered(_listed(channel, actor).filter(condition), channel, order, window)
    found = list(rows[: window.size + 1])
    return _page([(product, product.sort_key) for product in found], order, window)


def count_products(*, channel: Channel | None, condition: Q, actor: Actor) -> int:
    """How many products the list has in all."""
    return _listed(channel, actor).filter(condition).count()


def pages_of_products(
    *,
    parent_kind: ParentKind,
    parent_ids: Sequence[UUID],
    channel: Channel | None,
    condition: Q,
    order: ProductOrder,
    window: Slice,
    actor: Actor,
) -> dict[UUID, KeysetPage[Product]]:
    """The same page of the products of many categories (with their subtrees) or collections, in two statements.

    For the order COLLECTION of collections, each one's own order is meant. The parents' visibility is the caller's.
    Raises as page_of_products does.
    """
    mine = _of_parent(_listed(channel, actor).filter(condition), parent_kind)
    of_collections = parent_kind is ParentKind.COLLECTION
    ordered = _ordered(mine, channel, order, window, of_collections=of_collections)
    rows = ordered.values_list("id", "sort_key")[: window.size + 1]
    descending = order.descending != window.backward
    hits = _lateral(_PAGES_SQL, rows, parent_ids, direction="DESC" if descending else "ASC")
    products = Product.objects.in_bulk({product_id for _, product_id, _ in hits})
    by_parent: dict[UUID, list[tuple[Product, Any]]] = {parent_id: [] for parent_id in parent_ids}
    for parent_id, product_id, sort_key in hits:
        if product_id in products:
            by_parent[parent_id].append((products[product_id], sort_key))
    return {parent_id: _page(found, order, window) for parent_id, found in by_parent.items()}


def count_products_by_parent(
    *, parent_kind: ParentKind, parent_ids: Sequence[UUID], channel: Channel | None, condition: Q, actor: Actor
) -> dict[UUID, int]:
    """How many products each category (with its subtree) or collection has in all, in one statement."""
    mine = _of_parent(_listed(channel, actor).filter(condition), parent_kind)
    counts = dict.fromkeys(parent_ids, 0)
    counts.update((parent_id, count) for parent_id, count in _lateral(_COUNTS_SQL, mine.values("id"), parent_ids))
    return counts


def _listed(channel: Channel | None, actor: Actor) -> QuerySet[Product]:
    """Like `listed_products`, but by a join that the order can use, too."""
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
            place = decode_cursor(cursor, order.code, _VALUE_TYPES[order.sort], path=name)
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


def _lateral(sql: str, rows: QuerySet[Any, Any], parent_ids: Sequence[UUID], **words: str) -> list[tuple[Any, ...]]:
    """Run `rows`, which names the row of its parent, once for each parent inside one statement."""
    try:
        inner, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(parent=_PARENT, rows=inner, **words), [[str(parent_id) for parent_id in parent_ids], *params]
        )
        rows_found: list[tuple[Any, ...]] = cursor.fetchall()
    return rows_found


def _page(found: list[tuple[Product, Any]], order: ProductOrder, window: Slice) -> KeysetPage[Product]:
    more, found = len(found) > window.size, found[: window.size]
    if window.backward:
        found.reverse()
    return KeysetPage(
        rows=[product for product, _ in found],
        cursors=[encode_cursor(order.code, key, product.id) for product, key in found],
        has_next=window.before is not None if window.backward else more,
        has_previous=more if window.backward else window.after is not None,
    )
