"""What a product type asks of its products and variants."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.catalog.assigning import Owner, Rule
from commerce.catalog.errors import SelectionTaken
from commerce.catalog.models import (
    Product,
    ProductAttributeValue,
    ProductTypeAttribute,
    ProductVariant,
    VariantAttributeValue,
)

_Scope = ProductTypeAttribute.Scope


def owner_of_product(product: Product) -> Owner:
    """A product as an owner of attribute values."""
    return Owner(ProductAttributeValue, "product", product.id, _rules(product.product_type_id, _Scope.PRODUCT)[0])


def owner_of_variant(variant: ProductVariant, product_type_id: UUID) -> tuple[Owner, set[UUID]]:
    """A variant as an owner of attribute values, and the ids of the attributes that shoppers choose it by."""
    rules, selecting = _rules(product_type_id, _Scope.VARIANT)
    return Owner(VariantAttributeValue, "variant", variant.id, rules), selecting


def check_selection(variant: ProductVariant, selecting: Collection[UUID]) -> None:
    """Raise SelectionTaken if another variant of the product is chosen by the same values.

    Call it after the values are written, with the product locked.
    """
    if not selecting:
        return
    links = VariantAttributeValue.objects.filter(
        variant__product=variant.product_id, value__attribute__in=selecting
    ).values_list("variant_id", "value_id")
    chosen: dict[UUID, set[UUID]] = {}
    for variant_id, value_id in links:
        chosen.setdefault(variant_id, set()).add(value_id)
    mine = chosen.pop(variant.id, set())
    if mine and mine in chosen.values():
        raise SelectionTaken("Another variant of the product has the same selection.", path=("attributes",))


def _rules(product_type_id: UUID, scope: str) -> tuple[list[Rule], set[UUID]]:
    links = ProductTypeAttribute.objects.filter(product_type=product_type_id, scope=scope).select_related("attribute")
    rules, selecting = [], set()
    for link in links:
        if link.variant_selection:
            selecting.add(link.attribute_id)
        required = link.required or link.variant_selection or link.attribute.value_required
        rules.append(Rule(link.attribute, required))
    return rules, selecting
