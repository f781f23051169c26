"""Translations of pages and menus."""

from __future__ import annotations

import strawberry

from schema.enums import LanguageDisplay
from schema.fields import leaf, nested
from schema.scalars import JSONString


@strawberry.type(description="A page's texts in another language.")
class PageTranslation:
    """Every text may be missing on its own."""

    id: strawberry.ID = leaf("The global id of this PageTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    title: str | None = leaf("The title.")
    slug: str | None = leaf("The name in addresses.")
    content: JSONString | None = leaf("The text in blocks.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="The name of a menu's item in another language.")
class MenuItemTranslation:
    """Source: a translation row."""

    id: strawberry.ID = leaf("The global id of this MenuItemTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str = leaf("The name.")
