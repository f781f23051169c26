"""Changing products and variants, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.catalog import models, services
from commerce.core.permission import Permission
from schema.catalog.attribute_inputs import read_attributes
from schema.catalog.attribute_mutations import ReorderInput, read_moves
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.inputs import (
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
from schema.payloads import current_row, row_payload

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
product_now = current_row(models.Product, "product")
variant_now = current_row(models.ProductVariant, "product_variant")


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


@change(payload=row_payload("ProductUpdate", "product", Product | None, ProductError), current=product_now)
def product_update(info: Info, id: strawberry.ID, input: ProductInput, version: int | None = None) -> Any:
    """Change a product; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_product(
            product_id=id_of("Product", id),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductDelete", "product", Product | None, ProductError), current=product_now)
def product_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a product with its variants; refused with IN_USE while units of it are promised to carts or orders."""
    services.delete_product(product_id=id_of("Product", id), version=version, actor=info.context.actor)


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


@change(
    payload=row_payload("ProductVariantUpdate", "product_variant", ProductVariant | None, ProductError),
    current=variant_now,
)
def product_variant_update(
    info: Info, id: strawberry.ID, input: ProductVariantInput, version: int | None = None
) -> Any:
    """Change a variant; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_variant(
            variant_id=id_of("ProductVariant", id),
            changes=input.changes(),
            attributes=read_attributes(input.attributes or None),
            attribute_value_ids=_value_ids(input.attribute_values),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("ProductVariantDelete", "product", Product | None, ProductError),
)
def product_variant_delete(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Delete a variant; refused with IN_USE while units of it are promised. Answers with its product."""
    return services.delete_variant(variant_id=id_of("ProductVariant", id), version=version, actor=info.context.actor)


@change(payload=row_payload("ProductVariantReorder", "product", Product | None, ProductError))
def product_variant_reorder(
    info: Info, product_id: strawberry.ID, moves: list[ReorderInput], version: int | None = None
) -> Any:
    """Put the variants of a product into another order; `version` is the product's."""
    return services.reorder_variants(
        product_id=id_of("Product", product_id, path=("productId",)),
        moves=read_moves("ProductVariant", moves),
        version=version,
        actor=info.context.actor,
    )


@change(
    payload=row_payload("ProductChannelListingUpdate", "product", Product | None, ProductError), current=product_now
)
def product_channel_listing_update(
    info: Info, id: strawberry.ID, input: ProductChannelListingUpdateInput, version: int | None = None
) -> Any:
    """Show a product in a channel, or hide it there."""
    with below_input():
        channel = named_channel(info.context, input.channel)
        return input.apply(id_of("Product", id), channel, info.context.actor, version=version)


@change(
    payload=row_payload("ProductVariantChannelListingUpdate", "product_variant", ProductVariant | None, ProductError)
)
def product_variant_channel_listing_update(
    info: Info, id: strawberry.ID, input: ProductVariantChannelListingUpdateInput, version: int | None = None
) -> Any:
    """Say what a variant costs in a channel."""
    with below_input():
        channel = named_channel(info.context, input.channel)
        listing = services.set_variant_price(
            variant_id=id_of("ProductVariant", id),
            channel=channel,
            **input.amounts(channel.currency_code),
            version=version,
            actor=info.context.actor,
        )
    return listing.variant


@change(
    payload=row_payload("ProductVariantChannelListingDelete", "product_variant", ProductVariant | None, ProductError)
)
def product_variant_channel_listing_delete(
    info: Info, id: strawberry.ID, channel: str, version: int | None = None
) -> Any:
    """No longer sell a variant in a channel (its slug)."""
    return services.remove_variant_price(
        variant_id=id_of("ProductVariant", id),
        channel=named_channel(info.context, channel),
        version=version,
        actor=info.context.actor,
    )
