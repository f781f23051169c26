"""Showing products in channels, and what variants cost there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commerce.catalog.bundle_models import BundlePricing
from commerce.catalog.errors import PriceNotPossible, ProductNotFound, VariantNotFound
from commerce.catalog.events import ProductPublished, ProductUnpublished, VariantPriceChanged, VariantUpdated
from commerce.catalog.models import Product, ProductChannelListing, ProductVariant, VariantChannelListing
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.events.emit import emit


def publish_product(
    *,
    product_id: UUID,
    channel: Channel,
    published_at: datetime | None = None,
    visible_in_listings: bool = True,
    available_for_purchase_at: datetime | None = None,
    version: int | None = None,
    actor: Actor,
) -> ProductChannelListing:
    """Show a product in `channel` from `published_at` (now) on, for sale from `available_for_purchase_at` (then) on.

    Raises ProductNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    published_at = published_at or timezone.now()
    with transaction.atomic():
        product = _locked(product_id, version)
        listing, _ = ProductChannelListing.objects.update_or_create(
            product=product,
            channel=channel,
            defaults={
                "is_published": True,
                "published_at": published_at,
                "visible_in_listings": visible_in_listings,
                "available_for_purchase_at": available_for_purchase_at or published_at,
            },
        )
        refresh_price_ranges([product.id])
        event = ProductPublished(
            product_id=product.id, slug=product.slug, channel=channel.slug, published_at=published_at.isoformat()
        )
        emit(event, aggregate=("product", product.id), sequence=product.version, channel=channel.slug)
    return listing


def unpublish_product(*, product_id: UUID, channel: Channel, version: int | None = None, actor: Actor) -> None:
    """Hide a product from the shoppers of `channel`. Raises ProductNotFound, Conflict or PermissionDenied."""
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        product = _locked(product_id, version)
        ProductChannelListing.objects.filter(product=product, channel=channel).update(
            is_published=False, updated_at=timezone.now()
        )
        event = ProductUnpublished(product_id=product.id, slug=product.slug, channel=channel.slug)
        emit(event, aggregate=("product", product.id), sequence=product.version, channel=channel.slug)


def set_variant_price(
    *,
    variant_id: UUID,
    channel: Channel,
    price_amount: int,
    compare_at_amount: int | None = None,
    cost_amount: int | None = None,
    version: int | None = None,
    actor: Actor,
) -> VariantChannelListing:
    """Sell a variant in `channel` for `price_amount` minor units of its currency, before `compare_at_amount`.

    Raises VariantNotFound, PriceNotPossible (also for a bundle that costs what its parts do), Conflict (no longer at
    `version`) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    check_price(price_amount, compare_at_amount, cost_amount)
    with transaction.atomic():
        variant = changed_row(ProductVariant, variant_id, expected_version=version)
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("id",))
        require_own_price(variant)
        listing, _ = VariantChannelListing.objects.update_or_create(
            variant=variant,
            channel=channel,
            defaults={
                "price_amount": price_amount,
                "compare_at_amount": compare_at_amount,
                "cost_amount": cost_amount,
            },
        )
        refresh_price_ranges([variant.product_id])
        event = VariantPriceChanged(
            variant_id=variant.id,
            product_id=variant.product_id,
            channel=channel.slug,
            currency=channel.currency_code,
            price_amount=price_amount,
            compare_at_amount=compare_at_amount,
        )
        emit(event, aggregate=("variant", variant.id), sequence=variant.version, channel=channel.slug)
    return listing


def remove_variant_price(
    *, variant_id: UUID, channel: Channel, version: int | None = None, actor: Actor
) -> ProductVariant:
    """No longer sell a variant in `channel`; doing it twice does no harm.

    Raises VariantNotFound, PriceNotPossible (a bundle that costs what its parts do), Conflict (no longer at `version`)
    or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        variant = changed_row(ProductVariant, variant_id, expected_version=version)
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("id",))
        require_own_price(variant)
        variant.channel_listings.filter(channel=channel).delete()
        refresh_price_ranges([variant.product_id])
        event = VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku)
        emit(event, aggregate=("variant", variant.id), sequence=variant.version, channel=channel.slug)
    return variant


def require_own_price(variant: ProductVariant) -> None:
    """Raise PriceNotPossible for a bundle that costs what its parts do."""
    if BundlePricing.objects.filter(variant=variant).exists():
        raise PriceNotPossible("The parts of this bundle make its price.", path=("price",))


def check_price(price_amount: int, compare_at_amount: int | None, cost_amount: int | None) -> None:
    """Raise PriceNotPossible, with the path of the amount at fault, for what the database would refuse."""
    if not 0 <= price_amount <= MAX_MINOR:
        raise PriceNotPossible("A price is 0 or more.", path=("price",))
    if compare_at_amount is not None and not price_amount <= compare_at_amount <= MAX_MINOR:
        raise PriceNotPossible("The price before a reduction is not below the price.", path=("compareAtPrice",))
    if cost_amount is not None and not 0 <= cost_amount <= MAX_MINOR:
        raise PriceNotPossible("A cost is 0 or more.", path=("costPrice",))


def _locked(product_id: UUID, version: int | None) -> Product:
    product = changed_row(Product, product_id, expected_version=version)
    if product is None:
        raise ProductNotFound("There is no such product.", path=("id",))
    return product
