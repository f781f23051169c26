"""Selections of products that are picked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CollectionNotFound, ProductNotFound
from commerce.catalog.events import CollectionCreated, CollectionDeleted, CollectionUpdated
from commerce.catalog.keeping import kept
from commerce.catalog.models import Collection, CollectionChannelListing, CollectionProduct, Product
from commerce.catalog.named_changes import checked_changes
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.rule_keeping import keep_rules
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.events.emit import emit


class CollectionChanges(TypedDict, total=False):
    """What can be changed of a collection besides its products; a key that is missing stays as it is."""

    name: str
    slug: str
    description: dict[str, Any] | None
    seo_title: str
    seo_description: str
    background_image_alt: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_collection(
    *,
    name: str,
    slug: str | None = None,
    description: dict[str, Any] | None = None,
    changes: CollectionChanges | None = None,
    actor: Actor,
) -> Collection:
    """Make an empty collection that no channel shows yet.

    Raises NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    given = {"name": name, "description": description, **(changes or {})}
    values = checked_changes(given, noun="A collection")
    slug = checked_slug(slug) if slug else free_slug(name, taken=lambda s: Collection.objects.filter(slug=s).exists())
    with refusing_duplicates(), transaction.atomic():
        collection = Collection.objects.create(**{**values, "slug": slug})
        emit(
            CollectionCreated(collection_id=collection.id, slug=collection.slug),
            aggregate=("collection", collection.id),
            sequence=collection.version,
        )
    return collection


def update_collection(
    *, collection_id: UUID, changes: CollectionChanges, version: int | None = None, actor: Actor
) -> Collection:
    """Change what a collection is called and says.

    Raises CollectionNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_changes(changes, noun="A collection")
    with refusing_duplicates(), transaction.atomic():
        return _changed(collection_id, version=version, **values)


def delete_collection(*, collection_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a collection; its products stay, and items of menus that led to it stay as headings.

    Raises CollectionNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = changed_row(Collection, collection_id, expected_version=version)
        if collection is None:
            raise CollectionNotFound("There is no such collection.", path=("id",))
        event = CollectionDeleted(collection_id=collection.id, slug=collection.slug)
        emit(event, aggregate=("collection", collection.id), sequence=collection.version)
        collection.delete()


def reorder_collection(
    *, collection_id: UUID, moves: Sequence[Move], version: int | None = None, actor: Actor
) -> Collection:
    """Put the products picked by hand into another order; those of the rule follow them. A Move's id is a product's.

    Raises CollectionNotFound, ProductNotFound (path `moves`, index, `id`), Conflict, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = _changed(collection_id, version=version)
        reorder(collection.product_links.filter(by_rule=False), moves, key="product_id", missing=ProductNotFound)
    return collection


def add_to_collection(
    *, collection_id: UUID, product_ids: Sequence[UUID], version: int | None = None, actor: Actor
) -> Collection:
    """Put products at the end of a collection; those already in it keep their place.

    Raises CollectionNotFound, ProductNotFound (path `products`, index), Conflict (no longer at `version`) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = _changed(collection_id, version=version)
        known = kept(Product, product_ids)
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


def remove_from_collection(
    *, collection_id: UUID, product_ids: Sequence[UUID], version: int | None = None, actor: Actor
) -> Collection:
    """Take products out of a collection; those that its rule asks for stay in it, behind those picked by hand.

    Those that are not in it are passed over. Raises CollectionNotFound, Conflict (no longer at `version`) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        collection = _changed(collection_id, version=version)
        collection.product_links.filter(product_id__in=product_ids).delete()
        keep_rules(product_ids)
    return collection


def publish_collection(
    *,
    collection_id: UUID,
    channel: Channel,
    published_at: datetime | None = None,
    version: int | None = None,
    actor: Actor,
) -> CollectionChannelListing:
    """Show a collection in `channel` from `published_at` (now) on.

    Raises CollectionNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        collection = _changed(collection_id, channel=channel.slug, version=version)
        listing, _ = CollectionChannelListing.objects.update_or_create(
            collection=collection,
            channel=channel,
            defaults={"is_published": True, "published_at": published_at or timezone.now()},
        )
    return listing


def unpublish_collection(*, collection_id: UUID, channel: Channel, version: int | None = None, actor: Actor) -> None:
    """Hide a collection from the shoppers of `channel`. Raises CollectionNotFound, Conflict or PermissionDenied."""
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    with transaction.atomic():
        collection = _changed(collection_id, channel=channel.slug, version=version)
        collection.channel_listings.filter(channel=channel).update(is_published=False, updated_at=timezone.now())


def _changed(
    collection_id: UUID, channel: str | None = None, version: int | None = None, **values: object
) -> Collection:
    collection = changed_row(Collection, collection_id, expected_version=version, **values)
    if collection is None:
        raise CollectionNotFound("There is no such collection.", path=("id",))
    emit(
        CollectionUpdated(collection_id=collection.id, slug=collection.slug),
        aggregate=("collection", collection.id),
        sequence=collection.version,
        channel=channel,
    )
    return collection
