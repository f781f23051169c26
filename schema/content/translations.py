"""Translations of pages and menus. A missing one is null, and the caller falls back to the original."""

from __future__ import annotations

import strawberry

from schema.catalog.translations import language_field
from schema.enums import LanguageDisplay
from schema.fields import leaf
from schema.ids import global_id
from schema.scalars import JSONString


@strawberry.type(description="A page's texts in another language.")
class PageTranslation:
    """Source: commerce.content.translations.PageTranslationRow. Every text may be missing on its own."""

    id: strawberry.ID = global_id("PageTranslation")
    language: LanguageDisplay = language_field()
    title: str | None = leaf("The title.")
    slug: str | None = leaf("The name in addresses.")
    content: JSONString | None = leaf("The text in blocks.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="The name of a menu's item in another language.")
class MenuItemTranslation:
    """Source: commerce.catalog.translations.NameRow."""

    id: strawberry.ID = global_id("MenuItemTranslation")
    language: LanguageDisplay = language_field()
    name: str = leaf("The name.")
