"""Translating pages and menus, for staff and apps with MANAGE_TRANSLATIONS.

Texts that are left out stay, null takes one away; a translation without any text left is gone.
"""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import UNSET

from commerce.content import services
from commerce.content.services.translations import PageTexts
from schema.catalog.translating import NameTranslationInput, TranslationError, given_texts, translate
from schema.content.menus import MenuItem
from schema.content.pages import Page
from schema.context import Info
from schema.enums import LanguageCodeEnum
from schema.errors import below_input
from schema.ids import id_of
from schema.payloads import row_payload
from schema.scalars import JSONString


@strawberry.input(description="The texts of a page in a language.")
class PageTranslationInput:
    """What is left out stays as it is."""

    title: str | None = strawberry.field(default=UNSET, description="The title.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses of this language.")
    content: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")

    def texts(self) -> PageTexts:
        """The texts that were given."""
        found: PageTexts = given_texts(self, "title", "slug", "content", "seo_title", "seo_description")
        return found


@translate(payload=row_payload("PageTranslate", "page", Page | None, TranslationError))
def page_translate(info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: PageTranslationInput) -> Any:
    """Say a page's texts in a language; a slug belongs to one page in each language."""
    with below_input():
        return services.translate_page(
            page_id=id_of("Page", id), language=language_code.value, texts=input.texts(), actor=info.context.actor
        )


@translate(payload=row_payload("MenuItemTranslate", "menu_item", MenuItem | None, TranslationError))
def menu_item_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: NameTranslationInput
) -> Any:
    """Say what a line of a menu is called in a language."""
    with below_input():
        return services.translate_menu_item(
            item_id=id_of("MenuItem", id), language=language_code.value, texts=input.texts(), actor=info.context.actor
        )
