"""Translating the catalog, for staff and apps with MANAGE_TRANSLATIONS.

Texts that are left out stay, null takes one away; a translation without any text left is gone.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry
from strawberry import UNSET

from commerce.catalog import services
from commerce.catalog.services.translations import AltTexts, NameTexts, PageTexts, ValueTexts
from commerce.core.permission import Permission
from schema.catalog.attributes import Attribute, AttributeValue
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.images import ProductMedia
from schema.catalog.types import Product, ProductVariant
from schema.context import Info
from schema.doorway import mutation
from schema.enums import LanguageCodeEnum
from schema.errors import MutationError, below_input, code_enum, code_field
from schema.ids import id_of
from schema.payloads import row_payload
from schema.scalars import JSONString

TranslationErrorCode = code_enum(
    "TranslationErrorCode", "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE IDEMPOTENCY_KEY_REUSED IN_PROGRESS"
)


@strawberry.type(description="What stopped a translation.")
class TranslationError(MutationError):
    """A MutationError of translations."""

    code: Any = code_field(TranslationErrorCode)


translate = partial(mutation, Permission.MANAGE_TRANSLATIONS, error=TranslationError, codes=TranslationErrorCode)


def given_texts(source: object, *names: str) -> Any:
    """The texts among `names` that the caller set, null included."""
    return {name: value for name in names if (value := getattr(source, name)) is not UNSET}


@strawberry.input(description="The texts of a product, category or collection in a language.")
class TranslationInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses of this language.")
    description: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")

    def texts(self) -> PageTexts:
        """The texts that were given."""
        found: PageTexts = given_texts(self, "name", "slug", "description", "seo_title", "seo_description")
        return found


@strawberry.input(description="The name of a variant, an attribute or a menu's item in a language.")
class NameTranslationInput:
    """Null takes it away."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")

    def texts(self) -> NameTexts:
        """The name, if it was given."""
        found: NameTexts = given_texts(self, "name")
        return found


@strawberry.input(description="The name or text of an attribute value in a language.")
class AttributeValueTranslationInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The value as people read it.")
    plain_text: str | None = strawberry.field(default=UNSET, description="The text, of a PLAIN_TEXT attribute.")
    rich_text: JSONString | None = strawberry.field(
        default=UNSET, description="The text in blocks, of a RICH_TEXT attribute."
    )

    def texts(self) -> ValueTexts:
        """The texts that were given."""
        found: ValueTexts = given_texts(self, "name", "plain_text", "rich_text")
        return found


@strawberry.input(description="What is in a picture or video, in a language.")
class ProductMediaTranslationInput:
    """Null takes it away."""

    alt: str | None = strawberry.field(default=UNSET, description="What is in it, for those who cannot see it.")

    def texts(self) -> AltTexts:
        """The text, if it was given."""
        found: AltTexts = given_texts(self, "alt")
        return found


@translate(payload=row_payload("ProductTranslate", "product", Product | None, TranslationError))
def product_translate(info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: TranslationInput) -> Any:
    """Say a product's texts in a language; a slug belongs to one product in each language."""
    with below_input():
        return services.translate_product(
            product_id=id_of("Product", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("ProductVariantTranslate", "product_variant", ProductVariant | None, TranslationError))
def product_variant_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: NameTranslationInput
) -> Any:
    """Say a variant's name in a language."""
    with below_input():
        return services.translate_variant(
            variant_id=id_of("ProductVariant", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("CategoryTranslate", "category", Category | None, TranslationError))
def category_translate(info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: TranslationInput) -> Any:
    """Say a category's texts in a language; a slug belongs to one category in each language."""
    with below_input():
        return services.translate_category(
            category_id=id_of("Category", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("CollectionTranslate", "collection", Collection | None, TranslationError))
def collection_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: TranslationInput
) -> Any:
    """Say a collection's texts in a language; a slug belongs to one collection in each language."""
    with below_input():
        return services.translate_collection(
            collection_id=id_of("Collection", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("AttributeTranslate", "attribute", Attribute | None, TranslationError))
def attribute_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: NameTranslationInput
) -> Any:
    """Say an attribute's name in a language."""
    with below_input():
        return services.translate_attribute(
            attribute_id=id_of("Attribute", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("AttributeValueTranslate", "attribute_value", AttributeValue | None, TranslationError))
def attribute_value_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: AttributeValueTranslationInput
) -> Any:
    """Say the name of an attribute value, or its text, in a language."""
    with below_input():
        return services.translate_attribute_value(
            value_id=id_of("AttributeValue", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )


@translate(payload=row_payload("ProductMediaTranslate", "media", ProductMedia | None, TranslationError))
def product_media_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: ProductMediaTranslationInput
) -> Any:
    """Say what is in a picture or video in a language."""
    with below_input():
        return services.translate_media(
            media_id=id_of("ProductMedia", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )
