"""Where the pictures of a whole page of products are: a statement, however many products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from commerce.catalog.reads import copies_of_pictures, first_pictures
from commerce.catalog.rows import FirstPictureRow
from commerce.catalog.thumbnails import picture_url, rounded_size, thumbnail_urls

K = TypeVar("K", UUID, str)
Picture = tuple[K, str]
"""The id of what owns a picture (a medium, a category, a collection) and the picture's name in the storage."""


def picture_urls(
    pictures: Iterable[Picture[K]],
    *,
    size: int,
    format: str,
    copies: Callable[[Collection[str], int, str], Mapping[str, str]] = copies_of_pictures,
) -> dict[K, str]:
    """Absolute addresses of the copies of about `size` pixels, by owner; the pictures themselves for size 0.

    A copy that exists is named where it lies, so that nobody is redirected; the others are made on first request.
    `copies` finds those that exist.
    """
    wanted = dict(pictures)
    if size == 0:
        return {owner: picture_url(source) for owner, source in wanted.items()}
    size = rounded_size(size)
    made = copies(set(wanted.values()), size, format)
    to_make = thumbnail_urls(size, format)
    return {owner: picture_url(made[source]) if source in made else to_make(owner) for owner, source in wanted.items()}


def addresses_of_first_pictures(
    product_ids: Collection[K],
    *,
    size: int,
    format: str,
    find: Callable[[Collection[K], int, str], Mapping[K, FirstPictureRow]] = first_pictures,
) -> dict[K, tuple[str, str]]:
    """The address of the first picture of each product that has one, as picture_urls has it, and what is in it."""
    rounded = rounded_size(size) if size else 0
    pictures = find(product_ids, rounded, format)
    if rounded == 0:
        return {product_id: (picture_url(picture.file), picture.alt) for product_id, picture in pictures.items()}
    to_make = thumbnail_urls(rounded, format)
    return {
        product_id: (picture_url(picture.copy) if picture.copy else to_make(picture.id), picture.alt)
        for product_id, picture in pictures.items()
    }
