"""The pictures of a batch. Most are noted for the workers to fetch; trusted ones are at hand and stored at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from commerce.catalog.models import Product, ProductMedia
from commerce.catalog.pictures import checked_picture
from commerce.core.ids import uuid7
from commerce.importing.changes import Changes
from commerce.importing.present import Present
from commerce.importing.records import ProductRecord

LocalPictures = Callable[[str], bytes | None]
"""Gives the bytes of a picture that is at hand, by the address in the file; None: it has to be fetched."""


class Pictures:
    """Plans what a batch changes about pictures."""

    def __init__(self, records: Sequence[ProductRecord], local: LocalPictures | None) -> None:
        self.to_fetch: list[UUID] = []
        self._stored = _store(records, local) if local else {}

    def plan(self, record: ProductRecord, product: Product, changes: Changes, present: Present) -> bool:
        """Note what the record changes about the product's pictures; whether that is anything."""
        if not record.pictures:
            return False
        known = present.media[product.id]
        by_url: dict[str, UUID] = {}
        changed = False
        for place, picture in enumerate(record.pictures):
            media = known.get(picture.url)
            if media is None:
                media = self._new(product, picture.url)
                media.alt, media.sort_order = picture.alt, place
                changes.new_media.append(media)
                changed = True
            elif (media.alt, media.sort_order) != (picture.alt or media.alt, place):
                media.alt, media.sort_order = picture.alt or media.alt, place
                changes.media.append(media)
                changed = True
            if media.status != ProductMedia.Status.READY:
                self.to_fetch.append(media.id)
            by_url[picture.url] = media.id
        lost = [media.id for url, media in known.items() if url not in by_url]
        changes.lost_media += lost
        return self._plan_links(record, product, by_url, changes, present) or changed or bool(lost)

    def _plan_links(
        self,
        record: ProductRecord,
        product: Product,
        by_url: dict[str, UUID],
        changes: Changes,
        present: Present,
    ) -> bool:
        changed = False
        by_sku = {variant.sku: variant for variant in present.variants[product.id] if variant.sku}
        by_name = {variant.name: variant for variant in present.variants[product.id]}
        imported = set(by_url.values())
        for row in record.variants:
            name = " / ".join(row.option_values)[:255]
            variant = (by_sku.get(row.sku) if row.sku else None) or by_name[name]
            wanted = {by_url[row.picture_url]} if row.picture_url in by_url else set()
            now = present.variant_media[variant.id] & imported
            changes.new_variant_media += [(variant.id, media_id) for media_id in wanted - now]
            changes.lost_variant_media += [(variant.id, media_id) for media_id in now - wanted]
            changed |= wanted != now
        return changed

    def _new(self, product: Product, url: str) -> ProductMedia:
        stored = self._stored.get(url)
        if stored is None:
            return ProductMedia(product=product, source_url=url, status=ProductMedia.Status.PENDING)
        return ProductMedia(product=product, source_url=url, file=stored)


def _store(records: Sequence[ProductRecord], local: LocalPictures) -> dict[str, str]:
    """Put the pictures that are at hand and new into the storage; address -> name there. No transaction is open."""
    urls = {picture.url for record in records for picture in record.pictures}
    there = ProductMedia.objects.filter(source_url__in=urls, status=ProductMedia.Status.READY)
    stored: dict[str, str] = {}
    for url in sorted(urls - set(there.values_list("source_url", flat=True))):
        content = local(url)
        if content is not None:
            picture = checked_picture(content)
            name = f"products/{uuid7().hex}.{picture.extension}"
            stored[url] = default_storage.save(name, ContentFile(content))
    return stored
