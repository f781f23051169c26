"""Pictures of products."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from commerce.catalog.errors import MediaNotFound, VariantNotFound
from commerce.catalog.models import ProductMedia
from commerce.catalog.pictures import Picture, checked_picture
from commerce.catalog.services.products import touch_product
from commerce.core.actor import Actor
from commerce.core.ids import uuid7
from commerce.core.permission import Permission


def add_media(
    *, product_id: UUID, content: bytes, alt: str = "", variant_ids: Sequence[UUID] = (), actor: Actor
) -> ProductMedia:
    """Check and store a picture, last among the product's, and show it with `variant_ids` too.

    Raises PictureRefused, ProductNotFound, VariantNotFound or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    picture = checked_picture(content)
    media = ProductMedia(product_id=product_id, alt=alt.strip()[:250])
    # The file is stored before the transaction: no lock is held while a bucket answers.
    store_file(media, picture)
    with transaction.atomic():
        product = touch_product(product_id)
        variants = list(product.variants.filter(id__in=variant_ids))
        if len(variants) != len(set(variant_ids)):
            raise VariantNotFound("The product has no such variant.", path=("variants",))
        last = product.media.aggregate(last=Max("sort_order"))["last"]
        media.sort_order = 0 if last is None else last + 1
        media.save(force_insert=True)
        media.variants.set(variants)
    return media


def remove_media(*, media_id: UUID, actor: Actor) -> None:
    """Take a picture away; its file stays in the storage, where old pages may still show it.

    Raises MediaNotFound or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        media = ProductMedia.objects.select_for_update().filter(id=media_id).first()
        if media is None:
            raise MediaNotFound("There is no such picture.", path=("id",))
        touch_product(media.product_id)
        media.delete()


def store_file(media: ProductMedia, picture: Picture) -> None:
    """Put a checked picture into the storage under a name that nobody chose; the row itself is not saved."""
    media.file.save(f"{uuid7().hex}.{picture.extension}", ContentFile(picture.content), save=False)
