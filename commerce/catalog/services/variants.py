"""Making and changing variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.attributes.models import AttributeValue
from commerce.catalog.customs import checked_hs_code, checked_origin
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.events import VariantCreated, VariantUpdated
from commerce.catalog.models import Product, ProductTypeAttribute, ProductVariant, VariantAttributeValue
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.services.products import touch_product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit

MAX_VARIANTS = 2_000
MAX_WEIGHT_GRAMS = 2**31 - 1


class VariantChanges(TypedDict, total=False):
    """What can be changed of a variant; a key that is missing stays as it is. Weights are whole grams."""

    name: str
    sku: str | None
    barcode: str
    sort_order: int
    weight_grams: int | None
    is_shipping_required: bool
    track_inventory: bool
    hs_code: str | None
    country_of_origin: str | None
    quantity_limit_per_customer: int | None
    external_reference: str | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_variant(
    *, product_id: UUID, changes: VariantChanges, attribute_value_ids: Sequence[UUID] = (), actor: Actor
) -> ProductVariant:
    """Add a variant to a product; it has no price yet, so nobody can buy it.

    Raises ProductNotFound, NotUnique, InvalidInput, NotFound (attribute value) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked(changes)
    with refusing_duplicates(), transaction.atomic():
        product = touch_product(product_id)
        if product.variants.count() >= MAX_VARIANTS:
            raise InvalidInput(f"A product has {MAX_VARIANTS} variants at most.", path=("product",))
        variant = ProductVariant.objects.create(**values, product=product)
        _set_attribute_values(product, variant, attribute_value_ids)
        refresh_search_text([product.id])
        emit(
            VariantCreated(variant_id=variant.id, product_id=product.id, sku=variant.sku),
            aggregate=("variant", variant.id),
            sequence=variant.version,
        )
    return variant


def update_variant(
    *,
    variant_id: UUID,
    changes: VariantChanges,
    attribute_value_ids: Sequence[UUID] | None = None,
    actor: Actor,
) -> ProductVariant:
    """Change a variant; `attribute_value_ids`, if given, replace all its attribute values.

    Raises VariantNotFound, NotUnique, InvalidInput, NotFound (attribute value) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked(changes)
    with refusing_duplicates(), transaction.atomic():
        variant = changed_row(ProductVariant, variant_id, **values)
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("id",))
        if attribute_value_ids is not None:
            variant.attribute_values.all().delete()
            _set_attribute_values(variant.product, variant, attribute_value_ids)
        if "sku" in values:
            refresh_search_text([variant.product_id])
        emit(
            VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku),
            aggregate=("variant", variant.id),
            sequence=variant.version,
        )
    return variant


def _checked(changes: VariantChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    require_metadata(values)
    if "sku" in values:
        values["sku"] = (values["sku"] or "").strip() or None
    for field, path, longest in (
        ("sku", "sku", 255),
        ("name", "name", 255),
        ("barcode", "barcode", 64),
        ("external_reference", "externalReference", 250),
    ):
        require_text(values.get(field), longest, path=(path,))
    weight = values.get("weight_grams")
    if weight is not None and not 0 <= weight <= MAX_WEIGHT_GRAMS:
        raise InvalidInput("A weight is a whole number of grams.", path=("weight",))
    if "hs_code" in values:
        values["hs_code"] = checked_hs_code(values["hs_code"])
    if "country_of_origin" in values:
        values["country_of_origin"] = checked_origin(values["country_of_origin"])
    limit = values.get("quantity_limit_per_customer")
    if limit is not None and not 1 <= limit <= 1_000_000:
        raise InvalidInput("A limit is at least 1.", path=("quantityLimitPerCustomer",))
    return values


def _set_attribute_values(product: Product, variant: ProductVariant, value_ids: Sequence[UUID]) -> None:
    known = AttributeValue.objects.filter(
        id__in=value_ids,
        attribute__product_type_links__product_type=product.product_type_id,
        attribute__product_type_links__scope=ProductTypeAttribute.Scope.VARIANT,
    ).in_bulk()
    if len(known) != len(set(value_ids)):
        raise NotFound("Variants of this type have no such attribute value.", path=("attributes",))
    VariantAttributeValue.objects.bulk_create(
        VariantAttributeValue(variant=variant, value=known[value_id], sort_order=place)
        for place, value_id in enumerate(dict.fromkeys(value_ids))
    )
