"""Changing the catalog, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.catalog import services
from commerce.core.permission import Permission
from schema.catalog.attribute_inputs import read_attributes
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.inputs import (
    CategoryInput,
    ProductChannelListingUpdateInput,
    ProductCreateInput,
    ProductInput,
    ProductVariantChannelListingUpdateInput,
    ProductVariantCreateInput,
    ProductVariantInput,
)
from schema.catalog.types import Product, ProductVariant
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.ids import id_of, ids_of
from schema.payloads import row_payload
from schema.scalars import JSONString

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)


def _value_ids(given: list[strawberry.ID] | None) -> list[UUID] | None:
    """Ids of attribute values; None if the caller said nothing of them, so that they stay."""
    return None if given is UNSET else ids_of("AttributeValue", given or [], path=("attributeValues",))


@change(payload=row_payload("ProductCreate", "product", Product | None, ProductError))
def product_create(info: Info, input: ProductCreateInput) -> Any:
    """Make a product that no channel shows yet; without a slug it gets a free one from its name."""
    changes = input.changes()
    with below_input():
        return services.create_product(
            product_type_id=id_of("ProductType", input.product_type, path=("productType",)),
            name=changes.pop("name", ""),
            slug=changes.pop("slug", None),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values) or (),
            changes=changes,
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductUpdate", "product", Product | None, ProductError))
def product_update(info: Info, id: strawberry.ID, input: ProductInput) -> Any:
    """Change a product."""
    with below_input():
        return services.update_product(
            product_id=id_of("Product", id),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values),
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductDelete", "product", Product | None, ProductError))
def product_delete(info: Info, id: strawberry.ID) -> None:
    """Delete a product with its variants; refused while units of it are promised to carts or orders."""
    services.delete_product(product_id=id_of("Product", id), actor=info.context.actor)


@change(payload=row_payload("ProductVariantCreate", "product_variant", ProductVariant | None, ProductError))
def product_variant_create(info: Info, input: ProductVariantCreateInput) -> Any:
    """Add a variant to a product; it has no price yet, so nobody can buy it."""
    with below_input():
        return services.create_variant(
            product_id=id_of("Product", input.product, path=("product",)),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values) or (),
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductVariantUpdate", "product_variant", ProductVariant | None, ProductError))
def product_variant_update(info: Info, id: strawberry.ID, input: ProductVariantInput) -> Any:
    """Change a variant."""
    with below_input():
        return services.update_variant(
            variant_id=id_of("ProductVariant", id),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values),
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductChannelListingUpdate", "product", Product | None, ProductError))
def product_channel_listing_update(info: Info, id: strawberry.ID, input: ProductChannelListingUpdateInput) -> Any:
    """Show a product in a channel, or hide it there."""
    with below_input():
        return input.apply(id_of("Product", id), named_channel(info.context, input.channel), info.context.actor)


@change(
    payload=row_payload("ProductVariantChannelListingUpdate", "product_variant", ProductVariant | None, ProductError)
)
def product_variant_channel_listing_update(
    info: Info, id: strawberry.ID, input: ProductVariantChannelListingUpdateInput
) -> Any:
    """Say what a variant costs in a channel."""
    with below_input():
        channel = named_channel(info.context, input.channel)
        listing = services.set_variant_price(
            variant_id=id_of("ProductVariant", id),
            channel=channel,
            **input.amounts(channel.currency_code),
            actor=info.context.actor,
        )
    return listing.variant


@change(payload=row_payload("CategoryCreate", "category", Category | None, ProductError))
def category_create(info: Info, input: CategoryInput, parent: strawberry.ID | None = None) -> Any:
    """Add a category below `parent`, or a root; without a slug it gets a free one from its name."""
    changes: dict[str, Any] = {**input.changes()}
    parent_id = None if parent is None else id_of("Category", parent, path=("parent",))
    return services.create_category(
        name=changes.pop("name", ""),
        slug=changes.pop("slug", None),
        parent_id=parent_id,
        actor=info.context.actor,
        **changes,
    )


@change(payload=row_payload("CategoryUpdate", "category", Category | None, ProductError))
def category_update(info: Info, id: strawberry.ID, input: CategoryInput) -> Any:
    """Change what a category is called and says."""
    with below_input():
        return services.update_category(
            category_id=id_of("Category", id), changes=input.changes(), actor=info.context.actor
        )


@change(payload=row_payload("CollectionCreate", "collection", Collection | None, ProductError))
def collection_create(info: Info, name: str, slug: str | None = None, description: JSONString | None = None) -> Any:
    """Make an empty collection that no channel shows yet."""
    return services.create_collection(
        name=name,
        slug=slug,
        description=description,  # type: ignore[arg-type]
        actor=info.context.actor,
    )


@change(payload=row_payload("CollectionAddProducts", "collection", Collection | None, ProductError))
def collection_add_products(info: Info, collection_id: strawberry.ID, products: list[strawberry.ID]) -> Any:
    """Put products at the end of a collection; those already in it keep their place."""
    return services.add_to_collection(
        collection_id=id_of("Collection", collection_id, path=("collectionId",)),
        product_ids=ids_of("Product", products, path=("products",)),
        actor=info.context.actor,
    )
