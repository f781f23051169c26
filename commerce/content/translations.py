"""Pages and lines of menus in other languages: each one statement for all objects of a level."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from commerce.catalog.translations import NameRow, slugs_reader, translations_reader


class PageTranslationRow(NamedTuple):
    """The texts of a page; None for each that is missing."""

    owner_id: str
    id: str
    language: str
    title: str | None
    slug: str | None
    seo_title: str | None
    seo_description: str | None
    content_json: str | None

    @property
    def content(self) -> Any:
        """The text in blocks."""
        return None if self.content_json is None else json.loads(self.content_json)


translations_of_pages: Final = translations_reader(
    "pages",
    PageTranslationRow,
    "content_pagetranslation",
    "page_id",
    "title, slug, seo_title, seo_description, content::text",
)
translations_of_menu_items: Final = translations_reader(
    "menu_items", NameRow, "content_menuitemtranslation", "item_id", "name"
)
slugs_of_pages: Final = slugs_reader("pages", "content_pagetranslation", "page_id")
