"""Making and changing products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.assigning import assign, assign_values
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CategoryNotFound, ProductNotFound, ProductTypeNotFound
from commerce.catalog.events import ProductCreated, ProductUpdated
from commerce.catalog.given_attributes import GivenAttribute
from commerce.catalog.keeping import kept
from commerce.catalog.models import Category, Product, ProductType
from commerce.catalog.named_changes import checked_changes
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.type_rules import owner_of_product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.events.emit import emit


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
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] = (),
    changes: ProductChanges | None = None,
    actor: Actor,
) -> Product:
    """Make a product that no channel shows yet; without a slug it gets a free one from its name.

    Its attributes are given by what they are or by the ids of values. Raises NotUnique, Required, InvalidInput,
    NotFound (type, category, attribute value), Rejected (several things about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    require_one_way(attributes, attribute_value_ids)
    values = checked_changes({"name": name, **(changes or {})}, noun="A product")
    slug = checked_slug(slug) if slug else free_slug(name, taken=lambda s: Product.objects.filter(slug=s).exists())
    with refusing_duplicates(), transaction.atomic():
        if not kept(ProductType, [product_type_id]):
            raise ProductTypeNotFound("There is no such product type.", path=("productType",))
        _keep_category(values)
        product = Product.objects.create(**{"slug": slug, **values, "product_type_id": product_type_id})
        owner = owner_of_product(product)
        if attribute_value_ids:
            assign_values(owner, attribute_value_ids, is_new=True)
        else:
            assign(owner, attributes, is_new=True)
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
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] | None = None,
    version: int | None = None,
    actor: Actor,
) -> Product:
    """Change a product. `attributes` change those that they name; `attribute_value_ids` replace all that it has.

    Raises ProductNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput, NotFound, Rejected
    (several things about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    require_one_way(attributes, attribute_value_ids)
    values = checked_changes(changes, noun="A product")
    with refusing_duplicates(), transaction.atomic():
        _keep_category(values)
        product = changed_row(Product, product_id, expected_version=version, **values)
        if product is None:
            raise ProductNotFound("There is no such product.", path=("id",))
        if attribute_value_ids is not None:
            assign_values(owner_of_product(product), attribute_value_ids, is_new=False)
        elif attributes:
            assign(owner_of_product(product), attributes, is_new=False)
        if "name" in values:
            refresh_search_text([product.id])
        announce_update(product)
    return product


def touch_product(product_id: UUID, *, version: int | None = None, path: tuple[str, ...] = ("product",)) -> Product:
    """Say that something that belongs to a product (a picture, a listing) changed. Call it inside the transaction.

    Raises Conflict if the product is no longer at `version`, and ProductNotFound with `path`.
    """
    product = changed_row(Product, product_id, expected_version=version)
    if product is None:
        raise ProductNotFound("There is no such product.", path=path)
    announce_update(product)
    return product


def announce_update(product: Product) -> None:
    """Emit ProductUpdated for a product whose version was just counted up."""
    emit(
        ProductUpdated(product_id=product.id, slug=product.slug, name=product.name),
        aggregate=("product", product.id),
        sequence=product.version,
    )


def _keep_category(values: dict[str, Any]) -> None:
    category_id = values.get("category_id")
    if category_id is not None and not kept(Category, [category_id]):
        raise CategoryNotFound("There is no such category.", path=("category",))


def require_one_way(attributes: object, value_ids: object) -> None:
    """Raise InvalidInput if attribute values are given both by their ids and by what they are."""
    if attributes and value_ids:
        raise InvalidInput("Give `attributes` or `attributeValues`, not both.", path=("attributeValues",))
