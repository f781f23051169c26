"""The statements that read pages of products: one for each way of listing them that shops use all day.

A shape says everything that changes the text of the statement; what changes from page to page is a parameter.
`product_search` asks here for lists without conditions and lets the ORM write the statement for all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from commerce.catalog.product_order import ParentKind, ProductSort
from commerce.catalog.rows import PRODUCT_COLUMNS
from commerce.core.statements import Statement

PUBLISHED_NOW: Final = "{0}.is_published AND ({0}.published_at IS NULL OR {0}.published_at <= statement_timestamp())"
"""That the listing `{0}` shows what it lists now, as `queries.published_condition` says it."""

Hit = tuple[Any, ...]
"""The columns of a ProductRow, the sort value, and the parent's id (None in the list of the whole shop)."""

MOST_ROWS: Final = 101
"""How many rows a page can need: the largest page, and one more that tells whether there is a next one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A way of listing products: of what, in which order, from which end, beyond which cursors."""

    parent: ParentKind | None
    sort: ProductSort
    descending: bool
    backward: bool
    after: bool
    before: bool


@dataclass(frozen=True, slots=True)
class _Key:
    """A sort value, the id beside it in the same index, and the type of the value."""

    value: str
    id: str
    type: str


_KEYS: Final = {
    ProductSort.NAME: _Key("product.sort_name", "product.id", "text"),
    ProductSort.CREATED_AT: _Key("product.created_at", "product.id", "timestamptz"),
    ProductSort.LAST_MODIFIED: _Key("product.updated_at", "product.id", "timestamptz"),
    ProductSort.PUBLISHED_AT: _Key(
        "coalesce(listing.published_at, '1970-01-01 00:00:00+00'::timestamptz)", "listing.product_id", "timestamptz"
    ),
    ProductSort.COLLECTION: _Key("place.sort_order", "place.product_id", "int"),
}
# Without a price a product comes last in either direction; the listing has an index for each of the two.
_CHEAPEST_FIRST: Final = _Key("coalesce(listing.min_price_amount, 4611686018427387904)", "listing.product_id", "bigint")
_DEAREST_FIRST: Final = _Key("coalesce(listing.min_price_amount, -1)", "listing.product_id", "bigint")

# A LIMIT that is a parameter is planned for a tenth of all rows, so the number that is asked for stands outside of one
# that PostgreSQL can reckon with. Rows are still fetched only as far as they are asked for.
_ROWS_SQL: Final = """
        SELECT product.*, {key} AS sort_key
          FROM catalog_product AS product
          JOIN catalog_productchannellisting AS listing
            ON listing.product_id = product.id AND listing.channel_id = $1
          {parent}
         WHERE ($2 OR (listing.visible_in_listings AND {published})) {bounds}
         ORDER BY {key} {direction}, {id} {direction}
         LIMIT {most}
"""
_PAGE_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM ({rows}) AS hit
 ORDER BY hit.sort_key {direction}, hit.id {direction}
 LIMIT $3
"""
_PAGE_OF_CATEGORIES_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM unnest($4) AS category(id)
 CROSS JOIN LATERAL (
        SELECT * FROM ({rows}) AS row ORDER BY row.sort_key {direction}, row.id {direction} LIMIT $3
       ) AS hit
 ORDER BY hit.sort_key {direction}, hit.id {direction}
 LIMIT $3
"""

# Of the products of a parent, $4: the ids of a category and of those below it, or the id of a collection.
_PARENT_TYPES: Final = {None: (), ParentKind.CATEGORY: ("uuid[]",), ParentKind.COLLECTION: ("uuid",)}
_PARENTS: Final = {
    None: "",
    ParentKind.CATEGORY: "AND product.category_id = ANY($4)",
    ParentKind.COLLECTION: (
        "JOIN catalog_collectionproduct AS place ON place.product_id = product.id AND place.collection_id = $4"
    ),
}
# Products have an index that begins with the category for these orders: the first rows of each category are merged.
_INDEXED_IN_CATEGORIES: Final = (ProductSort.NAME, ProductSort.CREATED_AT, ProductSort.LAST_MODIFIED)
# What will be published later stands where the newest do: shoppers begin behind it.
_NOT_LATER: Final = "AND {key} <= CASE WHEN $2 THEN 'infinity'::timestamptz ELSE statement_timestamp() END"


def page_statement(shape: Shape) -> Statement[Hit] | None:
    """The statement of a shape; None if it has none, as lists by rank.

    Its parameters: the channel's id, whether what is not published is shown, too, how many rows (MOST_ROWS at most),
    the parent if the shape has one (the ids of a category and all below it, or the id of a collection), then value and
    id of the cursors, first that of `after`.
    """
    return _STATEMENTS.get(shape)


def shapes() -> Iterator[Shape]:
    """Every shape that has a statement."""
    kinds: tuple[ParentKind | None, ...] = (None, *ParentKind)
    flags = ((False, True),) * 4
    for parent, sort, (descending, backward, after, before) in product(kinds, ProductSort, product(*flags)):
        known = parent is ParentKind.COLLECTION if sort is ProductSort.COLLECTION else sort is not ProductSort.RANK
        if known:
            yield Shape(parent, sort, descending, backward, after, before)


def _statement(shape: Shape) -> Statement[Hit]:
    key = _key(shape)
    direction, forward, back = ("DESC", "<", ">") if shape.descending else ("ASC", ">", "<")
    types = ["uuid", "bool", "int", *_PARENT_TYPES[shape.parent]]
    bounds = _NOT_LATER.format(key=key.value) if shape.sort is ProductSort.PUBLISHED_AT else ""
    for given, comparison in ((shape.after, forward), (shape.before, back)):
        if given:
            types += [key.type, "uuid"]
            bounds += f" AND ({key.value}, {key.id}) {comparison} (${len(types) - 1}, ${len(types)})"
    if shape.backward:
        direction = "ASC" if shape.descending else "DESC"
    merged = shape.parent is ParentKind.CATEGORY and shape.sort in _INDEXED_IN_CATEGORIES
    rows = _ROWS_SQL.format(
        key=key.value,
        id=key.id,
        parent="AND product.category_id = category.id" if merged else _PARENTS[shape.parent],
        published=PUBLISHED_NOW.format("listing"),
        bounds=bounds,
        direction=direction,
        most=MOST_ROWS,
    )
    sql = (_PAGE_OF_CATEGORIES_SQL if merged else _PAGE_SQL).format(
        columns=PRODUCT_COLUMNS.format("hit"),
        rows=rows,
        as_text="::text" if key.type == "timestamptz" else "",
        direction=direction,
    )
    # Whether the products of a parent are to be looked up and sorted, or found along the index of the order past those
    # of others, depends on how many they are: without an index of their own they are planned for each call.
    replan = shape.parent is not None and not merged and shape.sort is not ProductSort.COLLECTION
    return Statement(_name(shape), tuple, sql, *types, replan=replan)


def _key(shape: Shape) -> _Key:
    if shape.sort is ProductSort.PRICE:
        return _DEAREST_FIRST if shape.descending else _CHEAPEST_FIRST
    return _KEYS[shape.sort]


def _name(shape: Shape) -> str:
    words = ["products"]
    if shape.parent is not None:
        words.append({ParentKind.CATEGORY: "of_category", ParentKind.COLLECTION: "of_collection"}[shape.parent])
    words += ["by", shape.sort.value]
    marks = {"desc": shape.descending, "from_the_end": shape.backward, "after": shape.after, "before": shape.before}
    return "_".join(words + [mark for mark, given in marks.items() if given])


_STATEMENTS: Final = {shape: _statement(shape) for shape in shapes()}
