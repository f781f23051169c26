"""Menus as a whole. Whoever changes a menu or one of its items counts its version up, which locks it for the others."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.slugs import free_slug
from commerce.catalog.versions import changed_row
from commerce.content.constraints import UNIQUE_FIELDS
from commerce.content.errors import MenuNotFound
from commerce.content.events import MenuCreated, MenuDeleted, MenuUpdated
from commerce.content.models import Menu
from commerce.content.services.texts import checked_texts
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.events.emit import emit


class MenuChanges(TypedDict, total=False):
    """What can be changed of a menu besides its items; a key that is missing stays as it is."""

    name: str
    slug: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_menu(*, changes: MenuChanges, actor: Actor) -> Menu:
    """Make an empty menu; without a slug it gets a free one from its name.

    Raises NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_MENUS)
    values = checked_texts({"name": "", **changes})
    values.setdefault("slug", free_slug(values["name"], taken=lambda slug: Menu.objects.filter(slug=slug).exists()))
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        menu = Menu.objects.create(**values)
        event = MenuCreated(menu_id=menu.id, slug=menu.slug)
        emit(event, aggregate=("menu", menu.id), sequence=menu.version)
    return menu


def update_menu(*, menu_id: UUID, changes: MenuChanges, version: int | None = None, actor: Actor) -> Menu:
    """Change what a menu is called.

    Raises MenuNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_MENUS)
    values = checked_texts(changes)
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        return touched_menu(menu_id, version=version, path=("id",), **values)


def delete_menu(*, menu_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a menu with its items. Raises MenuNotFound, Conflict (no longer at `version`) or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_MENUS)
    with transaction.atomic():
        menu = _locked(menu_id, version, ("id",))
        event = MenuDeleted(menu_id=menu.id, slug=menu.slug)
        emit(event, aggregate=("menu", menu.id), sequence=menu.version)
        menu.delete()


def touched_menu(menu_id: UUID, *, version: int | None, path: tuple[str, ...], **values: object) -> Menu:
    """Apply `values` to a menu, lock it until the end of the transaction and emit MenuUpdated.

    Raises Conflict if the menu is no longer at `version`, and MenuNotFound with `path`.
    """
    menu = _locked(menu_id, version, path, **values)
    emit(MenuUpdated(menu_id=menu.id, slug=menu.slug), aggregate=("menu", menu.id), sequence=menu.version)
    return menu


def _locked(menu_id: UUID, version: int | None, path: tuple[str, ...], **values: object) -> Menu:
    menu = changed_row(Menu, menu_id, expected_version=version, **values)
    if menu is None:
        raise MenuNotFound("There is no such menu.", path=path)
    return menu
