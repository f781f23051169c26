"""Changing pages and menus, for staff and apps with MANAGE_PAGES and MANAGE_MENUS.

`version` is the one that the caller has read, of a page, a page type, or of the menu of an item: if it has changed
since, the change is refused with CONFLICT, and the answer carries the object as it is now.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from commerce.content import models, services
from commerce.core.permission import Permission
from schema.catalog.attribute_inputs import read_attributes
from schema.content.errors import MenuError, MenuErrorCode, PageError, PageErrorCode
from schema.content.inputs import (
    MenuInput,
    MenuItemCreateInput,
    MenuItemInput,
    MenuItemMoveInput,
    PageCreateInput,
    PageInput,
    PageTypeInput,
)
from schema.content.menus import Menu, MenuItem
from schema.content.pages import Page, PageType
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.ids import id_of
from schema.payloads import current_row, row_payload


def _parent_id(parent: strawberry.ID | None) -> UUID | None:
    return None if parent is None else id_of("MenuItem", parent, path=("parent",))


change_pages = partial(mutation, Permission.MANAGE_PAGES, error=PageError, codes=PageErrorCode)
change_menus = partial(mutation, Permission.MANAGE_MENUS, error=MenuError, codes=MenuErrorCode)
page_type_now = current_row(models.PageType, "page_type")
page_now = current_row(models.Page, "page")
menu_now = current_row(models.Menu, "menu")
item_now = current_row(models.MenuItem, "menu_item")


@change_pages(payload=row_payload("PageTypeCreate", "page_type", PageType | None, PageError))
def page_type_create(info: Info, input: PageTypeInput) -> Any:
    """Make a page type; without a slug it gets a free one from its name."""
    with below_input():
        return services.create_page_type(
            changes=input.changes(), attributes=input.attributes_of_type() or (), actor=info.context.actor
        )


@change_pages(payload=row_payload("PageTypeUpdate", "page_type", PageType | None, PageError), current=page_type_now)
def page_type_update(info: Info, id: strawberry.ID, input: PageTypeInput, version: int | None = None) -> Any:
    """Change a page type; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_page_type(
            page_type_id=id_of("PageType", id),
            changes=input.changes(),
            attributes=input.attributes_of_type(),
            version=version,
            actor=info.context.actor,
        )


@change_pages(payload=row_payload("PageTypeDelete", "page_type", PageType | None, PageError), current=page_type_now)
def page_type_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a page type; refused with IN_USE while it has pages."""
    services.delete_page_type(page_type_id=id_of("PageType", id), version=version, actor=info.context.actor)


@change_pages(payload=row_payload("PageCreate", "page", Page | None, PageError))
def page_create(info: Info, input: PageCreateInput) -> Any:
    """Make a page, hidden unless the input publishes it; without a slug it gets a free one from its title."""
    with below_input():
        return services.create_page(
            page_type_id=id_of("PageType", input.page_type, path=("pageType",)),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=input.value_ids() or (),
            actor=info.context.actor,
        )


@change_pages(payload=row_payload("PageUpdate", "page", Page | None, PageError), current=page_now)
def page_update(info: Info, id: strawberry.ID, input: PageInput, version: int | None = None) -> Any:
    """Change, publish or hide a page; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_page(
            page_id=id_of("Page", id),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=input.value_ids(),
            version=version,
            actor=info.context.actor,
        )


@change_pages(payload=row_payload("PageDelete", "page", Page | None, PageError), current=page_now)
def page_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a page; items of menus that lead to it stay as headings."""
    services.delete_page(page_id=id_of("Page", id), version=version, actor=info.context.actor)


@change_menus(payload=row_payload("MenuCreate", "menu", Menu | None, MenuError))
def menu_create(info: Info, input: MenuInput) -> Any:
    """Make an empty menu; without a slug it gets a free one from its name."""
    with below_input():
        return services.create_menu(changes=input.changes(), actor=info.context.actor)


@change_menus(payload=row_payload("MenuUpdate", "menu", Menu | None, MenuError), current=menu_now)
def menu_update(info: Info, id: strawberry.ID, input: MenuInput, version: int | None = None) -> Any:
    """Change what a menu is called; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_menu(
            menu_id=id_of("Menu", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change_menus(payload=row_payload("MenuDelete", "menu", Menu | None, MenuError), current=menu_now)
def menu_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a menu with its items."""
    services.delete_menu(menu_id=id_of("Menu", id), version=version, actor=info.context.actor)


@change_menus(payload=row_payload("MenuItemCreate", "menu_item", MenuItem | None, MenuError))
def menu_item_create(info: Info, input: MenuItemCreateInput, version: int | None = None) -> Any:
    """Add a line to a menu; `version` is the menu's."""
    with below_input():
        return services.create_menu_item(
            menu_id=id_of("Menu", input.menu, path=("menu",)),
            changes=input.changes(),
            parent_id=_parent_id(input.parent),
            position=input.position,
            version=version,
            actor=info.context.actor,
        )


@change_menus(payload=row_payload("MenuItemUpdate", "menu_item", MenuItem | None, MenuError), current=item_now)
def menu_item_update(info: Info, id: strawberry.ID, input: MenuItemInput, version: int | None = None) -> Any:
    """Change what a line of a menu says and leads to; `version` is the menu's."""
    with below_input():
        return services.update_menu_item(
            item_id=id_of("MenuItem", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change_menus(payload=row_payload("MenuItemMove", "menu_item", MenuItem | None, MenuError), current=item_now)
def menu_item_move(info: Info, id: strawberry.ID, input: MenuItemMoveInput, version: int | None = None) -> Any:
    """Put a line, with all below it, elsewhere in its menu; refused with LOOP below itself."""
    with below_input():
        return services.move_menu_item(
            item_id=id_of("MenuItem", id),
            parent_id=_parent_id(input.parent),
            position=input.position,
            version=version,
            actor=info.context.actor,
        )


@change_menus(payload=row_payload("MenuItemDelete", "menu", Menu | None, MenuError))
def menu_item_delete(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Delete a line with all below it; answers with its menu. `version` is the menu's."""
    return services.delete_menu_item(item_id=id_of("MenuItem", id), version=version, actor=info.context.actor)
