"""Pictures as the API shows them, with absolute addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from commerce.catalog import models
from commerce.catalog.focal_points import FocalPointRow, focal_points
from commerce.catalog.picture_addresses import addresses_of_first_pictures, picture_urls
from commerce.catalog.reads import copies_of_pictures, first_pictures
from commerce.catalog.rows import FirstPictureRow, MediaRow
from commerce.catalog.translations import translations_of_media
from commerce.core.permission import Permission
from schema.catalog.enums import ProductMediaStatus, ProductMediaType
from schema.catalog.sources import AnyCategory, AnyCollection, Key
from schema.catalog.stored import stored
from schema.catalog.translations import ProductMediaTranslation, translation_field
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.enums import ThumbnailFormatEnum
from schema.fields import computed, leaf, nested
from schema.ids import global_id

K = TypeVar("K", UUID, str)

DEFAULT_SIZE = 256
"""Pixels of the longer side when a thumbnail is asked for without a size."""


@dataclass(slots=True, eq=False)
class Shown:
    """Source of Image."""

    url: str
    alt: str | None


@strawberry.type(description="A picture.")
class Image:
    """Source: Shown."""

    url: str = leaf("The absolute address.")
    alt: str | None = leaf("What is in the picture, for those who cannot see it.")


def format_name(format: ThumbnailFormatEnum | None) -> str:
    """The format as copies are kept."""
    return (format or ThumbnailFormatEnum.ORIGINAL).value


def thumbnails_of_products(
    product_ids: Collection[K], context: RequestContext, size: int | None, format: ThumbnailFormatEnum | None
) -> dict[K, Shown]:
    """The first picture of each product that has one, in about this size; size 0 is the picture as it was uploaded."""

    def find(asked: Collection[K], pixels: int, name: str) -> dict[K, FirstPictureRow]:
        known = context.known(
            ("first pictures", pixels, name),
            asked,
            lambda missing: dict.fromkeys(missing) | first_pictures(missing, pixels, name),
        )
        return {key: row for key in asked if (row := known[key]) is not None}

    found = addresses_of_first_pictures(
        product_ids, size=DEFAULT_SIZE if size is None else size, format=format_name(format), find=find
    )
    return {product_id: Shown(url, alt) for product_id, (url, alt) in found.items()}


def background_image(description: str) -> Any:
    """The field `backgroundImage(size, format)` of a category or collection."""
    return nested(_background_images, description)


def _background_images(
    rows: Sequence[AnyCategory | AnyCollection],
    context: RequestContext,
    size: int | None = None,
    format: ThumbnailFormatEnum | None = None,
) -> list[Shown | None]:
    pictures: list[tuple[Key, str]] = [(row.id, str(row.background_image)) for row in rows if row.background_image]
    urls = picture_urls(pictures, size=size or 0, format=format_name(format))
    return [Shown(urls[row.id], row.background_image_alt) if row.id in urls else None for row in rows]


def _media_urls(
    media: Sequence[MediaRow],
    context: RequestContext,
    size: int | None = None,
    format: ThumbnailFormatEnum | None = None,
) -> list[str]:
    """The absolute address; of a picture in about `size` pixels, as it was uploaded without a size."""
    pictures: list[tuple[Key, str]] = [(row.id, str(row.file)) for row in media if row.file]

    def copies(sources: Collection[str], pixels: int, name: str) -> dict[str, str]:
        known = context.known(
            ("copies of pictures", pixels, name),
            sources,
            lambda missing: dict.fromkeys(missing) | copies_of_pictures(missing, pixels, name),
        )
        return {source: copy for source in sources if (copy := known[source]) is not None}

    urls = picture_urls(pictures, size=size or 0, format=format_name(format), copies=copies)
    return [urls.get(row.id) or row.source_url for row in media]


@strawberry.type(description="What matters in a picture, as fractions of its width and height.")
class FocalPoint:
    """Source: commerce.catalog.focal_points.FocalPointRow."""

    x: float = leaf("From 0 (left) to 1 (right).")
    y: float = leaf("From 0 (top) to 1 (bottom).")


def _focal_points(media: Sequence[Any], context: RequestContext) -> list[FocalPointRow | None]:
    found = context.known("focal points", [str(row.id) for row in media], focal_points)
    return [found[str(row.id)] for row in media]


@strawberry.type(description="A picture or a video of a product.")
class ProductMedia:
    """Source: commerce.catalog.rows.MediaRow or commerce.catalog.models.ProductMedia."""

    id: strawberry.ID = global_id("ProductMedia")
    alt: str = leaf("What is in it, for those who cannot see it.")
    type: ProductMediaType = computed(lambda root: ProductMediaType(root.kind), "Picture or video.")
    url: str = nested(_media_urls)
    sort_order: int = leaf("Its place among the media of the product.")
    focal_point: FocalPoint | None = nested(
        _focal_points, "What matters in it: keep it visible when you crop; null for the middle."
    )
    status: ProductMediaStatus | None = nested(
        stored(models.ProductMedia, lambda row: ProductMediaStatus(row.status), ["status"]),
        "Whether its file has been fetched; shoppers see only what is READY.",
        permission=Permission.MANAGE_PRODUCTS,
    )
    failure: str | None = nested(
        stored(models.ProductMedia, lambda row: row.failure or None, ["failure"]),
        "Why its file could not be fetched.",
        permission=Permission.MANAGE_PRODUCTS,
    )
    translation: ProductMediaTranslation | None = translation_field("What is in it", translations_of_media)


def media_loader(what: str, load: Callable[[Collection[Any]], dict[Any, list[MediaRow]]]) -> Loader:
    """A loader of the media of products or variants; `what` they are, for what is known of a request."""

    def load_media(owners: Sequence[Any], context: RequestContext) -> list[list[MediaRow]]:
        found = context.known(("media", what), [owner.id for owner in owners], load)
        return [found[owner.id] for owner in owners]

    return load_media
