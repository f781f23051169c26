"""Lists of products: filtered, in an order, page by page, as rows.ProductRow.

Pages are cut by keyset: the next one begins after the last row's sort value and id, so products that come and go in
between neither repeat nor hide others, and the thousandth page costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

from django.db.models import Q

from commerce.catalog.brief_rows import BriefProductRow
from commerce.catalog.product_cursor import decode_cursor, encode_cursor
from commerce.catalog.product_order import VALUE_TYPES, ParentKind, ProductOrder
from commerce.catalog.product_query import count_by_parent, fetch_hits, fetch_hits_of_parents, listed_in
from commerce.catalog.product_statements import MOST_ROWS, Hit, Shape, page_statement
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.reads import categories_below
from commerce.catalog.rows import ProductRow
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.keyset import KeysetPage, Slice
from commerce.core.statements import Parameter, Statement, uuid_array

K = TypeVar("K", UUID, str)

Listed: TypeAlias = ProductRow | BriefProductRow
"""A product of a list, whole or in brief."""


def page_of_products(
    *,
    channel: Channel | None,
    condition: Q,
    order: ProductOrder,
    window: Slice,
    actor: Actor,
    briefly: bool = False,
) -> KeysetPage[Listed]:
    """One page of the products that lists show to the actor, in one statement; in brief where that is worth it.

    Raises BadCursor for a cursor of another order, InvalidInput for an order that lacks what it needs.
    """
    statement = page_statement(_shape(None, order, window, briefly)) if window.size < MOST_ROWS else None
    if statement is None or channel is None or condition:
        return page_of_hits(fetch_hits(channel, condition, order, window, actor), order, window)
    return page_of_hits(_hits(statement, channel, [], order, window, actor), order, window, briefly)


def count_products(*, channel: Channel | None, condition: Q, actor: Actor) -> int:
    """How many products the list has in all."""
    return listed_in(channel, actor).filter(condition).count()


def pages_of_products(
    *,
    parent_kind: ParentKind,
    parent_ids: Sequence[K],
    channel: Channel | None,
    condition: Q,
    order: ProductOrder,
    window: Slice,
    actor: Actor,
    briefly: bool = False,
) -> dict[K, KeysetPage[Listed]]:
    """The same page of the products of many categories (with their subtrees) or collections, in one statement.

    A single category takes two: which ones are below it, and their products.
    For the order COLLECTION of collections, each one's own order is meant. The parents' visibility is the caller's.
    Raises as page_of_products does.
    """
    statement = page_statement(_shape(parent_kind, order, window, briefly)) if window.size < MOST_ROWS else None
    if statement is not None and len(parent_ids) == 1 and channel is not None and not condition:
        (parent,) = parent_ids
        within = uuid_array(categories_below(parent)) if parent_kind is ParentKind.CATEGORY else str(parent)
        return {parent: page_of_hits(_hits(statement, channel, [within], order, window, actor), order, window, briefly)}
    by_parent: dict[str, list[Hit]] = {str(parent_id): [] for parent_id in parent_ids}
    for hit in fetch_hits_of_parents(parent_kind, parent_ids, channel, condition, order, window, actor):
        by_parent[hit[-1]].append(hit)
    return {parent_id: page_of_hits(by_parent[str(parent_id)], order, window) for parent_id in parent_ids}


def count_products_by_parent(
    *, parent_kind: ParentKind, parent_ids: Sequence[K], channel: Channel | None, condition: Q, actor: Actor
) -> dict[K, int]:
    """How many products each category (with its subtree) or collection has in all, in one statement."""
    counted = count_by_parent(parent_kind, parent_ids, channel, condition, actor)
    return {parent_id: counted.get(str(parent_id), 0) for parent_id in parent_ids}


def _shape(parent: ParentKind | None, order: ProductOrder, window: Slice, briefly: bool) -> Shape:
    return Shape(
        parent=parent,
        sort=order.sort,
        descending=order.descending,
        backward=window.backward,
        after=window.after is not None,
        before=window.before is not None,
        briefly=briefly,
    )


def _hits(
    statement: Statement[Hit], channel: Channel, parents: list[str], order: ProductOrder, window: Slice, actor: Actor
) -> list[Hit]:
    places: list[Parameter] = []
    for cursor, name in ((window.after, "after"), (window.before, "before")):
        if cursor is not None:
            value, product_id = decode_cursor(cursor, order.code, VALUE_TYPES[order.sort], path=name)
            places += [value.isoformat() if isinstance(value, datetime) else value, str(product_id)]
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    return statement.all(str(channel.id), hidden_too, window.size + 1, *parents, *places)


def first_page_shape(order: ProductOrder, window: Slice, *, briefly: bool) -> Shape | None:
    """The shape of a page of the whole shop that begins at one of its ends; None if it has no statement of its own."""
    shape = _shape(None, order, window, briefly)
    known = not (shape.after or shape.before) and window.size < MOST_ROWS and page_statement(shape) is not None
    return shape if known else None


def page_of_hits(
    hits: Sequence[Hit],
    order: ProductOrder,
    window: Slice,
    briefly: bool = False,
) -> KeysetPage[Listed]:
    """The page that a statement of page_statement has found: one row more than the page has tells of the next one."""
    more, found = len(hits) > window.size, hits[: window.size]
    if window.backward:
        found = found[::-1]
    kind: type[Listed] = BriefProductRow if briefly else ProductRow
    return KeysetPage(
        rows=[tuple.__new__(kind, hit[:-2]) for hit in found],
        cursor_of=lambda index: encode_cursor(order.code, found[index][-2], found[index][0]),
        has_next=window.before is not None if window.backward else more,
        has_previous=more if window.backward else window.after is not None,
    )
