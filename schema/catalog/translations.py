"""Translations of catalog texts. A missing translation is null, and the caller falls back to the original."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from schema.context import RequestContext
from schema.enums import LanguageCodeEnum, LanguageDisplay
from schema.fields import leaf, nested
from schema.scalars import JSONString


@strawberry.type(description="A product's texts in another language.")
class ProductTranslation:
    """Every text may be missing on its own."""

    id: strawberry.ID = leaf("The global id of this ProductTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="A variant's name in another language.")
class ProductVariantTranslation:
    """Source: a translation row."""

    id: strawberry.ID = leaf("The global id of this ProductVariantTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str = leaf("The name.")


@strawberry.type(description="A category's texts in another language.")
class CategoryTranslation:
    """Every text may be missing on its own."""

    id: strawberry.ID = leaf("The global id of this CategoryTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="A collection's texts in another language.")
class CollectionTranslation:
    """Every text may be missing on its own."""

    id: strawberry.ID = leaf("The global id of this CollectionTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str | None = leaf("The name.")
    slug: str | None = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")


@strawberry.type(description="An attribute's name in another language.")
class AttributeTranslation:
    """Source: a translation row."""

    id: strawberry.ID = leaf("The global id of this AttributeTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str = leaf("The name.")


@strawberry.type(description="An attribute value's name in another language.")
class AttributeValueTranslation:
    """Source: a translation row."""

    id: strawberry.ID = leaf("The global id of this AttributeValueTranslation.")
    language: LanguageDisplay = nested("language", "The language.")
    name: str = leaf("The name.")


def _none_stored(sources: Sequence[Any], context: RequestContext, language_code: LanguageCodeEnum) -> list[None]:
    # The shop stores texts in one language only, so nothing has a translation.
    return [None for _ in sources]


def translation_field(what: str) -> Any:
    """The field `translation(languageCode)`: null where the text has not been translated into that language."""
    return nested(_none_stored, f"{what} in another language; null if it is not translated.")
