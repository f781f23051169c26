"""The statements that read pages of products: one for each way of listing them that shops use all day.

A shape says everything that changes the text of the statement; what changes from page to page is a parameter.
`product_search` asks here for lists without conditions and lets the ORM write the statement for all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from commerce.catalog.brief_rows import BRIEF_PRODUCT_COLUMNS
from commerce.catalog.product_order import ParentKind, ProductSort
from commerce.catalog.rows import CARD_COLUMNS, PRODUCT_COLUMNS
from commerce.core.statements import Statement

PUBLISHED_NOW: Final = "{0}.is_published AND ({0}.published_at IS NULL OR {0}.published_at <= statement_timestamp())"
"""That the listing `{0}` shows what it lists now, as `queries.published_condition` says it."""

CARD_NOW: Final = "{0}.valid_from <= statement_timestamp() AND {0}.valid_until > statement_timestamp()"
"""That the card or the effective price `{0}` is the one that holds now."""

Hit = tuple[Any, ...]
"""The columns of a ProductRow or BriefProductRow, the sort value, and the parent's id (None for the whole shop)."""

MOST_ROWS: Final = 101
"""How many rows a page can need: the largest page, and one more that tells whether there is a next one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A way of listing products: of what, in which order, from which end, beyond which cursors, whole or in brief."""

    parent: ParentKind | None
    sort: ProductSort
    descending: bool
    backward: bool
    after: bool
    before: bool
    briefly: bool = False


@dataclass(frozen=True, slots=True)
class _Key:
    """A sort value, the id beside it in the same index, and the type of the value."""

    value: str
    id: str
    type: str


_KEYS: Final = {
    ProductSort.NAME: _Key("card.sort_name", "card.product_id", "text"),
    ProductSort.CREATED_AT: _Key("card.created_at", "card.product_id", "timestamptz"),
    ProductSort.LAST_MODIFIED: _Key("card.updated_at", "card.product_id", "timestamptz"),
    ProductSort.PUBLISHED_AT: _Key("card.published_at", "card.product_id", "timestamptz"),
    ProductSort.COLLECTION: _Key("place.sort_order", "place.product_id", "int"),
}
# Without a price a product comes last in either direction; cards have an index for each of the two.
_CHEAPEST_FIRST: Final = _Key("coalesce(card.price_low, 4611686018427387904)", "card.product_id", "bigint")
_DEAREST_FIRST: Final = _Key("coalesce(card.price_low, -1)", "card.product_id", "bigint")

# A LIMIT that is a parameter is planned for a tenth of all rows, so the number that is asked for stands outside of one
# that PostgreSQL can reckon with. Rows are still fetched only as far as they are asked for.
_ROWS_SQL: Final = """
        SELECT card.*, {key} AS sort_key
          FROM {cards}
         WHERE card.channel_id = $1 AND ($2 OR (card.is_listed AND card.published_at <= statement_timestamp()))
           AND {now} {parent} {bounds}
         ORDER BY {key} {direction}, {id} {direction}
         LIMIT {most}
"""
_PAGE_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM (
        SELECT * FROM ({rows}) AS row ORDER BY row.sort_key {direction}, row.product_id {direction} LIMIT $3
       ) AS hit
  JOIN catalog_product AS product ON product.id = hit.product_id
 ORDER BY hit.sort_key {direction}, hit.product_id {direction}
"""
_PAGE_OF_CATEGORIES_SQL: Final = """
SELECT {columns}, hit.sort_key{as_text}, NULL
  FROM (
        SELECT row.*
          FROM unnest($4) AS category(id)
         CROSS JOIN LATERAL (
                SELECT * FROM ({rows}) AS row ORDER BY row.sort_key {direction}, row.product_id {direction} LIMIT $3
               ) AS row
         ORDER BY row.sort_key {direction}, row.product_id {direction}
         LIMIT $3
       ) AS hit
  JOIN catalog_product AS product ON product.id = hit.product_id
 ORDER BY hit.sort_key {direction}, hit.product_id {direction}
"""

# Of the products of a parent, $4: the ids of a category and of those below it, or the id of a collection.
_PARENT_TYPES: Final = {None: (), ParentKind.CATEGORY: ("uuid[]",), ParentKind.COLLECTION: ("uuid",)}
_CARDS: Final = {
    None: "catalog_productcard AS card",
    ParentKind.CATEGORY: "catalog_productcard AS card",
    ParentKind.COLLECTION: (
        "catalog_collectionproduct AS place"
        " JOIN catalog_productcard AS card ON card.product_id = place.product_id AND place.collection_id = $4"
    ),
}
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
    for parent, sort, flags in product(kinds, ProductSort, product((False, True), repeat=5)):
        known = parent is ParentKind.COLLECTION if sort is ProductSort.COLLECTION else sort is not ProductSort.RANK
        if known:
            yield Shape(parent, sort, *flags)


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
    # The cards of each category have an index for every order: the first rows of each category are merged.
    of_categories = shape.parent is ParentKind.CATEGORY
    rows = _ROWS_SQL.format(
        key=key.value,
        id=key.id,
        cards=_CARDS[shape.parent],
        now=CARD_NOW.format("card"),
        parent="AND card.category_id = category.id" if of_categories else "",
        bounds=bounds,
        direction=direction,
        most=MOST_ROWS,
    )
    columns = BRIEF_PRODUCT_COLUMNS if shape.briefly else PRODUCT_COLUMNS
    sql = (_PAGE_OF_CATEGORIES_SQL if of_categories else _PAGE_SQL).format(
        columns=f"{columns.format('product')}, {CARD_COLUMNS.format('hit')}",
        rows=rows,
        as_text="::text" if key.type == "timestamptz" else "",
        direction=direction,
    )
    # Whether the products of a collection are to be looked up and sorted, or found along the index of the order past
    # all others, depends on how many they are: that is planned for each call.
    replan = shape.parent is ParentKind.COLLECTION and shape.sort is not ProductSort.COLLECTION
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
    marks = {
        "in_brief": shape.briefly,
        "desc": shape.descending,
        "from_the_end": shape.backward,
        "after": shape.after,
        "before": shape.before,
    }
    return "_".join(words + [mark for mark, given in marks.items() if given])


_STATEMENTS: Final = {shape: _statement(shape) for shape in shapes()}
