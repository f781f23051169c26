"""Changing the pictures and videos of products, for staff and apps with MANAGE_PRODUCTS.

`version` is always the product's. A picture of one's own is uploaded by HTTP (schema/catalog/upload_view.py).
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import strawberry
from django.db import transaction
from strawberry import UNSET

from commerce.catalog import services
from commerce.catalog.services.media import MediaChanges
from commerce.core.permission import Permission
from commerce.importing.fetching import fetch_soon
from schema.catalog.attribute_mutations import ReorderInput, read_moves
from schema.catalog.enums import ProductMediaType
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.images import ProductMedia
from schema.catalog.types import Product, ProductVariant
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.given import texts
from schema.ids import id_of, ids_of
from schema.payloads import row_payload

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)


@strawberry.input(description="What matters in a picture, so that it stays visible when the picture is cropped.")
class FocalPointInput:
    """Both from 0 to 1."""

    x: float = strawberry.field(description="From 0 (left) to 1 (right).")
    y: float = strawberry.field(description="From 0 (top) to 1 (bottom).")


@strawberry.input(description="What is said of a picture or video.")
class ProductMediaUpdateInput:
    """What is left out stays as it is."""

    alt: str | None = strawberry.field(default=UNSET, description="What is in it, for those who cannot see it.")
    focal_point: FocalPointInput | None = strawberry.field(
        default=UNSET, description="What matters in it; null for the middle."
    )

    def changes(self) -> MediaChanges:
        """The keys that were given."""
        found: dict[str, Any] = texts(self, "alt")
        if self.focal_point is not UNSET:
            point = self.focal_point
            found["focal_point"] = None if point is None else (point.x, point.y)
        return cast(MediaChanges, found)


@strawberry.input(description="A picture or video that lies elsewhere.")
class ProductMediaCreateInput(ProductMediaUpdateInput):
    """The product and the address are needed."""

    product: strawberry.ID = strawberry.field(description="The product.")
    url: str = strawberry.field(
        description="Of a picture, http:// or https://: it is fetched soon, checked, and shown from our own storage."
        " Of a video, https://: players load it from there."
    )
    type: ProductMediaType = strawberry.field(
        default=ProductMediaType.IMAGE, description="Whether it is a picture or a video."
    )
    variants: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Variants of the product that it is shown with."
    )


@change(payload=row_payload("ProductMediaCreate", "media", ProductMedia | None, ProductError))
def product_media_create(info: Info, input: ProductMediaCreateInput, version: int | None = None) -> Any:
    """Add a picture or video, last among the product's."""
    with below_input():
        media = services.add_media_from(
            product_id=id_of("Product", input.product, path=("product",)),
            url=input.url,
            is_video=input.type is ProductMediaType.VIDEO,
            changes=input.changes(),
            variant_ids=ids_of("ProductVariant", input.variants or [], path=("variants",)),
            version=version,
            actor=info.context.actor,
        )
    if media.status == media.Status.PENDING:
        transaction.on_commit(partial(fetch_soon, [media.id]))
    return media


@change(payload=row_payload("ProductMediaUpdate", "media", ProductMedia | None, ProductError))
def product_media_update(
    info: Info, id: strawberry.ID, input: ProductMediaUpdateInput, version: int | None = None
) -> Any:
    """Change what is said of a picture or video."""
    with below_input():
        return services.update_media(
            media_id=id_of("ProductMedia", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("ProductMediaDelete", "product", Product | None, ProductError))
def product_media_delete(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Take a picture or video away; answers with the product."""
    return services.remove_media(media_id=id_of("ProductMedia", id), version=version, actor=info.context.actor)


@change(payload=row_payload("ProductMediaReorder", "product", Product | None, ProductError))
def product_media_reorder(
    info: Info, product_id: strawberry.ID, moves: list[ReorderInput], version: int | None = None
) -> Any:
    """Put the pictures and videos of a product into another order."""
    return services.reorder_media(
        product_id=id_of("Product", product_id, path=("productId",)),
        moves=read_moves("ProductMedia", moves),
        version=version,
        actor=info.context.actor,
    )


@change(payload=row_payload("VariantMediaAssign", "product_variant", ProductVariant | None, ProductError))
def variant_media_assign(
    info: Info, variant_id: strawberry.ID, media_id: strawberry.ID, version: int | None = None
) -> Any:
    """Show one of the product's pictures with a variant."""
    return services.assign_media(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        media_id=id_of("ProductMedia", media_id, path=("mediaId",)),
        version=version,
        actor=info.context.actor,
    )


@change(payload=row_payload("VariantMediaUnassign", "product_variant", ProductVariant | None, ProductError))
def variant_media_unassign(
    info: Info, variant_id: strawberry.ID, media_id: strawberry.ID, version: int | None = None
) -> Any:
    """No longer show a picture with a variant; the product keeps it."""
    return services.assign_media(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        media_id=id_of("ProductMedia", media_id, path=("mediaId",)),
        shown=False,
        version=version,
        actor=info.context.actor,
    )
