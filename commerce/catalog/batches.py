"""The neighbours of many objects at once: one statement per relation, however many parents a page has.

`reads` has what lists of products show; here is the rest. Each function takes the ids of the parents and answers with
a dict that has a key for every one of them. They add no rule of their own about who may see what: the parents come
from `queries`, and where a child can be hidden on its own the function takes the channel and the actor.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from commerce.catalog.models import (
    Category,
    Collection,
    CollectionProduct,
    ProductType,
)
from commerce.catalog.queries import visible_collections
from commerce.channels.models import Channel
from commerce.core.actor import Actor

T = TypeVar("T")


def product_types_by_id(ids: Iterable[str]) -> dict[str, ProductType]:
    """The product types with these ids."""
    return {str(key): row for key, row in ProductType.objects.in_bulk(set(ids)).items()}


def categories_by_id(ids: Iterable[UUID | str]) -> dict[str, Category]:
    """The categories with these ids, by the ids as text."""
    return {str(key): row for key, row in Category.objects.in_bulk({str(key) for key in ids}).items()}


def collections_of_products(
    product_ids: Iterable[UUID | str], *, channel: Channel | None, actor: Actor
) -> dict[str, list[Collection]]:
    """The visible collections that each product is in, by name."""
    visible = visible_collections(channel=channel, actor=actor)
    links = (
        CollectionProduct.objects.filter(product__in=set(product_ids), collection__in=visible)
        .select_related("collection")
        .order_by("collection__name", "collection_id")
    )
    found: dict[str, list[Collection]] = {str(key): [] for key in product_ids}
    for link in links:
        found[str(link.product_id)].append(link.collection)
    return found
