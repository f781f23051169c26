"""Where the pictures of a whole page of products are: a statement, however many products."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID

from commerce.catalog.reads import copies_of_pictures, first_pictures
from commerce.catalog.thumbnails import picture_url, rounded_size, thumbnail_urls

K = TypeVar("K", UUID, str)
Picture = tuple[K, str]
"""The id of what owns a picture (a medium, a category, a collection) and the picture's name in the storage."""


def picture_urls(pictures: Iterable[Picture[K]], *, size: int, format: str) -> dict[K, str]:
    """Absolute addresses of the copies of about `size` pixels, by owner; the pictures themselves for size 0.

    A copy that exists is named where it lies, so that nobody is redirected; the others are made on first request.
    """
    wanted = dict(pictures)
    if size == 0:
        return {owner: picture_url(source) for owner, source in wanted.items()}
    size = rounded_size(size)
    made = copies_of_pictures(set(wanted.values()), size=size, format=format)
    to_make = thumbnail_urls(size, format)
    return {owner: picture_url(made[source]) if source in made else to_make(owner) for owner, source in wanted.items()}


def addresses_of_first_pictures(product_ids: Collection[K], *, size: int, format: str) -> dict[K, tuple[str, str]]:
    """The address of the first picture of each product that has one, as picture_urls has it, and what is in it."""
    rounded = rounded_size(size) if size else 0
    pictures = first_pictures(product_ids, size=rounded, format=format)
    if rounded == 0:
        return {product_id: (picture_url(picture.file), picture.alt) for product_id, picture in pictures.items()}
    to_make = thumbnail_urls(rounded, format)
    return {
        product_id: (picture_url(picture.copy) if picture.copy else to_make(picture.id), picture.alt)
        for product_id, picture in pictures.items()
    }
