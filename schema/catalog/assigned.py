"""Attributes with their values, one GraphQL type for each kind of value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as Several
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import strawberry

from commerce.attributes.models import Attribute as AttributeModel
from commerce.catalog import models
from commerce.catalog.described import ValueRow
from commerce.catalog.queries import visible_collections, visible_products, visible_variants
from commerce.catalog.translations import translations_of_values
from commerce.channels.models import Channel
from commerce.content.queries import visible_pages
from commerce.core.actor import Actor
from schema.catalog.attributes import Attribute, File, Selected, selected_of_products, selected_of_variants, stored_file
from schema.catalog.translations import translation_field
from schema.channels.scope import per_channel
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import computed, leaf, nested
from schema.scalars import JSON, PositiveInt

if TYPE_CHECKING:
    from schema.catalog.categories import Category
    from schema.catalog.collections import Collection
    from schema.catalog.types import Product, ProductVariant
    from schema.content.pages import Page

Kind = AttributeModel.InputType
Entity = AttributeModel.EntityType


def _of(kind: str, entity: str = "") -> Any:
    """The test by which GraphQL finds the type of a Selected: the attribute's kind, and what it refers to."""

    def is_type_of(source: Any, info: Any) -> bool:
        return bool(source.attribute.input_type == kind and (not entity or source.attribute.entity_type == entity))

    return staticmethod(is_type_of)


def _value(read: Callable[[ValueRow], Any]) -> Loader:
    """A loader of something of the only value; None without one."""

    def load(assigned: Sequence[Selected], context: RequestContext) -> list[Any]:
        return [read(one.first) if one.first is not None else None for one in assigned]

    return load


@strawberry.interface(description="An attribute of a product or variant with its value, whatever its kind.")
class AssignedAttribute:
    """Source: schema.catalog.attributes.Selected."""

    attribute: Attribute = nested("attribute", "The attribute.")


@strawberry.type(description="A choice that a product or variant has.")
class AssignedChoiceAttributeValue:
    """Source: commerce.catalog.described.ValueRow."""

    name: str | None = leaf("The choice as people read it.")
    slug: str | None = leaf("The choice as filters name it.")
    translation: str | None = translation_field("The name", translations_of_values, text=lambda row: row.own_name)


@strawberry.type(description="A colour or pattern that a product or variant has.")
class AssignedSwatchAttributeValue:
    """Source: commerce.catalog.described.ValueRow."""

    name: str | None = leaf("The choice as people read it.")
    slug: str | None = leaf("The choice as filters name it.")
    hex_color: str | None = computed(lambda root: root.swatch or None, "The colour, e.g. #1e40af.")
    file: File | None = nested(lambda values, context: [stored_file(value) for value in values], "The pattern.")


@strawberry.type(description="An attribute with one of its choices.")
class AssignedSingleChoiceAttribute(AssignedAttribute):
    """Of a DROPDOWN attribute."""

    is_type_of = _of(Kind.DROPDOWN)
    value: AssignedChoiceAttributeValue | None = nested(_value(lambda value: value), "The choice.")


@strawberry.type(description="An attribute with some of its choices.")
class AssignedMultiChoiceAttribute(AssignedAttribute):
    """Of a MULTISELECT attribute."""

    is_type_of = _of(Kind.MULTISELECT)
    value: list[AssignedChoiceAttributeValue] = nested("values", "The choices.")


@strawberry.type(description="An attribute whose choices are colours or patterns.")
class AssignedSwatchAttribute(AssignedAttribute):
    """Of a SWATCH attribute."""

    is_type_of = _of(Kind.SWATCH)
    value: AssignedSwatchAttributeValue | None = nested(_value(lambda value: value), "The choice.")


@strawberry.type(description="An attribute that is a number.")
class AssignedNumericAttribute(AssignedAttribute):
    """Of a NUMERIC attribute."""

    is_type_of = _of(Kind.NUMERIC)
    value: float | None = nested(
        _value(lambda value: float(value.numeric) if value.numeric is not None else None), "The number."
    )


@strawberry.type(description="An attribute that is yes or no.")
class AssignedBooleanAttribute(AssignedAttribute):
    """Of a BOOLEAN attribute."""

    is_type_of = _of(Kind.BOOLEAN)
    value: bool | None = nested(_value(lambda value: value.boolean), "Yes or no.")


@strawberry.type(description="An attribute that is a day.")
class AssignedDateAttribute(AssignedAttribute):
    """Of a DATE attribute."""

    is_type_of = _of(Kind.DATE)
    value: date | None = nested(_value(lambda value: value.date_time and value.date_time.date()), "The day.")


@strawberry.type(description="An attribute that is a moment.")
class AssignedDateTimeAttribute(AssignedAttribute):
    """Of a DATE_TIME attribute."""

    is_type_of = _of(Kind.DATE_TIME)
    value: datetime | None = nested(_value(lambda value: value.date_time), "The moment.")


@strawberry.type(description="An attribute that is a file.")
class AssignedFileAttribute(AssignedAttribute):
    """Of a FILE attribute."""

    is_type_of = _of(Kind.FILE)
    value: File | None = nested(_value(stored_file), "The file.")


@strawberry.type(description="An attribute that is text without format.")
class AssignedPlainTextAttribute(AssignedAttribute):
    """Of a PLAIN_TEXT attribute."""

    is_type_of = _of(Kind.PLAIN_TEXT)
    value: str | None = nested(_value(lambda value: value.plain_text), "The text.")
    translation: str | None = translation_field(
        "The text", translations_of_values, owner=lambda assigned: assigned.first, text=lambda row: row.plain_text
    )


@strawberry.type(description="An attribute that is text in blocks as Editor.js writes them.")
class AssignedTextAttribute(AssignedAttribute):
    """Of a RICH_TEXT attribute."""

    is_type_of = _of(Kind.RICH_TEXT)
    value: JSON | None = nested(_value(lambda value: value.rich_text), "The text.")
    translation: JSON | None = translation_field(
        "The text", translations_of_values, owner=lambda assigned: assigned.first, text=lambda row: row.rich_text
    )


Finder = Callable[[Several[UUID], Channel | None, Actor], Mapping[UUID, Any]]

_FINDERS: Final[dict[str, Finder]] = {
    Entity.PRODUCT: lambda keys, channel, actor: visible_products(channel=channel, actor=actor).in_bulk(list(keys)),
    Entity.PRODUCT_VARIANT: lambda keys, channel, actor: visible_variants(channel=channel, actor=actor).in_bulk(
        list(keys)
    ),
    Entity.CATEGORY: lambda keys, channel, actor: models.Category.objects.in_bulk(list(keys)),
    Entity.COLLECTION: lambda keys, channel, actor: visible_collections(channel=channel, actor=actor).in_bulk(
        list(keys)
    ),
    Entity.PAGE: lambda keys, channel, actor: visible_pages(actor=actor).in_bulk(list(keys)),
}


def _referenced(assigned: Sequence[Selected], context: RequestContext, entity: str) -> list[list[Any]]:
    """What the values refer to, as far as the caller may see it, in the order of the references."""

    def load(channel: Channel | None, members: list[Selected]) -> list[list[Any]]:
        keys = [_references(member, entity) for member in members]
        found = _FINDERS[entity]({key for each in keys for key in each}, channel, context.actor)
        return [[found[key] for key in each if key in found] for each in keys]

    return per_channel(assigned, context, load)


def _references(selected: Selected, entity: str) -> list[UUID]:
    if selected.attribute.entity_type != entity:
        return []
    return [UUID(key) for value in selected.values for key in value.references]


def _one(entity: str) -> Any:
    def load(assigned: Sequence[Selected], context: RequestContext) -> list[Any]:
        return [found[0] if found else None for found in _referenced(assigned, context, entity)]

    return nested(load, "What the value refers to; null if there is nothing that the caller may see.")


def _many(entity: str) -> Any:
    def load(
        assigned: Sequence[Selected], context: RequestContext, limit: PositiveInt | None = None
    ) -> list[list[Any]]:
        """What the values refer to, as far as the caller may see it: the first `limit`, at most 100."""
        return [found[: min(limit or 100, 100)] for found in _referenced(assigned, context, entity)]

    return nested(load)


@strawberry.type(description="An attribute that refers to one product.")
class AssignedSingleProductReferenceAttribute(AssignedAttribute):
    """Of a SINGLE_REFERENCE attribute."""

    is_type_of = _of(Kind.SINGLE_REFERENCE, Entity.PRODUCT)
    value: Annotated[Product, strawberry.lazy("schema.catalog.types")] | None = _one(Entity.PRODUCT)


@strawberry.type(description="An attribute that refers to products.")
class AssignedMultiProductReferenceAttribute(AssignedAttribute):
    """Of a REFERENCE attribute."""

    is_type_of = _of(Kind.REFERENCE, Entity.PRODUCT)
    value: list[Annotated[Product, strawberry.lazy("schema.catalog.types")]] = _many(Entity.PRODUCT)


@strawberry.type(description="An attribute that refers to one variant.")
class AssignedSingleProductVariantReferenceAttribute(AssignedAttribute):
    """Of a SINGLE_REFERENCE attribute."""

    is_type_of = _of(Kind.SINGLE_REFERENCE, Entity.PRODUCT_VARIANT)
    value: Annotated[ProductVariant, strawberry.lazy("schema.catalog.types")] | None = _one(Entity.PRODUCT_VARIANT)


@strawberry.type(description="An attribute that refers to variants.")
class AssignedMultiProductVariantReferenceAttribute(AssignedAttribute):
    """Of a REFERENCE attribute."""

    is_type_of = _of(Kind.REFERENCE, Entity.PRODUCT_VARIANT)
    value: list[Annotated[ProductVariant, strawberry.lazy("schema.catalog.types")]] = _many(Entity.PRODUCT_VARIANT)


@strawberry.type(description="An attribute that refers to one category.")
class AssignedSingleCategoryReferenceAttribute(AssignedAttribute):
    """Of a SINGLE_REFERENCE attribute."""

    is_type_of = _of(Kind.SINGLE_REFERENCE, Entity.CATEGORY)
    value: Annotated[Category, strawberry.lazy("schema.catalog.categories")] | None = _one(Entity.CATEGORY)


@strawberry.type(description="An attribute that refers to categories.")
class AssignedMultiCategoryReferenceAttribute(AssignedAttribute):
    """Of a REFERENCE attribute."""

    is_type_of = _of(Kind.REFERENCE, Entity.CATEGORY)
    value: list[Annotated[Category, strawberry.lazy("schema.catalog.categories")]] = _many(Entity.CATEGORY)


@strawberry.type(description="An attribute that refers to one collection.")
class AssignedSingleCollectionReferenceAttribute(AssignedAttribute):
    """Of a SINGLE_REFERENCE attribute."""

    is_type_of = _of(Kind.SINGLE_REFERENCE, Entity.COLLECTION)
    value: Annotated[Collection, strawberry.lazy("schema.catalog.collections")] | None = _one(Entity.COLLECTION)


@strawberry.type(description="An attribute that refers to collections.")
class AssignedMultiCollectionReferenceAttribute(AssignedAttribute):
    """Of a REFERENCE attribute."""

    is_type_of = _of(Kind.REFERENCE, Entity.COLLECTION)
    value: list[Annotated[Collection, strawberry.lazy("schema.catalog.collections")]] = _many(Entity.COLLECTION)


@strawberry.type(description="An attribute that refers to one page.")
class AssignedSinglePageReferenceAttribute(AssignedAttribute):
    """Of a SINGLE_REFERENCE attribute."""

    is_type_of = _of(Kind.SINGLE_REFERENCE, Entity.PAGE)
    value: Annotated[Page, strawberry.lazy("schema.content.pages")] | None = _one(Entity.PAGE)


@strawberry.type(description="An attribute that refers to pages.")
class AssignedMultiPageReferenceAttribute(AssignedAttribute):
    """Of a REFERENCE attribute."""

    is_type_of = _of(Kind.REFERENCE, Entity.PAGE)
    value: list[Annotated[Page, strawberry.lazy("schema.content.pages")]] = _many(Entity.PAGE)


ASSIGNED_TYPES = [
    AssignedBooleanAttribute,
    AssignedDateAttribute,
    AssignedDateTimeAttribute,
    AssignedFileAttribute,
    AssignedMultiCategoryReferenceAttribute,
    AssignedMultiChoiceAttribute,
    AssignedMultiCollectionReferenceAttribute,
    AssignedMultiPageReferenceAttribute,
    AssignedMultiProductReferenceAttribute,
    AssignedMultiProductVariantReferenceAttribute,
    AssignedNumericAttribute,
    AssignedPlainTextAttribute,
    AssignedSingleCategoryReferenceAttribute,
    AssignedSingleChoiceAttribute,
    AssignedSingleCollectionReferenceAttribute,
    AssignedSinglePageReferenceAttribute,
    AssignedSingleProductReferenceAttribute,
    AssignedSingleProductVariantReferenceAttribute,
    AssignedSwatchAttribute,
    AssignedTextAttribute,
]
"""What the schema has to be told of, because no field names them: they are reached through the interface only."""


def assigned_fields(selected: Callable[[Sequence[Any], RequestContext], list[list[Selected]]]) -> tuple[Any, Any]:
    """The fields `assignedAttributes(limit)` and `assignedAttribute(slug)` of products or variants."""

    def several(owners: Sequence[Any], context: RequestContext, limit: PositiveInt | None = None) -> list[Any]:
        """The attributes with their values, in the order of the product type: the first `limit`, at most 100."""
        return [attributes[: min(limit or 100, 100)] for attributes in selected(owners, context)]

    def one(owners: Sequence[Any], context: RequestContext, slug: str) -> list[Any]:
        """The attribute with this slug and its value; null if the product type has no such attribute."""
        return [
            next((entry for entry in attributes if entry.attribute.slug == slug), None)
            for attributes in selected(owners, context)
        ]

    return nested(several), nested(one)


assigned_to_products = assigned_fields(selected_of_products)
assigned_to_variants = assigned_fields(selected_of_variants)
