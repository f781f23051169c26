"""Translations of catalog texts. A missing translation is null, and the caller falls back to the original."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

import strawberry

from commerce.catalog.translations import SlugRow, Translations
from commerce.core.languages import language_name
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum, LanguageDisplay, language_enum
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.scalars import JSONString


def _languages(rows: Sequence[Any], context: RequestContext) -> list[LanguageDisplay]:
    return [LanguageDisplay(code=language_enum(row.language), language=language_name(row.language)) for row in rows]


def language_field() -> Any:
    """The field `language` of a translation."""
    return nested(_languages, "The language.")


@strawberry.type(description="A product's texts in another language.")
class ProductTranslation:
    """Source: commerce.catalog.translations.PageTextsRow. Every text may be missing on its own."""

    id: strawberry.ID = global_id("ProductTranslation")
    language: LanguageDisplay = language_field()
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="A variant's name in another language.")
class ProductVariantTranslation:
    """Source: commerce.catalog.translations.NameRow."""

    id: strawberry.ID = global_id("ProductVariantTranslation")
    language: LanguageDisplay = language_field()
    name: str = leaf("The name.")


@strawberry.type(description="A category's texts in another language.")
class CategoryTranslation:
    """Source: commerce.catalog.translations.PageTextsRow. Every text may be missing on its own."""

    id: strawberry.ID = global_id("CategoryTranslation")
    language: LanguageDisplay = language_field()
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="A collection's texts in another language.")
class CollectionTranslation:
    """Source: commerce.catalog.translations.PageTextsRow. Every text may be missing on its own."""

    id: strawberry.ID = global_id("CollectionTranslation")
    language: LanguageDisplay = language_field()
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="An attribute's name in another language.")
class AttributeTranslation:
    """Source: commerce.catalog.translations.NameRow."""

    id: strawberry.ID = global_id("AttributeTranslation")
    language: LanguageDisplay = language_field()
    name: str = leaf("The name.")


@strawberry.type(description="An attribute value's name or text in another language.")
class AttributeValueTranslation:
    """Source: commerce.catalog.translations.ValueTextsRow."""

    id: strawberry.ID = global_id("AttributeValueTranslation")
    language: LanguageDisplay = language_field()
    name: str = leaf("The name; of a text without a translated name, how the text begins.")
    plain_text: str | None = leaf("The text, of a PLAIN_TEXT attribute.")
    rich_text: JSONString | None = leaf("The text in blocks, of a RICH_TEXT attribute.")


@strawberry.type(description="What is in a picture or video, in another language.")
class ProductMediaTranslation:
    """Source: commerce.catalog.translations.AltRow."""

    id: strawberry.ID = global_id("ProductMediaTranslation")
    language: LanguageDisplay = language_field()
    alt: str = leaf("What is in it, for those who cannot see it.")


@strawberry.type(description="What something is called in the addresses of a language.")
class SlugInLanguage:
    """Source: commerce.catalog.translations.SlugRow."""

    language: LanguageCodeEnum = computed(lambda root: language_enum(root.language), "The language.")
    slug: str = leaf("The name in addresses.")


def translation_field(
    what: str,
    read: Translations[Any],
    *,
    owner: Callable[[Any], Any] = lambda source: source,
    text: Callable[[Any], Any] = lambda row: row,
) -> Any:
    """The field `translation(languageCode)`: null where nothing has been translated into that very language.

    `owner` leads from a source to the row with translations (None without one), `text` from its translation to what
    the field shows.
    """

    def load(sources: Sequence[Any], context: RequestContext, language_code: LanguageCodeEnum) -> list[Any]:
        language = language_code.value
        keys = [None if (row := owner(source)) is None else str(row.id) for source in sources]
        asked = [key for key in keys if key is not None]

        def find(missing: list[str]) -> dict[str, Any]:
            found = read(missing, language)
            return {key: found.get(key) for key in missing}

        known = context.known(("translations", read, language), asked, find)
        rows = [None if key is None else known[key] for key in keys]
        return [None if row is None else text(row) for row in rows]

    return nested(load, f"{what} in another language; null if it is not translated.")


def slugs_field(read: Callable[[Collection[UUID | str]], dict[str, list[SlugRow]]]) -> Any:
    """The field `slugs`: the slug of every language that has one of its own."""

    def load(sources: Sequence[Any], context: RequestContext) -> list[list[SlugRow]]:
        found = read([source.id for source in sources])
        return [found.get(str(source.id), []) for source in sources]

    return nested(
        load, "The translated slugs, for links to the page in other languages; `slug` stands for all languages without."
    )
