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
from commerce.importing.present import Present, unsigned
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
        stored = present.stored_media[product.id]
        by_url: dict[str, UUID] = {}
        places = self._places(record, known, stored)
        changed = False
        for place, picture in enumerate(record.pictures):
            media = known.get(picture.url) or stored.get(unsigned(picture.url))
            if media is None:
                media = self._new(product, picture.url)
                media.alt, media.sort_order = picture.alt, place
                changes.new_media.append(media)
                changed = True
            elif (media.alt, media.sort_order) != (picture.alt or media.alt, places.get(media.id, place)):
                media.alt, media.sort_order = picture.alt or media.alt, places.get(media.id, place)
                changes.media.append(media)
                changed = True
            if media.status != ProductMedia.Status.READY:
                self.to_fetch.append(media.id)
            by_url[picture.url] = media.id
        kept = set(by_url.values())
        lost = [media.id for media in known.values() if media.id not in kept]
        changes.lost_media += lost
        return self._plan_links(record, by_url, changes, present) or changed or bool(lost)

    def _places(
        self, record: ProductRecord, known: dict[str, ProductMedia], stored: dict[str, ProductMedia]
    ) -> dict[UUID, int]:
        """The places that the pictures have already, if the file has all of them and in the same order."""
        found = [known.get(picture.url) or stored.get(unsigned(picture.url)) for picture in record.pictures]
        there = [media for media in found if media is not None]
        in_order = sorted(there, key=lambda media: (media.sort_order, media.id))
        return {media.id: media.sort_order for media in there} if found == in_order else {}

    def _plan_links(
        self,
        record: ProductRecord,
        by_url: dict[str, UUID],
        changes: Changes,
        present: Present,
    ) -> bool:
        changed = False
        imported = set(by_url.values())
        for row in record.variants:
            variant = present.by_line[row.line]
            wanted = {by_url[row.picture_url]} if row.picture_url in by_url else set()
            now = present.variant_media[variant.id] & imported
            # A file names one picture of a variant; others that the shop has for it are no contradiction.
            now = wanted if wanted and wanted <= now else now
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
