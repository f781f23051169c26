"""What somebody may see of the catalog. Every way to a product leads through `visible_products`.

For shoppers a product that is not published in the channel, or not yet, does not exist: not by slug, not by id, not
through a variant, a category or a collection. Staff and apps with MANAGE_PRODUCTS see what is not published, too.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from commerce.catalog.models import (
    Category,
    Collection,
    CollectionChannelListing,
    Product,
    ProductChannelListing,
    ProductVariant,
)
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.permission import Permission


def sees_unpublished(*, channel: Channel | None, actor: Actor) -> bool:
    """Whether the actor works on the catalog of this channel instead of shopping in it."""
    return actor.has(Permission.MANAGE_PRODUCTS, channel.id if channel else None)


def visible_products(*, channel: Channel | None, actor: Actor) -> QuerySet[Product]:
    """The products that exist for this actor in this channel.

    Without a channel: everything for staff and apps with MANAGE_PRODUCTS (in their channels, if they are restricted to
    some, and products that no channel lists yet), and nothing for anybody else.
    """
    if channel is None:
        return _managed_products(actor)
    if sees_unpublished(channel=channel, actor=actor):
        return Product.objects.filter(Exists(_listings(channel)))
    return Product.objects.filter(Exists(_published_now(channel)))


def listed_products(*, channel: Channel | None, actor: Actor) -> QuerySet[Product]:
    """The visible products that lists show: for shoppers without those that can only be reached by their address."""
    if channel is None or sees_unpublished(channel=channel, actor=actor):
        return visible_products(channel=channel, actor=actor)
    return Product.objects.filter(Exists(_published_now(channel).filter(visible_in_listings=True)))


def visible_variants(*, channel: Channel | None, actor: Actor) -> QuerySet[ProductVariant]:
    """The variants of visible products; for shoppers only those that have a price in the channel."""
    products = visible_products(channel=channel, actor=actor)
    variants = ProductVariant.objects.filter(product__in=products)
    if channel is None or sees_unpublished(channel=channel, actor=actor):
        return variants
    return variants.filter(channel_listings__channel=channel)


def visible_collections(*, channel: Channel | None, actor: Actor) -> QuerySet[Collection]:
    """The collections that exist for this actor in this channel."""
    if sees_unpublished(channel=channel, actor=actor):
        return Collection.objects.all()
    if channel is None:
        return Collection.objects.none()
    return Collection.objects.filter(Exists(_published_collections(channel)))


def visible_categories() -> QuerySet[Category]:
    """Every category: the tree is the same for everybody, only the products in it differ."""
    return Category.objects.all()


def published_condition(prefix: str = "") -> Q:
    """That a listing shows its product now; `prefix` leads to the listing, e.g. `listing__`."""
    now = timezone.now()
    return Q(**{f"{prefix}is_published": True}) & (
        Q(**{f"{prefix}published_at__isnull": True}) | Q(**{f"{prefix}published_at__lte": now})
    )


def purchasable_condition(prefix: str = "") -> Q:
    """That a listing not only shows its product but sells it now."""
    return published_condition(prefix) & Q(**{f"{prefix}available_for_purchase_at__lte": timezone.now()})


def _listings(channel: Channel) -> QuerySet[ProductChannelListing]:
    return ProductChannelListing.objects.filter(product=OuterRef("pk"), channel=channel)


def _published_now(channel: Channel) -> QuerySet[ProductChannelListing]:
    return _listings(channel).filter(published_condition())


def _published_collections(channel: Channel) -> QuerySet[CollectionChannelListing]:
    return CollectionChannelListing.objects.filter(collection=OuterRef("pk"), channel=channel).filter(
        published_condition()
    )


def _managed_products(actor: Actor) -> QuerySet[Product]:
    channel_ids = actor.channels_with(Permission.MANAGE_PRODUCTS)
    if channel_ids is None:
        return Product.objects.all()
    if not channel_ids:
        return Product.objects.none()
    listed = ProductChannelListing.objects.filter(product=OuterRef("pk"))
    return Product.objects.filter(Exists(listed.filter(channel__in=channel_ids)) | ~Exists(listed))
