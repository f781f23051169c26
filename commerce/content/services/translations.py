"""Saying the texts of pages and menus in other languages."""

from __future__ import annotations

from typing import Any, Final, TypedDict
from uuid import UUID

from commerce.catalog.services.translations import Kind, NameTexts, translate
from commerce.content.errors import MenuItemNotFound, PageNotFound
from commerce.content.models import MenuItem, Page
from commerce.content.translation_models import MenuItemTranslation, PageTranslation
from commerce.core.actor import Actor

UNIQUE_FIELDS: Final = {"page_translation_slug_unique": "slug"}


class PageTexts(TypedDict, total=False):
    """The texts of a page; None takes one away, a key that is missing leaves it."""

    title: str | None
    slug: str | None
    content: dict[str, Any] | None
    seo_title: str | None
    seo_description: str | None


PAGE: Final = Kind(
    "page",
    Page,
    PageTranslation,
    "page",
    {"title": 250, "slug": 255, "content": None, "seo_title": 70, "seo_description": 300},
    PageNotFound,
    UNIQUE_FIELDS,
)
MENU_ITEM: Final = Kind("menu_item", MenuItem, MenuItemTranslation, "item", {"name": 250}, MenuItemNotFound)


def translate_page(*, page_id: UUID, language: str, texts: PageTexts, actor: Actor) -> Page:
    """Say a page's texts in `language`. Raises PageNotFound, NotUnique, InvalidInput or PermissionDenied."""
    return translate(PAGE, page_id, language, texts, actor)


def translate_menu_item(*, item_id: UUID, language: str, texts: NameTexts, actor: Actor) -> MenuItem:
    """Say what a line of a menu is called in `language`. Raises MenuItemNotFound, InvalidInput or PermissionDenied."""
    return translate(MENU_ITEM, item_id, language, texts, actor)
