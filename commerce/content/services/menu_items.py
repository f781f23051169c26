"""The lines of menus. A menu and its items are one thing with one version: every change here counts the menu's up."""

from __future__ import annotations

import re
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import CategoryNotFound, CollectionNotFound
from commerce.catalog.models import Category, Collection
from commerce.content.errors import MenuItemNotFound, MenuLoop, MenuTooLarge, PageNotFound
from commerce.content.models import Menu, MenuItem, Page
from commerce.content.services.menus import touched_menu
from commerce.content.services.texts import checked_texts
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.core.text import require_text

MAX_ITEMS: Final = 500
MAX_DEPTH: Final = 10
_LONGEST_URL: Final = 2_000
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_NOT_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f\\<>\"]")

# Where an item can lead: the column, and what is written there when it leads elsewhere.
_NOWHERE: Final[dict[str, Any]] = {"category_id": None, "collection_id": None, "page_id": None, "url": ""}
_TARGETS: Final = {
    "category_id": (Category, CategoryNotFound),
    "collection_id": (Collection, CollectionNotFound),
    "page_id": (Page, PageNotFound),
}


class MenuItemChanges(TypedDict, total=False):
    """What can be changed of an item besides its place; a key that is missing stays as it is.

    An item leads to one thing: whichever of the four is given replaces what it led to before.
    """

    name: str
    category_id: UUID | None
    collection_id: UUID | None
    page_id: UUID | None
    url: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_menu_item(
    *,
    menu_id: UUID,
    changes: MenuItemChanges,
    parent_id: UUID | None = None,
    position: int | None = None,
    version: int | None = None,
    actor: Actor,
) -> MenuItem:
    """Add an item below `parent_id`, or at the top; at `position` (0 is first) among its neighbours, or as the last.

    Raises MenuNotFound, MenuItemNotFound (path `parent`), Conflict, Required, InvalidInput, MenuTooLarge, NotFound
    (what it leads to) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_MENUS)
    values = _checked({"name": "", **changes})
    with transaction.atomic():
        menu = touched_menu(menu_id, version=version, path=("menu",))
        tree = _Tree(menu)
        if len(tree.parents) >= MAX_ITEMS:
            raise MenuTooLarge(f"A menu has {MAX_ITEMS} items at most.", path=("menu",))
        tree.check_depth(parent_id, below=0)
        _lock_target(values)
        item = MenuItem.objects.create(menu=menu, parent_id=parent_id, **values)
        _place(item, position)
    return item


def update_menu_item(*, item_id: UUID, changes: MenuItemChanges, version: int | None = None, actor: Actor) -> MenuItem:
    """Change what an item says and leads to; `version` is the menu's.

    Raises MenuItemNotFound, Conflict, Required, InvalidInput, NotFound (what it leads to) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_MENUS)
    values = _checked(changes)
    with transaction.atomic():
        item = _locked(item_id, version)
        _lock_target(values)
        for column, value in values.items():
            setattr(item, column, value)
        item.save()
    return item


def move_menu_item(
    *, item_id: UUID, parent_id: UUID | None, position: int | None = None, version: int | None = None, actor: Actor
) -> MenuItem:
    """Put an item and all below it under another one of its menu (None: at the top), at `position` or as the last.

    Raises MenuItemNotFound (path `id` or `parent`), MenuLoop, MenuTooLarge (too deep), Conflict or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_MENUS)
    with transaction.atomic():
        item = _locked(item_id, version)
        tree = _Tree(item.menu)
        if parent_id is not None and item_id in tree.way_up(parent_id):
            raise MenuLoop("An item cannot lie below itself.", path=("parent",))
        tree.check_depth(parent_id, below=tree.height(item_id))
        item.parent_id = parent_id
        item.save(update_fields=["parent", "updated_at"])
        _place(item, position)
    return item


def delete_menu_item(*, item_id: UUID, version: int | None = None, actor: Actor) -> Menu:
    """Delete an item with all below it; returns its menu. Raises MenuItemNotFound, Conflict or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_MENUS)
    with transaction.atomic():
        item = _locked(item_id, version)
        menu = item.menu
        item.delete()
    return menu


class _Tree:
    """Which item of a menu lies below which. The menu is locked, so nobody moves one meanwhile."""

    def __init__(self, menu: Menu) -> None:
        self.parents: dict[UUID, UUID | None] = dict(menu.items.values_list("id", "parent_id"))

    def way_up(self, item_id: UUID) -> list[UUID]:
        """The item and all above it. Raises MenuItemNotFound with the path `parent`."""
        if item_id not in self.parents:
            raise MenuItemNotFound("The menu has no such item.", path=("parent",))
        way = []
        at: UUID | None = item_id
        while at is not None:
            way.append(at)
            at = self.parents[at]
        return way

    def height(self, item_id: UUID) -> int:
        """How many levels lie below an item."""
        ways = [self.way_up(each) for each in self.parents]
        return max(way.index(item_id) for way in ways if item_id in way)

    def check_depth(self, parent_id: UUID | None, *, below: int) -> None:
        """Raise MenuTooLarge if what comes below `parent_id`, with so many levels below itself, would be too deep."""
        above = 0 if parent_id is None else len(self.way_up(parent_id))
        if above + 1 + below > MAX_DEPTH:
            raise MenuTooLarge(f"A menu is {MAX_DEPTH} levels deep at most.", path=("parent",))


def _locked(item_id: UUID, version: int | None) -> MenuItem:
    found = MenuItem.objects.filter(id=item_id).first()
    if found is not None:
        menu = touched_menu(found.menu_id, version=version, path=("id",))
        # Read again under the lock: it may have been moved or deleted meanwhile.
        found = menu.items.filter(id=item_id).first()
    if found is None:
        raise MenuItemNotFound("There is no such item.", path=("id",))
    return found


def _place(item: MenuItem, position: int | None) -> None:
    """Number the neighbours of an item anew, with it at `position`; beyond the last one is the last."""
    if position is not None and position < 0:
        raise InvalidInput("The first place is 0.", path=("position",))
    neighbours = list(MenuItem.objects.filter(menu=item.menu_id, parent=item.parent_id).exclude(id=item.id))
    neighbours.insert(len(neighbours) if position is None else position, item)
    moved = []
    for place, neighbour in enumerate(neighbours):
        if neighbour.sort_order != place:
            neighbour.sort_order = place
            moved.append(neighbour)
    MenuItem.objects.bulk_update(moved, ["sort_order"])


def _checked(changes: MenuItemChanges) -> dict[str, Any]:
    values = checked_texts(changes)
    given = [column for column in _NOWHERE if values.get(column)]
    if len(given) > 1:
        raise InvalidInput("An item leads to one thing.", path=(_field(given[1]),))
    if not given:
        return values
    (column,) = given
    if column == "url":
        values["url"] = checked_url(values["url"])
    return {**values, **_NOWHERE, column: values[column]}


def _lock_target(values: dict[str, Any]) -> None:
    """Keep what an item will lead to until the end of the transaction, or say that it is not there."""
    for column, (model, missing) in _TARGETS.items():
        key = values.get(column)
        if key and not model._default_manager.select_for_update(no_key=True).filter(id=key).exists():
            raise missing(f"There is no such {_field(column)}.", path=(_field(column),))


def checked_url(url: str) -> str:
    """An address that a browser may be sent to. Raises InvalidInput with the path `url`, for scripts above all."""
    url = url.strip()
    require_text(url, _LONGEST_URL, path=("url",))
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = "broken"
    known = scheme in _SCHEMES or (not scheme and url.startswith(("/", "#", "?")))
    if not known or _NOT_IN_URLS.search(url):
        raise InvalidInput("A URL begins with https:, http:, mailto:, tel:, /, ? or #.", path=("url",))
    return url


def _field(column: str) -> str:
    return column.removesuffix("_id")
