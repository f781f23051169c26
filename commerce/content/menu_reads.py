"""Menus as readers get them: whole, in one statement, whatever their depth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from commerce.catalog.product_statements import PUBLISHED_NOW
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.rows import COLLECTION_COLUMNS, CollectionRow
from commerce.channels.models import Channel
from commerce.content.queries import sees_hidden_items
from commerce.content.rows import MENU_ITEM_COLUMNS, MenuItemRow
from commerce.core.actor import Actor
from commerce.core.statements import Statement, uuid_array

# An item that leads to what is not shown is left out: its name alone would tell of it. The LIMITs let PostgreSQL look
# the pages and collections of a menu up one by one, instead of reading all that the shop has.
_ITEMS_SQL: Final = """
SELECT {columns}
  FROM content_menuitem AS item
  LEFT JOIN LATERAL (
        SELECT true AS shown FROM content_page AS page
         WHERE page.id = item.page_id AND {page_published} LIMIT 1
       ) AS page ON NOT $3
  LEFT JOIN LATERAL (
        SELECT true AS shown FROM catalog_collectionchannellisting AS listing
         WHERE listing.collection_id = item.collection_id AND listing.channel_id = $2 AND {listing_published} LIMIT 1
       ) AS collection ON NOT $3
 WHERE item.menu_id = ANY($1)
   AND ($3 OR (item.page_id IS NULL OR page.shown) AND (item.collection_id IS NULL OR collection.shown))
 ORDER BY item.sort_order, item.id
"""
_ITEMS: Final = Statement(
    "items_of_menus",
    MenuItemRow,
    _ITEMS_SQL.format(
        columns=MENU_ITEM_COLUMNS.format("item"),
        page_published=f"({PUBLISHED_NOW.format('page')})",
        listing_published=f"({PUBLISHED_NOW.format('listing')})",
    ),
    "uuid[]",
    "uuid",
    "bool",
)
_COLLECTIONS_SQL: Final = """
SELECT {columns}
  FROM catalog_collection AS collection
 WHERE collection.id = ANY($1)
   AND ($3 OR EXISTS (
        SELECT FROM catalog_collectionchannellisting AS listing
         WHERE listing.collection_id = collection.id AND listing.channel_id = $2 AND {published}
       ))
"""
_COLLECTIONS: Final = Statement(
    "collections_by_id",
    CollectionRow,
    _COLLECTIONS_SQL.format(columns=COLLECTION_COLUMNS.format("collection"), published=PUBLISHED_NOW.format("listing")),
    "uuid[]",
    "uuid",
    "bool",
)


@dataclass(slots=True, eq=False)
class MenuTree:
    """The items of a menu that somebody may see, as they lie below each other. An item below a hidden one is not in it.

    `levels` has the depth of each item, 0 at the top; the children of None are the top.
    """

    children: dict[str | None, list[MenuItemRow]] = field(default_factory=dict)
    items: dict[str, MenuItemRow] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)

    def below(self, item_id: str | None) -> list[MenuItemRow]:
        """The items right below this one, in their order."""
        return self.children.get(item_id, [])


def items_of_menus(menu_ids: Collection[UUID | str], *, channel: Channel | None, actor: Actor) -> dict[str, MenuTree]:
    """The items of each menu that exist for this actor in this channel, by the menu's id as text."""
    keys = list(map(str, menu_ids))
    rows = _ITEMS.all(uuid_array(keys), str(channel.id) if channel else None, sees_hidden_items(actor))
    trees = {key: MenuTree() for key in keys}
    for row in rows:
        trees[row.menu_id].children.setdefault(row.parent_id, []).append(row)
    for tree in trees.values():
        _climb(tree)
    return trees


def collections_by_id(ids: Iterable[UUID | str], *, channel: Channel | None, actor: Actor) -> dict[str, CollectionRow]:
    """Those of the collections that exist for this actor in this channel, by their ids as text."""
    keys = set(map(str, ids))
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    rows = _COLLECTIONS.all(uuid_array(keys), str(channel.id) if channel else None, hidden_too) if keys else []
    return {row.id: row for row in rows}


def _climb(tree: MenuTree) -> None:
    """Note the items that can be reached from the top, with their levels."""
    level, here = 0, tree.below(None)
    while here:
        for row in here:
            tree.items[row.id] = row
            tree.levels[row.id] = level
        here = [child for row in here for child in tree.below(row.id)]
        level += 1
