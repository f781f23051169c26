"""What lists of products show: each one statement for any number of parents.

Like `batches`, these add no rule of who may see what: the parents come from `queries`. `described` has the attributes,
`picture_addresses` the pictures' addresses.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.catalog.models import ProductMedia, ProductVariant, VariantChannelListing
from commerce.catalog.queries import sees_unpublished
from commerce.channels.models import Channel
from commerce.core.actor import Actor


def variants_of_products(
    product_ids: Collection[UUID], *, channel: Channel | None, actor: Actor
) -> dict[UUID, list[ProductVariant]]:
    """The variants of products in their own order; shoppers get those that have a price in the channel."""
    variants = ProductVariant.objects.filter(product__in=list(product_ids))
    if channel is not None and not sees_unpublished(channel=channel, actor=actor):
        variants = variants.filter(channel_listings__channel=channel)
    found: dict[UUID, list[ProductVariant]] = {product_id: [] for product_id in product_ids}
    for variant in variants.order_by("sort_order", "id"):
        found[variant.product_id].append(variant)
    return found


def media_of_products(product_ids: Collection[UUID]) -> dict[UUID, list[ProductMedia]]:
    """The media of products that can be shown, in their order."""
    media = ProductMedia.objects.filter(product__in=list(product_ids), status=ProductMedia.Status.READY)
    found: dict[UUID, list[ProductMedia]] = {product_id: [] for product_id in product_ids}
    for medium in media.order_by("sort_order", "id"):
        found[medium.product_id].append(medium)
    return found


def media_of_variants(variant_ids: Collection[UUID]) -> dict[UUID, list[ProductMedia]]:
    """The media that belong to variants of their own, in their order."""
    links = (
        ProductMedia.variants.through.objects.filter(
            productvariant__in=list(variant_ids), productmedia__status=ProductMedia.Status.READY
        )
        .select_related("productmedia")
        .order_by("productmedia__sort_order", "productmedia_id")
    )
    found: dict[UUID, list[ProductMedia]] = {variant_id: [] for variant_id in variant_ids}
    for link in links:
        found[link.productvariant_id].append(link.productmedia)
    return found


def variant_listings(variant_ids: Collection[UUID], *, channel: Channel) -> dict[UUID, VariantChannelListing | None]:
    """What each variant costs in the channel; None where it has no price there, which is not the same as 0."""
    listings = VariantChannelListing.objects.filter(variant__in=list(variant_ids), channel=channel)
    found: dict[UUID, VariantChannelListing | None] = dict.fromkeys(variant_ids)
    found.update((listing.variant_id, listing) for listing in listings)
    return found


def listings_of_products_variants(
    product_ids: Collection[UUID], *, channel: Channel
) -> dict[UUID, list[VariantChannelListing]]:
    """The prices of all variants of each product in the channel, lowest first: for price ranges."""
    listings = VariantChannelListing.objects.filter(variant__product__in=list(product_ids), channel=channel)
    found: dict[UUID, list[VariantChannelListing]] = {product_id: [] for product_id in product_ids}
    for listing in listings.select_related("variant").order_by("price_amount", "id"):
        found[listing.variant.product_id].append(listing)
    return found
