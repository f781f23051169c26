"""Making and changing products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.attributes.models import AttributeValue
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CategoryNotFound, ProductNotFound
from commerce.catalog.events import ProductCreated, ProductUpdated
from commerce.catalog.models import Category, Product, ProductAttributeValue, ProductType, ProductTypeAttribute
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import NotFound, Required
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit

MAX_NAME = 250


class ProductChanges(TypedDict, total=False):
    """What can be changed of a product; a key that is missing stays as it is."""

    name: str
    slug: str
    description: dict[str, Any] | None
    category_id: UUID | None
    seo_title: str
    seo_description: str
    external_reference: str | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_product(
    *,
    product_type_id: UUID,
    name: str,
    slug: str | None = None,
    attribute_value_ids: Sequence[UUID] = (),
    changes: ProductChanges | None = None,
    actor: Actor,
) -> Product:
    """Make a product that no channel shows yet; without a slug it gets a free one from its name.

    Raises NotUnique, Required, InvalidInput, NotFound (type, category, attribute value) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked({"name": name, **(changes or {})})
    slug = checked_slug(slug) if slug else free_slug(name, taken=lambda s: Product.objects.filter(slug=s).exists())
    with refusing_duplicates(), transaction.atomic():
        product_type = ProductType.objects.filter(id=product_type_id).first()
        if product_type is None:
            raise NotFound("There is no such product type.", path=("productType",))
        product = Product.objects.create(**{"slug": slug, **values, "product_type": product_type})
        _set_attribute_values(product, attribute_value_ids)
        refresh_search_text([product.id])
        emit(
            ProductCreated(product_id=product.id, slug=product.slug, name=product.name),
            aggregate=("product", product.id),
            sequence=product.version,
        )
    return product


def update_product(
    *,
    product_id: UUID,
    changes: ProductChanges,
    attribute_value_ids: Sequence[UUID] | None = None,
    actor: Actor,
) -> Product:
    """Change a product; `attribute_value_ids`, if given, replace all its attribute values.

    Raises ProductNotFound, NotUnique, Required, InvalidInput, NotFound or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked(changes)
    with refusing_duplicates(), transaction.atomic():
        product = changed_row(Product, product_id, **values)
        if product is None:
            raise ProductNotFound("There is no such product.", path=("id",))
        if attribute_value_ids is not None:
            product.attribute_values.all().delete()
            _set_attribute_values(product, attribute_value_ids)
        if "name" in values:
            refresh_search_text([product.id])
        announce_update(product)
    return product


def touch_product(product_id: UUID) -> Product:
    """Say that something that belongs to a product (a picture, a listing) changed. Call it inside the transaction."""
    product = changed_row(Product, product_id)
    if product is None:
        raise ProductNotFound("There is no such product.", path=("product",))
    announce_update(product)
    return product


def announce_update(product: Product) -> None:
    """Emit ProductUpdated for a product whose version was just counted up."""
    emit(
        ProductUpdated(product_id=product.id, slug=product.slug, name=product.name),
        aggregate=("product", product.id),
        sequence=product.version,
    )


def _checked(changes: ProductChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    require_metadata(values)
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise Required("A product has a name.", path=("name",))
    if "slug" in values:
        values["slug"] = checked_slug(values["slug"])
    if "description" in values:
        values["description"] = clean_blocks(values["description"])
    for field, limit in (("name", MAX_NAME), ("seo_title", 70), ("seo_description", 300), ("external_reference", 250)):
        require_text(values.get(field), limit, path=(_camel(field),))
    category_id = values.get("category_id")
    if category_id is not None and not Category.objects.filter(id=category_id).exists():
        raise CategoryNotFound("There is no such category.", path=("category",))
    return values


def _set_attribute_values(product: Product, value_ids: Sequence[UUID]) -> None:
    known = AttributeValue.objects.filter(
        id__in=value_ids,
        attribute__product_type_links__product_type=product.product_type_id,
        attribute__product_type_links__scope=ProductTypeAttribute.Scope.PRODUCT,
    ).in_bulk()
    if len(known) != len(set(value_ids)):
        raise NotFound("The product's type has no such attribute value.", path=("attributes",))
    ProductAttributeValue.objects.bulk_create(
        ProductAttributeValue(product=product, value=known[value_id], sort_order=place)
        for place, value_id in enumerate(dict.fromkeys(value_ids))
    )


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.title() for word in rest)
