"""Taking products and variants away for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q, RestrictedError

from commerce.attributes.models import AttributeValue
from commerce.catalog.assigning import drop_orphans
from commerce.catalog.attribute_kinds import OWNED
from commerce.catalog.errors import ProductInUse, ProductNotFound, VariantInUse, VariantNotFound
from commerce.catalog.events import ProductDeleted, VariantDeleted
from commerce.catalog.keeping import locked_for_deletion
from commerce.catalog.models import Product, ProductVariant
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.services.products import touch_product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.events.emit import emit_many


def delete_product(*, product_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a product with its variants, prices, media and stock. What orders remember of it stays with them.

    Raises ProductNotFound, Conflict (no longer at `version`), ProductInUse (units of it are promised, or
    it is a part of a bundle) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    try:
        with transaction.atomic():
            product = changed_row(Product, product_id, expected_version=version)
            if product is None:
                raise ProductNotFound("There is no such product.", path=("id",))
            variants = list(product.variants.all())
            event = ProductDeleted(product_id=product.id, slug=product.slug, name=product.name)
            emit_many(
                [
                    *(_variant_deleted(variant, variant.version + 1) for variant in variants),
                    (event, ("product", product.id), product.version),
                ]
            )
            locked_for_deletion(product)
            owned = _owned_values(Q(product_links__product=product) | Q(variant_links__variant__product=product))
            product.delete()
            drop_orphans(owned)
    except RestrictedError as error:
        raise ProductInUse("A variant of this product is a part of a bundle.", path=("id",)) from error
    except ProtectedError as error:
        raise ProductInUse("Units of this product are promised to carts or orders.", path=("id",)) from error


def delete_variant(*, variant_id: UUID, version: int | None = None, actor: Actor) -> Product:
    """Delete a variant with its prices and stock; returns its product. What orders remember of it stays with them.

    Raises VariantNotFound, Conflict (no longer at `version`), VariantInUse (units of it are promised, or
    it is a part of a bundle) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    product_id = ProductVariant.objects.filter(id=variant_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise VariantNotFound("There is no such variant.", path=("id",))
    try:
        with transaction.atomic():
            # The product before its variant, as everywhere.
            product = touch_product(product_id, path=("id",))
            variant = changed_row(ProductVariant, variant_id, expected_version=version)
            if variant is None:
                raise VariantNotFound("There is no such variant.", path=("id",))
            emit_many([_variant_deleted(variant, variant.version)])
            owned = _owned_values(Q(variant_links__variant=variant))
            variant.delete()
            drop_orphans(owned)
            refresh_price_ranges([product.id])
            refresh_search_text([product.id])
    except RestrictedError as error:
        raise VariantInUse("This variant is a part of a bundle.", path=("id",)) from error
    except ProtectedError as error:
        raise VariantInUse("Units of this variant are promised to carts or orders.", path=("id",)) from error
    return product


def _variant_deleted(variant: ProductVariant, sequence: int) -> tuple[VariantDeleted, tuple[str, UUID], int]:
    event = VariantDeleted(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku)
    return event, ("variant", variant.id), sequence


def _owned_values(condition: Q) -> list[UUID]:
    """Texts, files and references that nothing has any more when what `condition` says is gone."""
    values = AttributeValue.objects.filter(condition, attribute__input_type__in=OWNED)
    return list(values.distinct().values_list("id", flat=True))
