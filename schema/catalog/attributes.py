"""Attributes and their values as the API shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
from django.db.models import Count

from commerce.attributes.models import Attribute as AttributeModel
from commerce.attributes.models import AttributeValue as AttributeValueModel
from commerce.catalog.attached_files import file_address
from commerce.catalog.described import (
    AttributeRow,
    Described,
    ValueRow,
    attributes_of_products,
    attributes_of_variants,
)
from commerce.catalog.translations import translations_of_attributes, translations_of_values
from commerce.core.keyset import fetch_pages_by_parent
from commerce.core.permission import Permission
from schema.catalog.briefly import asks_briefly, attributes_in_brief
from schema.catalog.enums import AttributeEntityTypeEnum, AttributeInputTypeEnum, VariantAttributeScope
from schema.catalog.stored import stored, stored_field, version_field
from schema.catalog.translations import AttributeTranslation, AttributeValueTranslation, translation_field
from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, items
from schema.pagination import CountableConnection, Counts, Page, slice_of, to_page
from schema.scalars import JSONString

Value = ValueRow | AttributeValueModel


@dataclass(slots=True, eq=False)
class StoredFile:
    """Source of File."""

    url: str


@strawberry.type(description="A file to download.")
class File:
    """Source: StoredFile."""

    url: str = leaf("The absolute address.")


def stored_file(value: Value) -> StoredFile | None:
    """The file of a value; None if it has none."""
    return StoredFile(file_address(value.file_url)) if value.file_url else None


def _value_text(value: Value) -> str | None:
    if value.swatch:
        return value.swatch
    if value.numeric is not None:
        return format(value.numeric.normalize(), "f")
    return value.plain_text or None


def _dates(values: Sequence[Value], context: RequestContext) -> list[date | None]:
    return [value.date_time.date() if value.date_time else None for value in values]


@strawberry.type(description="One value of an attribute.")
class AttributeValue:
    """Source: commerce.catalog.described.ValueRow or commerce.attributes.models.AttributeValue."""

    id: strawberry.ID = global_id("AttributeValue")
    name: str | None = leaf("The value as people read it.")
    slug: str | None = leaf("The value as filters name it.")
    value: str | None = computed(lambda root: _value_text(root), "The colour of a swatch, the number or the text.")
    boolean: bool | None = leaf("Yes or no, of a BOOLEAN attribute.")
    date: date | None = nested(_dates, "The day, of a DATE attribute.")
    date_time: datetime | None = leaf("The moment, of a DATE_TIME attribute.")
    plain_text: str | None = computed(lambda root: root.plain_text or None, "The text, of a PLAIN_TEXT attribute.")
    rich_text: JSONString | None = leaf("The text in blocks, of a RICH_TEXT attribute.")
    file: File | None = nested(
        lambda values, context: [stored_file(value) for value in values], "The file, of a FILE attribute."
    )
    translation: AttributeValueTranslation | None = translation_field("The name or text", translations_of_values)


def _choices(
    attributes: Sequence[AttributeRow],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The values to choose from, in the order of the shop."""
    keys = [UUID(str(attribute.id)) for attribute in attributes]
    window = slice_of(first, after, last, before)
    pages = fetch_pages_by_parent(
        AttributeValueModel.objects.all(), "attribute_id", list(dict.fromkeys(keys)), ("sort_order", "id"), window
    )
    counts = Counts(lambda: _count_values(set(keys)))
    return [to_page(pages[key], count=counts.of(key)) for key in keys]


def _count_values(attribute_ids: Collection[UUID]) -> dict[UUID, int]:
    values = AttributeValueModel.objects.filter(attribute__in=attribute_ids).values_list("attribute")
    return dict(values.annotate(count=Count("id")))


@strawberry.type(description="A property of products or variants.")
class Attribute:
    """Source: commerce.catalog.described.AttributeRow or commerce.attributes.models.Attribute."""

    id: strawberry.ID = global_id("Attribute")
    name: str = leaf("The name that people read.")
    slug: str = leaf("The name by which filters choose it.")
    input_type: AttributeInputTypeEnum | None = computed(
        lambda root: AttributeInputTypeEnum(root.input_type), "What kind of value it takes."
    )
    entity_type: AttributeEntityTypeEnum | None = computed(
        lambda root: AttributeEntityTypeEnum(root.entity_type) if root.entity_type else None,
        "What its references point to.",
    )
    unit: str | None = computed(lambda root: root.unit or None, "The unit of its numbers.")
    filterable_in_storefront: bool = leaf("Whether shoppers can filter by it.", source="filterable")
    visible_in_storefront: bool = leaf(
        "Whether shoppers see it.", source="visible_in_storefront", permission=Permission.MANAGE_PRODUCTS
    )
    value_required: bool | None = stored_field(
        AttributeModel, "value_required", "Whether every product, variant or page whose type has it needs a value."
    )
    external_reference: str | None = stored_field(AttributeModel, "external_reference", "The key of another system.")
    version: int | None = version_field(AttributeModel)
    metadata: list[MetadataItem] | None = nested(
        stored(AttributeModel, lambda row: items(row.metadata), ["metadata"]),
        "Public data of integrations.",
        permission=Permission.MANAGE_PRODUCTS,
    )
    private_metadata: list[MetadataItem] | None = nested(
        stored(AttributeModel, lambda row: items(row.private_metadata), ["private_metadata"]),
        "Data of integrations for staff and apps only.",
        permission=Permission.MANAGE_PRODUCTS,
    )
    choices: CountableConnection[AttributeValue] | None = nested(_choices)
    translation: AttributeTranslation | None = translation_field("The name", translations_of_attributes)


@dataclass(slots=True, eq=False)
class Selected:
    """Source of SelectedAttribute and of AssignedAttribute: an attribute, its values, and by whom it was asked for."""

    attribute: AttributeRow
    values: list[ValueRow]

    @property
    def first(self) -> ValueRow | None:
        """The only value of an attribute that takes one."""
        return self.values[0] if self.values else None


@strawberry.type(description="An attribute and the values that a product or variant has of it.")
class SelectedAttribute:
    """Source: Selected."""

    attribute: Attribute = nested("attribute", "The attribute.")
    values: list[AttributeValue] = nested("values", "The values; empty if it has none.")


def shown(
    described: Collection[Described], context: RequestContext, permission: Permission = Permission.MANAGE_PRODUCTS
) -> list[Selected]:
    """The attributes that the caller may see: holders of `permission` also those that shoppers do not."""
    hidden_too = context.actor.has(permission)
    return [
        Selected(entry.attribute, entry.values)
        for entry in described
        if hidden_too or entry.attribute.visible_in_storefront
    ]


def selected_of_products(products: Sequence[Any], context: RequestContext) -> list[list[Selected]]:
    """The attributes of the product's type, with the values that the product has."""
    what = ("attributes of products", asks_briefly(products, attributes_in_brief))
    found = context.known(what, [product.id for product in products], attributes_of_products)
    return [shown(found[product.id], context) for product in products]


def selected_of_variants(
    variants: Sequence[Any],
    context: RequestContext,
    variant_selection: VariantAttributeScope | None = VariantAttributeScope.ALL,
) -> list[list[Selected]]:
    """The attributes of the product's type that `variantSelection` names, with the values that the variant has."""
    what = ("attributes of variants", asks_briefly(variants, attributes_in_brief))
    found = context.known(what, [variant.id for variant in variants], attributes_of_variants)
    wanted = {
        VariantAttributeScope.ALL: (True, False),
        VariantAttributeScope.VARIANT_SELECTION: (True,),
        VariantAttributeScope.NOT_VARIANT_SELECTION: (False,),
    }[variant_selection or VariantAttributeScope.ALL]
    return [
        shown([entry for entry in found[variant.id] if entry.variant_selection in wanted], context)
        for variant in variants
    ]
