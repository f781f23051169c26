"""Pictures and videos of products. `version` is always the product's: a change of its media counts it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from commerce.catalog.errors import MediaNotFound, ProductNotFound, VariantNotFound
from commerce.catalog.models import Product, ProductMedia, ProductVariant
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.pictures import Picture, checked_picture
from commerce.catalog.services.products import touch_product
from commerce.catalog.stored_files import dropped_if_refused
from commerce.core.actor import Actor
from commerce.core.addresses import UnsafeAddress, parse_url
from commerce.core.errors import InvalidInput
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.core.text import require_text

MAX_MEDIA = 250
_LONGEST_ALT = 250


class MediaChanges(TypedDict, total=False):
    """What can be said of a picture or video; a key that is missing stays as it is.

    The focal point is what matters in a picture, as (x, y) from 0 (left, top) to 1; None for the middle.
    """

    alt: str
    focal_point: tuple[float, float] | None


def add_media(
    *,
    product_id: UUID,
    content: bytes,
    alt: str = "",
    variant_ids: Sequence[UUID] = (),
    version: int | None = None,
    actor: Actor,
) -> ProductMedia:
    """Check and store a picture, last among the product's, and show it with `variant_ids` too.

    Raises PictureRefused, ProductNotFound, VariantNotFound, InvalidInput, Conflict or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    columns = _checked({"alt": alt})
    picture = checked_picture(content)
    if not Product.objects.filter(id=product_id).exists():
        raise ProductNotFound("There is no such product.", path=("product",))
    media = ProductMedia(product_id=product_id, **columns)
    # The file is stored before the transaction: no lock is held while a bucket answers.
    store_file(media, picture)
    with dropped_if_refused(str(media.file.name)):
        return _added(media, variant_ids, version)


def add_media_from(
    *,
    product_id: UUID,
    url: str,
    is_video: bool = False,
    changes: MediaChanges | None = None,
    variant_ids: Sequence[UUID] = (),
    version: int | None = None,
    actor: Actor,
) -> ProductMedia:
    """Add a picture that workers fetch from `url` and check, or a video that players load from there.

    Nothing is fetched here; a picture is shown when it has come. Raises InvalidInput (no https or http address),
    ProductNotFound, VariantNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    kinds, statuses = ProductMedia.Kind, ProductMedia.Status
    try:
        # A shopper's browser loads the video, and blocks what a secure page loads insecurely.
        parse_url(url, allow_http=not is_video)
    except UnsafeAddress as error:
        raise InvalidInput(str(error), path=("url",)) from error
    media = ProductMedia(
        product_id=product_id,
        source_url=url,
        kind=kinds.VIDEO if is_video else kinds.IMAGE,
        status=statuses.READY if is_video else statuses.PENDING,
        **_checked(changes or {}),
    )
    return _added(media, variant_ids, version)


def update_media(*, media_id: UUID, changes: MediaChanges, version: int | None = None, actor: Actor) -> ProductMedia:
    """Change what is said of a picture or video.

    Raises MediaNotFound, InvalidInput, Conflict (the product is no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    columns = _checked(changes)
    with transaction.atomic():
        media = _locked(media_id, version)
        for column, value in columns.items():
            setattr(media, column, value)
        media.save(update_fields=[*columns, "updated_at"])
    return media


def remove_media(*, media_id: UUID, version: int | None = None, actor: Actor) -> Product:
    """Take a picture or video away; returns its product. The file stays, where old pages may still show it.

    Raises MediaNotFound, Conflict (the product is no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        media = _locked(media_id, version)
        media.delete()
        return Product.objects.get(id=media.product_id)


def reorder_media(*, product_id: UUID, moves: Sequence[Move], version: int | None = None, actor: Actor) -> Product:
    """Put the pictures and videos of a product into another order.

    Raises ProductNotFound, MediaNotFound (path `moves`, index, `id`), InvalidInput, Conflict or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        product = touch_product(product_id, version=version, path=("productId",))
        reorder(product.media.all(), moves, missing=MediaNotFound)
    return product


def assign_media(
    *, variant_id: UUID, media_id: UUID, shown: bool = True, version: int | None = None, actor: Actor
) -> ProductVariant:
    """Show one of the product's pictures with a variant, or no longer; doing it twice does no harm.

    Raises VariantNotFound, MediaNotFound (the product has no such picture), Conflict or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        media = _locked(media_id, version, path=("mediaId",))
        variant = ProductVariant.objects.filter(id=variant_id).first()
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("variantId",))
        if variant.product_id != media.product_id:
            raise MediaNotFound("The variant's product has no such picture.", path=("mediaId",))
        if shown:
            media.variants.add(variant)
        else:
            media.variants.remove(variant)
    return variant


def _added(media: ProductMedia, variant_ids: Sequence[UUID], version: int | None) -> ProductMedia:
    with transaction.atomic():
        product = touch_product(media.product_id, version=version)
        variants = list(product.variants.filter(id__in=variant_ids)) if variant_ids else []
        if len(variants) != len(set(variant_ids)):
            raise VariantNotFound("The product has no such variant.", path=("variants",))
        if product.media.count() >= MAX_MEDIA:
            raise InvalidInput(f"A product has {MAX_MEDIA} pictures and videos at most.", path=("product",))
        last = product.media.aggregate(last=Max("sort_order"))["last"]
        media.sort_order = 0 if last is None else last + 1
        media.save(force_insert=True)
        media.variants.set(variants)
    return media


def _locked(media_id: UUID, version: int | None, path: tuple[str, ...] = ("id",)) -> ProductMedia:
    """The medium with its product counted up, and so locked."""
    found = ProductMedia.objects.filter(id=media_id).first()
    if found is not None:
        touch_product(found.product_id, version=version, path=path)
        found = ProductMedia.objects.filter(id=media_id).first()
    if found is None:
        raise MediaNotFound("There is no such picture or video.", path=path)
    return found


def _checked(changes: MediaChanges) -> dict[str, Any]:
    columns: dict[str, Any] = dict(changes)
    if "alt" in columns:
        require_text(columns["alt"], _LONGEST_ALT, path=("alt",))
        columns["alt"] = columns["alt"].strip()
    if "focal_point" in columns:
        point = columns.pop("focal_point") or (None, None)
        for name, value in zip(("x", "y"), point, strict=True):
            if value is not None and not 0 <= value <= 1:
                raise InvalidInput("A focal point lies between 0 and 1.", path=("focalPoint", name))
        columns["focal_x"], columns["focal_y"] = point
    return columns


def store_file(media: ProductMedia, picture: Picture) -> None:
    """Put a checked picture into the storage under a name that nobody chose; the row itself is not saved."""
    media.file.save(f"{uuid7().hex}.{picture.extension}", ContentFile(picture.content), save=False)
