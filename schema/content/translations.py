"""Translations of pages and menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from schema.context import RequestContext
from schema.enums import LanguageCodeEnum, LanguageDisplay
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


def _none_kept(sources: Sequence[Any], context: RequestContext, language_code: LanguageCodeEnum) -> list[None]:
    # Pages and menus are kept in one language only.
    return [None for _ in sources]


def translation_field(what: str) -> Any:
    """The field `translation(languageCode)`: null where the text has not been translated into that language."""
    return nested(_none_kept, f"{what} in another language; null if it is not translated.")
