"""The neighbours of many objects at once: one statement per relation, however many parents a page has.

`reads` has what lists of products show; here is the rest. Each function takes the ids of the parents and answers with
a dict that has a key for every one of them. They add no rule of their own about who may see what: the parents come
from `queries`, and where a child can be hidden on its own the function takes the channel and the actor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from commerce.catalog.models import (
    Category,
    Collection,
    CollectionProduct,
    Product,
    ProductChannelListing,
    ProductType,
    ProductVariant,
)
from commerce.catalog.queries import visible_collections, visible_products
from commerce.channels.models import Channel
from commerce.core.actor import Actor

T = TypeVar("T")


def products_by_id(ids: Sequence[UUID], *, channel: Channel | None, actor: Actor) -> dict[UUID, Product]:
    """The visible products among `ids`; hidden ones are missing."""
    return visible_products(channel=channel, actor=actor).in_bulk(list(ids))


def variants_by_id(ids: Sequence[UUID]) -> dict[UUID, ProductVariant]:
    """The variants with these ids, for carts and orders that already hold them; nothing is hidden."""
    return ProductVariant.objects.in_bulk(list(ids))


def product_listings(product_ids: Sequence[UUID], *, channel: Channel) -> dict[UUID, ProductChannelListing | None]:
    """How the channel lists each product, with its lowest and highest price; None where it does not."""
    listings = ProductChannelListing.objects.filter(product__in=product_ids, channel=channel)
    by_product = {listing.product_id: listing for listing in listings}
    return {product_id: by_product.get(product_id) for product_id in product_ids}


def product_types_by_id(ids: Sequence[UUID]) -> dict[UUID, ProductType]:
    """The product types with these ids."""
    return ProductType.objects.in_bulk(list(ids))


def categories_by_id(ids: Sequence[UUID]) -> dict[UUID, Category]:
    """The categories with these ids."""
    return Category.objects.in_bulk(list(ids))


def children_of_categories(category_ids: Sequence[UUID]) -> dict[UUID, list[Category]]:
    """The categories right below each, in their order."""
    children = Category.objects.filter(parent__in=category_ids).order_by("sort_order", "name", "id")
    return _grouped(category_ids, children, lambda child: child.parent_id)


def collections_of_products(
    product_ids: Sequence[UUID], *, channel: Channel | None, actor: Actor
) -> dict[UUID, list[Collection]]:
    """The visible collections that each product is in, by name."""
    visible = visible_collections(channel=channel, actor=actor)
    links = (
        CollectionProduct.objects.filter(product__in=product_ids, collection__in=visible)
        .select_related("collection")
        .order_by("collection__name", "collection_id")
    )
    grouped = _grouped(product_ids, links, lambda link: link.product_id)
    return {product_id: [link.collection for link in found] for product_id, found in grouped.items()}


def _grouped(keys: Iterable[UUID], rows: Iterable[T], key_of: Callable[[T], UUID | None]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = {key: [] for key in keys}
    for row in rows:
        key = key_of(row)
        if key is not None:
            found[key].append(row)
    return found
