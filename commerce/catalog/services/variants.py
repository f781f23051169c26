"""Making and changing variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.assigning import assign, assign_values
from commerce.catalog.contents import COLUMNS, checked_contents, checked_quantities
from commerce.catalog.customs import checked_hs_code, checked_origin
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.events import VariantCreated, VariantUpdated
from commerce.catalog.given_attributes import GivenAttribute
from commerce.catalog.models import Product, ProductType, ProductVariant
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.services.products import require_one_way, touch_product
from commerce.catalog.type_rules import check_selection, owner_of_variant
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit

MAX_VARIANTS = 2_000
MAX_WEIGHT_GRAMS = 2**31 - 1
MAX_MILLIMETRES = 100_000


class VariantChanges(TypedDict, total=False):
    """What can be changed of a variant; a key that is missing stays as it is. Whole grams and millimetres."""

    name: str
    sku: str | None
    barcode: str
    sort_order: int
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    content_quantity: Decimal | None
    content_unit: str | None
    unit_price_quantity: Decimal | None
    unit_price_unit: str | None
    is_shipping_required: bool
    track_inventory: bool
    hs_code: str | None
    country_of_origin: str | None
    quantity_limit_per_customer: int | None
    external_reference: str | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_variant(
    *,
    product_id: UUID,
    changes: VariantChanges,
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] = (),
    actor: Actor,
) -> ProductVariant:
    """Add a variant to a product; it has no price yet, so nobody can buy it.

    It has a value of every attribute that shoppers choose by, and no other variant of the product has the same ones.
    Raises ProductNotFound, NotUnique, SelectionTaken, Required, InvalidInput, NotFound (attribute value), Rejected
    (several things about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    require_one_way(attributes, attribute_value_ids)
    values = _checked(changes)
    checked_contents(values)
    with refusing_duplicates(), transaction.atomic():
        product = touch_product(product_id)
        if product.variants.count() >= MAX_VARIANTS:
            raise InvalidInput(f"A product has {MAX_VARIANTS} variants at most.", path=("product",))
        _require_not_shipped(product.id, values)
        variant = ProductVariant.objects.create(**values, product=product)
        _set_attributes(variant, product.product_type_id, attributes, attribute_value_ids or None, is_new=True)
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
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] | None = None,
    version: int | None = None,
    actor: Actor,
) -> ProductVariant:
    """Change a variant. `attributes` change those that they name; `attribute_value_ids` replace all that it has.

    Raises VariantNotFound, Conflict (no longer at `version`), NotUnique, SelectionTaken, Required, InvalidInput,
    NotFound (attribute value), Rejected (several things about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    require_one_way(attributes, attribute_value_ids)
    describes = bool(attributes) or attribute_value_ids is not None
    values = _checked(changes)
    with refusing_duplicates(), transaction.atomic():
        # The product before its variant, as everywhere: two variants at once cannot take one selection.
        product = _locked_product(variant_id) if describes else None
        variant = changed_row(ProductVariant, variant_id, expected_version=version, **values)
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("id",))
        _require_not_shipped(variant.product_id, values)
        if values.keys() & set(COLUMNS):
            checked_contents({name: getattr(variant, name) for name in COLUMNS})
        if product is not None:
            _set_attributes(variant, product.product_type_id, attributes, attribute_value_ids, is_new=False)
        if "sku" in values:
            refresh_search_text([variant.product_id])
        emit(
            VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku),
            aggregate=("variant", variant.id),
            sequence=variant.version,
        )
    return variant


def _locked_product(variant_id: UUID) -> Product | None:
    return Product.objects.select_for_update(no_key=True).filter(variants=variant_id).first()


def _require_not_shipped(product_id: UUID, values: Mapping[str, Any]) -> None:
    """Variants of gift cards are not shipped by themselves; nobody may want it otherwise."""
    if values.get("is_shipping_required"):
        cards = ProductType.objects.filter(kind=ProductType.Kind.GIFT_CARD)
        if cards.filter(products=product_id).exists():
            raise InvalidInput("Gift cards are not shipped.", path=("isShippingRequired",))


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
    for column, path in (("length_mm", "lengthMm"), ("width_mm", "widthMm"), ("height_mm", "heightMm")):
        measure = values.get(column)
        if measure is not None and not 1 <= measure <= MAX_MILLIMETRES:
            raise InvalidInput(f"A measure is a whole number of millimetres, {MAX_MILLIMETRES} at most.", path=(path,))
    checked_quantities(values)
    if "hs_code" in values:
        values["hs_code"] = checked_hs_code(values["hs_code"])
    if "country_of_origin" in values:
        values["country_of_origin"] = checked_origin(values["country_of_origin"])
    limit = values.get("quantity_limit_per_customer")
    if limit is not None and not 1 <= limit <= 1_000_000:
        raise InvalidInput("A limit is at least 1.", path=("quantityLimitPerCustomer",))
    beyond = values.get("backorder_limit")
    if beyond is not None and not 1 <= beyond <= 1_000_000_000:
        raise InvalidInput("A limit is at least 1.", path=("backorderLimit",))
    return values


def reorder_variants(*, product_id: UUID, moves: Sequence[Move], version: int | None = None, actor: Actor) -> Product:
    """Put the variants of a product into another order; `version` is the product's.

    Raises ProductNotFound, VariantNotFound (path `moves`, index, `id`), Conflict, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        product = touch_product(product_id, version=version, path=("productId",))
        reorder(product.variants.all(), moves, missing=VariantNotFound)
    return product


def _set_attributes(
    variant: ProductVariant,
    product_type_id: UUID,
    attributes: Sequence[GivenAttribute],
    value_ids: Sequence[UUID] | None,
    *,
    is_new: bool,
) -> None:
    owner, selecting = owner_of_variant(variant, product_type_id)
    if value_ids is not None:
        assign_values(owner, value_ids, is_new=is_new)
    else:
        assign(owner, attributes, is_new=is_new)
    check_selection(variant, selecting)
