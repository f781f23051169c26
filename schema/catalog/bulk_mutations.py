"""Changing many products and variants in one request, at most 100, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry
from strawberry import UNSET

from commerce.catalog import services
from commerce.catalog.bulk import ErrorPolicy, RowResult, run_bulk
from commerce.catalog.models import Product as ProductModel
from commerce.catalog.models import ProductVariant as VariantModel
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from schema.catalog.attribute_inputs import read_attributes
from schema.catalog.bulk import below, bulk_payload, compacted, delete_each, without
from schema.catalog.enums import ErrorPolicyEnum
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.inputs import (
    ProductChannelListingUpdateInput,
    ProductCreateInput,
    ProductInput,
    ProductVariantChannelListingUpdateInput,
    ProductVariantInput,
)
from schema.catalog.types import Product, ProductVariant
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.ids import id_of, ids_of

MAX_VARIANTS = 100

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
REJECT_EVERYTHING = ErrorPolicyEnum.REJECT_EVERYTHING


@strawberry.input(description="What a new variant is, and what it costs.")
class ProductVariantBulkCreateInput(ProductVariantInput):
    """Everything may come later, but for the attributes that shoppers choose by."""

    channel_listings: list[ProductVariantChannelListingUpdateInput] | None = strawberry.field(
        default=UNSET, description="What it costs in channels."
    )

    @property
    def is_divisible(self) -> bool:
        """It can be made without a field of it that is wrong."""
        return True


@strawberry.input(description="What a variant is from now on, and what it costs.")
class ProductVariantBulkUpdateInput(ProductVariantBulkCreateInput):
    """What is left out stays as it is."""

    id: strawberry.ID = strawberry.field(description="The variant.")
    version: int | None = strawberry.field(default=None, description="The version of it that you have read.")


@strawberry.input(description="What a new product is, with its variants and where it is shown.")
class ProductBulkCreateInput(ProductCreateInput):
    """A name and a type are needed."""

    variants: list[ProductVariantBulkCreateInput] | None = strawberry.field(
        default=UNSET, description="Its variants, at most 100."
    )
    channel_listings: list[ProductChannelListingUpdateInput] | None = strawberry.field(
        default=UNSET, description="Where it is shown."
    )


@strawberry.input(description="What a product is from now on, and where it is shown.")
class ProductBulkUpdateInput(ProductInput):
    """What is left out stays as it is."""

    id: strawberry.ID = strawberry.field(description="The product.")
    version: int | None = strawberry.field(default=None, description="The version of it that you have read.")
    channel_listings: list[ProductChannelListingUpdateInput] | None = strawberry.field(
        default=UNSET, description="Where it is shown."
    )


def _value_ids(input: ProductInput | ProductVariantInput) -> Any:
    given = input.attribute_values
    return None if given is UNSET else ids_of("AttributeValue", given or [], path=("attributeValues",))


def _list(info: Info, product: ProductModel, listings: list[ProductChannelListingUpdateInput] | None) -> None:
    for index, listing in enumerate(listings or ()):
        with below("channelListings", str(index)):
            listing.apply(product.id, named_channel(info.context, listing.channel), info.context.actor)


def _price(info: Info, variant: VariantModel, listings: list[ProductVariantChannelListingUpdateInput] | None) -> None:
    for index, listing in enumerate(listings or ()):
        with below("channelListings", str(index)):
            channel = named_channel(info.context, listing.channel)
            services.set_variant_price(
                variant_id=variant.id,
                channel=channel,
                **listing.amounts(channel.currency_code),
                actor=info.context.actor,
            )


def _create_product(info: Info, given: ProductBulkCreateInput) -> ProductModel:
    row = compacted(given)
    changes: Any = row.changes()
    product = services.create_product(
        product_type_id=id_of("ProductType", row.product_type, path=("productType",)),
        name=changes.pop("name", ""),
        slug=changes.pop("slug", None),
        attributes=read_attributes(row.attributes),
        attribute_value_ids=_value_ids(row) or (),
        changes=changes,
        actor=info.context.actor,
    )
    variants = row.variants or []
    if len(variants) > MAX_VARIANTS:
        raise InvalidInput(f"At most {MAX_VARIANTS} variants at once.", path=("variants",))
    for index, variant in enumerate(variants):
        with below("variants", str(index)):
            _create_variant(info, product, variant)
    _list(info, product, row.channel_listings)
    return ProductModel.objects.get(id=product.id)


def _update_product(info: Info, given: ProductBulkUpdateInput) -> ProductModel:
    row = compacted(given)
    product = services.update_product(
        product_id=id_of("Product", row.id),
        changes=row.changes(),
        attributes=read_attributes(row.attributes),
        attribute_value_ids=_value_ids(row),
        version=row.version,
        actor=info.context.actor,
    )
    _list(info, product, row.channel_listings)
    return ProductModel.objects.get(id=product.id)


def _create_variant(info: Info, product: ProductModel, given: ProductVariantBulkCreateInput) -> VariantModel:
    row = compacted(given)
    variant = services.create_variant(
        product_id=product.id,
        changes=row.changes(),
        attributes=read_attributes(row.attributes),
        attribute_value_ids=_value_ids(row) or (),
        actor=info.context.actor,
    )
    _price(info, variant, row.channel_listings)
    return VariantModel.objects.get(id=variant.id)


def _update_variant(info: Info, given: ProductVariantBulkUpdateInput) -> VariantModel:
    row = compacted(given)
    variant = services.update_variant(
        variant_id=id_of("ProductVariant", row.id),
        changes=row.changes(),
        attributes=read_attributes(row.attributes),
        attribute_value_ids=_value_ids(row),
        version=row.version,
        actor=info.context.actor,
    )
    _price(info, variant, row.channel_listings)
    return VariantModel.objects.get(id=variant.id)


@change(payload=bulk_payload("ProductBulkCreate", "ProductBulkCreateResult", "product", Product | None))
def product_bulk_create(
    info: Info, products: list[ProductBulkCreateInput], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Make products with their variants, prices and listings."""
    write = partial(_create_product, info)
    return run_bulk(products, write, policy=ErrorPolicy(error_policy.value), name="products", without=without)


@change(payload=bulk_payload("ProductBulkUpdate", "ProductBulkUpdateResult", "product", Product | None))
def product_bulk_update(
    info: Info, products: list[ProductBulkUpdateInput], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Change products, each only if it is still at its `version`, and where they are shown."""
    write = partial(_update_product, info)
    return run_bulk(products, write, policy=ErrorPolicy(error_policy.value), name="products", without=without)


@change(payload=bulk_payload("ProductBulkDelete", "ProductBulkDeleteResult", "product", Product | None))
def product_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete products with their variants; those with promised units are refused with IN_USE."""
    write = delete_each(services.delete_product, "product_id", "Product", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")


@change(
    payload=bulk_payload(
        "ProductVariantBulkCreate", "ProductVariantBulkCreateResult", "product_variant", ProductVariant | None
    )
)
def product_variant_bulk_create(
    info: Info,
    product: strawberry.ID,
    variants: list[ProductVariantBulkCreateInput],
    error_policy: ErrorPolicyEnum = REJECT_EVERYTHING,
) -> list[RowResult]:
    """Add variants to a product, with their prices."""
    owner = ProductModel(id=id_of("Product", product, path=("product",)))
    write = partial(_create_variant, info, owner)
    return run_bulk(variants, write, policy=ErrorPolicy(error_policy.value), name="variants", without=without)


@change(
    payload=bulk_payload(
        "ProductVariantBulkUpdate", "ProductVariantBulkUpdateResult", "product_variant", ProductVariant | None
    )
)
def product_variant_bulk_update(
    info: Info, variants: list[ProductVariantBulkUpdateInput], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Change variants, of one product or of several, each only if it is still at its `version`, and their prices."""
    write = partial(_update_variant, info)
    return run_bulk(variants, write, policy=ErrorPolicy(error_policy.value), name="variants", without=without)


@change(
    payload=bulk_payload(
        "ProductVariantBulkDelete", "ProductVariantBulkDeleteResult", "product_variant", ProductVariant | None
    )
)
def product_variant_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete variants; those with promised units are refused with IN_USE."""
    write = delete_each(services.delete_variant, "variant_id", "ProductVariant", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")
