"""The categories and collections that stand beside products: each one statement for any number of products."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, TypeVar
from uuid import UUID

from commerce.catalog.brief_rows import BRIEF_CATEGORY_COLUMNS, BRIEF_COLLECTION_COLUMNS, BriefCategoryRow
from commerce.catalog.product_statements import PUBLISHED_NOW
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.rows import CATEGORY_COLUMNS, COLLECTION_COLUMNS, CategoryRow, CollectionRow
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)

_CATEGORIES_SQL: Final = "SELECT {columns} FROM catalog_category AS category WHERE category.id = ANY($1)"
_COLLECTIONS_SQL: Final = """
SELECT link.product_id::text, {columns}
  FROM catalog_collectionproduct AS link
  JOIN catalog_collection AS collection ON collection.id = link.collection_id
 WHERE link.product_id = ANY($1)
   AND ($3 OR EXISTS (
        SELECT FROM catalog_collectionchannellisting AS listing
         WHERE listing.collection_id = collection.id AND listing.channel_id = $2 AND {published}
       ))
 ORDER BY collection.name, collection.id
"""

CATEGORIES: Final = Statement(
    "categories_by_id",
    CategoryRow,
    _CATEGORIES_SQL.format(columns=CATEGORY_COLUMNS.format("category")),
    "uuid[]",
)
BRIEF_CATEGORIES: Final = Statement(
    "categories_by_id_in_brief",
    BriefCategoryRow,
    _CATEGORIES_SQL.format(columns=BRIEF_CATEGORY_COLUMNS.format("category")),
    "uuid[]",
)
# The product's id, then the columns of a CollectionRow.
COLLECTIONS: Final[Statement[tuple[Any, ...]]] = Statement(
    "collections_of_products",
    tuple,
    _COLLECTIONS_SQL.format(columns=COLLECTION_COLUMNS.format("collection"), published=PUBLISHED_NOW.format("listing")),
    "uuid[]",
    "uuid",
    "bool",
)

# The same with the columns of a BriefCollectionRow.
BRIEF_COLLECTIONS: Final[Statement[tuple[Any, ...]]] = Statement(
    "collections_of_products_in_brief",
    tuple,
    _COLLECTIONS_SQL.format(
        columns=BRIEF_COLLECTION_COLUMNS.format("collection"), published=PUBLISHED_NOW.format("listing")
    ),
    "uuid[]",
    "uuid",
    "bool",
)


def categories_by_id(ids: Iterable[UUID | str]) -> dict[str, CategoryRow]:
    """The categories with these ids, by the ids as text."""
    keys = set(map(str, ids))
    return {row.id: row for row in CATEGORIES.all(uuid_array(keys))} if keys else {}


def brief_categories_by_id(ids: Iterable[UUID | str]) -> dict[str, BriefCategoryRow]:
    """The same in brief."""
    keys = set(map(str, ids))
    return {row.id: row for row in BRIEF_CATEGORIES.all(uuid_array(keys))} if keys else {}


def collections_of_products(
    product_ids: Collection[K], *, channel: Channel | None, actor: Actor
) -> dict[K, list[CollectionRow]]:
    """The collections that each product is in and that exist for this actor in this channel, by name."""
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    rows = COLLECTIONS.all(uuid_array(product_ids), str(channel.id) if channel else None, hidden_too)
    return collections_in(rows, product_ids)


def collections_in(
    rows: Iterable[tuple[Any, ...]], product_ids: Collection[K], kind: type[Any] = CollectionRow
) -> dict[K, list[Any]]:
    """The collections of each product, from the rows of COLLECTIONS; of BRIEF_COLLECTIONS, with their `kind`."""
    found: dict[str, list[Any]] = {}
    for owner, *columns in rows:
        found.setdefault(owner, []).append(tuple.__new__(kind, columns))
    return {key: found.get(str(key), []) for key in product_ids}
