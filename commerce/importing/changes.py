"""The rows that a batch adds, changes and takes away, written with one statement for each table and kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from commerce.catalog.cards import cards_later, refresh_cards
from commerce.catalog.contents import COLUMNS as CONTENTS
from commerce.catalog.models import (
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.services import add_to_collection, remove_from_collection
from commerce.core.actor import SYSTEM
from commerce.core.model import Row
from commerce.events.emit import DomainEvent, emit_many
from commerce.importing.copying import copy_models, copy_rows
from commerce.inventory.models import StockMovement
from commerce.inventory.services import Count, Refused, set_on_hand_many
from commerce.inventory.services.backorders import follow_backorder_rule
from commerce.search.documents import refresh_documents

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=Row)

_Told = tuple[DomainEvent, tuple[str, UUID], int]

_PRODUCT_VALUE: Final = ("product_id", "value_id", "sort_order")
_VARIANT_VALUE: Final = ("variant_id", "value_id", "sort_order")
_VariantMedia: Final = ProductMedia.variants.through

PRODUCT_FIELDS: Final = (
    "name", "description", "product_type_id", "category_id", "seo_title", "seo_description", "metadata", "version",
)  # fmt: skip
VARIANT_FIELDS: Final = (
    "sku", "name", "sort_order", "barcode", "weight_grams", "hs_code", "country_of_origin",
    "is_shipping_required", "track_inventory", "backorder_allowed", *CONTENTS, "version",
)  # fmt: skip
LISTING_FIELDS: Final = ("is_published", "published_at", "available_for_purchase_at")
PRICE_FIELDS: Final = ("price_amount", "compare_at_amount", "cost_amount")
MEDIA_FIELDS: Final = ("alt", "sort_order")


@dataclass(slots=True)
class Changes:
    """Collects what a batch wants; `write` does it. Stock comes last, so that its rows are locked for the shortest."""

    new_products: list[Product] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    new_variants: list[ProductVariant] = field(default_factory=list)
    variants: list[ProductVariant] = field(default_factory=list)
    freed_skus: list[UUID] = field(default_factory=list)
    new_product_values: list[tuple[UUID, UUID, int]] = field(default_factory=list)
    lost_product_values: list[tuple[UUID, UUID]] = field(default_factory=list)
    new_variant_values: list[tuple[UUID, UUID, int]] = field(default_factory=list)
    lost_variant_values: list[tuple[UUID, UUID]] = field(default_factory=list)
    new_listings: list[ProductChannelListing] = field(default_factory=list)
    listings: list[ProductChannelListing] = field(default_factory=list)
    new_prices: list[VariantChannelListing] = field(default_factory=list)
    prices: list[VariantChannelListing] = field(default_factory=list)
    new_media: list[ProductMedia] = field(default_factory=list)
    media: list[ProductMedia] = field(default_factory=list)
    lost_media: list[UUID] = field(default_factory=list)
    new_variant_media: list[tuple[UUID, UUID]] = field(default_factory=list)
    lost_variant_media: list[tuple[UUID, UUID]] = field(default_factory=list)
    new_collections: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    """Collection id -> ids of products that come into it."""
    lost_collections: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    counts: list[Count] = field(default_factory=list)
    events: dict[str, list[tuple[DomainEvent, tuple[str, UUID], int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """A channel's slug -> what happened in it."""

    def write(self) -> list[Refused]:
        """Write everything in the current transaction. Returns the counts of stock that were refused."""
        with cards_later():
            refused = self._write()
        refresh_cards(self._product_ids())
        refresh_documents(self._product_ids())
        return refused

    def _write(self) -> list[Refused]:
        copy_models(self.new_products)
        _update(self.products, PRODUCT_FIELDS)
        # An SKU that moves from one variant to another is free before it is taken.
        ProductVariant.objects.filter(id__in=self.freed_skus).update(sku=None)
        _update(self.variants, VARIANT_FIELDS)
        copy_models(self.new_variants)
        for product_id, value_id in self.lost_product_values:
            ProductAttributeValue.objects.filter(product=product_id, value=value_id).delete()
        for variant_id, value_id in self.lost_variant_values:
            VariantAttributeValue.objects.filter(variant=variant_id, value=value_id).delete()
        copy_rows(ProductAttributeValue._meta.db_table, _PRODUCT_VALUE, self.new_product_values)
        copy_rows(VariantAttributeValue._meta.db_table, _VARIANT_VALUE, self.new_variant_values)
        copy_models(self.new_listings)
        _update(self.listings, LISTING_FIELDS)
        copy_models(self.new_prices)
        _update(self.prices, PRICE_FIELDS)
        self._write_media()
        for collection_id, product_ids in sorted(self.new_collections.items()):
            add_to_collection(collection_id=collection_id, product_ids=product_ids, actor=SYSTEM)
        for collection_id, product_ids in sorted(self.lost_collections.items()):
            remove_from_collection(collection_id=collection_id, product_ids=product_ids, actor=SYSTEM)
        refresh_price_ranges(self._product_ids())
        refresh_search_text(self._product_ids())
        for channel_slug, events in self.events.items():
            emit_many(events, channel=channel_slug)
        follow_backorder_rule([variant.id for variant in self.variants])
        return set_on_hand_many(rows=self.counts, reason=StockMovement.Reason.IMPORT, actor=SYSTEM)

    def _write_media(self) -> None:
        if self.lost_media:
            ProductMedia.objects.filter(id__in=self.lost_media).delete()
        copy_models(self.new_media)
        _update(self.media, MEDIA_FIELDS)
        for variant_id, media_id in self.lost_variant_media:
            _VariantMedia.objects.filter(productvariant=variant_id, productmedia=media_id).delete()
        copy_rows(_VariantMedia._meta.db_table, ("productvariant_id", "productmedia_id"), self.new_variant_media)

    def _product_ids(self) -> set[UUID]:
        products: Iterable[Product] = (*self.new_products, *self.products)
        variants: Iterable[ProductVariant] = (*self.new_variants, *self.variants)
        return {product.id for product in products} | {variant.product_id for variant in variants}


def _update(rows: list[R], fields: tuple[str, ...]) -> None:
    if not rows:
        return
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    names = [name.removesuffix("_id") for name in fields]
    type(rows[0])._default_manager.bulk_update(rows, [*names, "updated_at"], batch_size=500)
