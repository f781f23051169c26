"""Where the pictures of a whole page of products are: a few statements, however many products."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from commerce.catalog.models import ProductMedia, Thumbnail
from commerce.catalog.thumbnails import picture_url, rounded_size, thumbnail_url

Picture = tuple[UUID, str]
"""The id of what owns a picture (a medium, a category, a collection) and the picture's name in the storage."""


def picture_urls(pictures: Iterable[Picture], *, size: int, format: str) -> dict[UUID, str]:
    """Absolute addresses of the copies of about `size` pixels, by owner; the pictures themselves for size 0.

    A copy that exists is named where it lies, so that nobody is redirected; the others are made on first request.
    """
    wanted = dict(pictures)
    if size == 0:
        return {owner: picture_url(source) for owner, source in wanted.items()}
    size = rounded_size(size)
    made = _made(set(wanted.values()), size, format)
    return {
        owner: picture_url(made[source]) if source in made else thumbnail_url(owner, size, format)
        for owner, source in wanted.items()
    }


def first_pictures(product_ids: Collection[UUID]) -> dict[UUID, ProductMedia]:
    """The first picture of each product that has one in the storage."""
    stored = ProductMedia.objects.filter(
        product__in=list(product_ids),
        status=ProductMedia.Status.READY,
        kind=ProductMedia.Kind.IMAGE,
        file__gt="",
    )
    ordered = stored.order_by("product_id", "sort_order", "id").distinct("product_id")
    return {picture.product_id: picture for picture in ordered}


def _made(sources: Collection[str], size: int, format: str) -> dict[str, str]:
    if not sources:
        return {}
    made = Thumbnail.objects.filter(source__in=list(sources), size=size, format=format)
    return dict(made.values_list("source", "file"))
