"""Selections of products that are picked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CollectionNotFound, ProductNotFound
from commerce.catalog.events import CollectionCreated, CollectionUpdated
from commerce.catalog.models import Collection, CollectionChannelListing, CollectionProduct, Product
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.rule_keeping import keep_rules
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import Required
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit


def create_collection(
    *, name: str, slug: str | None = None, description: dict[str, Any] | None = None, actor: Actor
) -> Collection:
    """Make an empty collection that no channel shows yet. Raises NotUnique, Required or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    if not name.strip():
        raise Required("A collection has a name.", path=("name",))
    require_text(name, 250, path=("name",))
    slug = checked_slug(slug) if slug else free_slug(name, taken=lambda s: Collection.objects.filter(slug=s).exists())
    with refusing_duplicates(), transaction.atomic():
        collection = Collection.objects.create(name=name.strip(), slug=slug, description=clean_blocks(description))
        emit(
            CollectionCreated(collection_id=collection.id, slug=collection.slug),
            aggregate=("collection", collection.id),
            sequence=collection.version,
        )
    return collection


def add_to_collection(*, collection_id: UUID, product_ids: Sequence[UUID], actor: Actor) -> Collection:
    """Put products at the end of a collection; those already in it keep their place.

    Raises CollectionNotFound, ProductNotFound (path `products`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = _changed(collection_id)
        known = set(Product.objects.filter(id__in=product_ids).values_list("id", flat=True))
        for index, product_id in enumerate(product_ids):
            if product_id not in known:
                raise ProductNotFound("There is no such product.", path=("products", str(index)))
        # What a rule has found is picked by hand from now on.
        collection.product_links.filter(product_id__in=product_ids, by_rule=True).delete()
        last = collection.product_links.filter(by_rule=False).aggregate(last=Max("sort_order"))["last"]
        start = 0 if last is None else last + 1
        CollectionProduct.objects.bulk_create(
            [
                CollectionProduct(collection=collection, product_id=product_id, sort_order=start + place)
                for place, product_id in enumerate(dict.fromkeys(product_ids))
            ],
            ignore_conflicts=True,
        )
    return collection


def remove_from_collection(*, collection_id: UUID, product_ids: Sequence[UUID], actor: Actor) -> Collection:
    """Take products out of a collection; those that its rule asks for stay in it, behind those picked by hand.

    Raises CollectionNotFound or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = _changed(collection_id)
        collection.product_links.filter(product_id__in=product_ids).delete()
        keep_rules(product_ids)
    return collection


def publish_collection(
    *, collection_id: UUID, channel: Channel, published_at: datetime | None = None, actor: Actor
) -> CollectionChannelListing:
    """Show a collection in `channel` from `published_at` (now) on. Raises CollectionNotFound or PermissionDenied."""
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        collection = _changed(collection_id, channel=channel.slug)
        listing, _ = CollectionChannelListing.objects.update_or_create(
            collection=collection,
            channel=channel,
            defaults={"is_published": True, "published_at": published_at or timezone.now()},
        )
    return listing


def unpublish_collection(*, collection_id: UUID, channel: Channel, actor: Actor) -> None:
    """Hide a collection from the shoppers of `channel`. Raises CollectionNotFound or PermissionDenied."""
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        collection = _changed(collection_id, channel=channel.slug)
        collection.channel_listings.filter(channel=channel).update(is_published=False, updated_at=timezone.now())


def _changed(collection_id: UUID, channel: str | None = None) -> Collection:
    collection = changed_row(Collection, collection_id)
    if collection is None:
        raise CollectionNotFound("There is no such collection.", path=("id",))
    emit(
        CollectionUpdated(collection_id=collection.id, slug=collection.slug),
        aggregate=("collection", collection.id),
        sequence=collection.version,
        channel=channel,
    )
    return collection
