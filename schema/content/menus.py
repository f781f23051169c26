"""Menus as the API shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import strawberry

from commerce.catalog.groupings import categories_by_id
from commerce.catalog.rows import CategoryRow
from commerce.channels.models import Channel
from commerce.content import models
from commerce.content.menu_reads import MenuTree, collections_by_id, items_of_menus
from commerce.content.reads import pages_by_id
from commerce.content.rows import MenuItemRow, PageRow
from commerce.content.translations import translations_of_menu_items
from commerce.core.permission import Permission
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.translations import translation_field
from schema.channels.scope import per_channel
from schema.content.pages import Page
from schema.content.translations import MenuItemTranslation
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field

MANAGE = Permission.MANAGE_MENUS

AnyItem: TypeAlias = MenuItemRow | models.MenuItem


def _trees(menu_ids: list[str], channel: Channel | None, context: RequestContext) -> dict[str, MenuTree]:
    """The menus with these ids, whole: one statement for all of a request's levels."""

    def load(missing: list[str]) -> dict[str, MenuTree]:
        return items_of_menus(missing, channel=channel, actor=context.actor)

    return context.known(("menus", channel.id if channel else None), menu_ids, load)


def _top(menus: Sequence[models.Menu], context: RequestContext) -> list[list[MenuItemRow]]:
    def load(channel: Channel | None, members: list[models.Menu]) -> list[list[MenuItemRow]]:
        keys = [str(menu.id) for menu in members]
        trees = _trees(keys, channel, context)
        return [trees[key].below(None) for key in keys]

    return per_channel(menus, context, load)


def _in_tree(read: Callable[[MenuTree, AnyItem], Any]) -> Loader:
    """A loader of something that the place of an item in its menu tells."""

    def load(items: Sequence[AnyItem], context: RequestContext) -> list[Any]:
        def of_channel(channel: Channel | None, members: list[AnyItem]) -> list[Any]:
            trees = _trees([str(item.menu_id) for item in members], channel, context)
            return [read(trees[str(item.menu_id)], item) for item in members]

        return per_channel(items, context, of_channel)

    return load


def _categories(items: Sequence[AnyItem], context: RequestContext) -> list[CategoryRow | None]:
    found = categories_by_id([item.category_id for item in items if item.category_id is not None])
    return [found.get(str(item.category_id)) for item in items]


def _collections(items: Sequence[AnyItem], context: RequestContext) -> list[Any]:
    def load(channel: Channel | None, members: list[AnyItem]) -> list[Any]:
        keys = [item.collection_id for item in members if item.collection_id is not None]
        found = collections_by_id(keys, channel=channel, actor=context.actor)
        return [found.get(str(item.collection_id)) for item in members]

    return per_channel(items, context, load)


def _pages(items: Sequence[AnyItem], context: RequestContext) -> list[PageRow | None]:
    found = pages_by_id([item.page_id for item in items if item.page_id is not None], actor=context.actor)
    return [found.get(str(item.page_id)) for item in items]


def _menus(items: Sequence[AnyItem], context: RequestContext) -> list[models.Menu]:
    found = {str(key): row for key, row in models.Menu.objects.in_bulk({item.menu_id for item in items}).items()}
    return [found[str(item.menu_id)] for item in items]


@strawberry.type(description="A line of a menu; one that leads nowhere is the heading of what lies below it.")
class MenuItem:
    """Source: commerce.content.rows.MenuItemRow or commerce.content.models.MenuItem."""

    id: strawberry.ID = global_id("MenuItem")
    name: str = leaf("The name.")
    url: str | None = computed(lambda root: root.url or None, "The address that it leads to, if it is one.")
    level: int = nested(_in_tree(lambda tree, item: tree.levels.get(str(item.id), 0)), "How many items are above it.")
    category: Category | None = nested(_categories, "The category that it leads to, if it is one.")
    collection: Collection | None = nested(_collections, "The collection that it leads to, if it is one.")
    page: Page | None = nested(_pages, "The page that it leads to, if it is one.")
    parent: MenuItem | None = nested(
        _in_tree(lambda tree, item: tree.items.get(str(item.parent_id))), "The item right above; null at the top."
    )
    children: list[MenuItem] | None = nested(
        _in_tree(lambda tree, item: tree.below(str(item.id))), "The items right below, in their order."
    )
    menu: Menu = nested(_menus, "The menu.")
    translation: MenuItemTranslation | None = translation_field("The name", translations_of_menu_items)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)


@strawberry.type(description="A tree of links. What shoppers cannot see is not in theirs.")
class Menu:
    """Source: commerce.content.models.Menu."""

    id: strawberry.ID = global_id("Menu")
    name: str = leaf("The name.")
    slug: str = leaf("The name by which frontends ask for it.")
    items: list[MenuItem] | None = nested(_top, "The items at the top, in their order.")
    version: int = leaf(
        "Counts its changes and those of its items; send it with yours.", source="version", permission=MANAGE
    )
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
