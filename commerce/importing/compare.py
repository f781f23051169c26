"""One product of a file against the shop: what has to change.

What the file leaves blank stays as it is (an empty description, no SKU, no quantity), except the price before a
reduction, whose absence means that nothing is reduced. Variants that the file does not have stay, too; pictures that
an earlier import brought and this file no longer has go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from commerce.catalog.contents import COLUMNS as CONTENTS
from commerce.catalog.events import (
    ProductCreated,
    ProductPublished,
    ProductUnpublished,
    ProductUpdated,
    VariantCreated,
    VariantPriceChanged,
    VariantUpdated,
)
from commerce.catalog.models import (
    Product,
    ProductChannelListing,
    ProductVariant,
    VariantChannelListing,
)
from commerce.channels.models import Channel
from commerce.core.metadata import with_metadata
from commerce.importing.changes import Changes
from commerce.importing.pictures import Pictures
from commerce.importing.present import Present
from commerce.importing.records import PriceRecord, ProductRecord, VariantRecord
from commerce.importing.references import References
from commerce.importing.report import Outcome, Problem
from commerce.inventory.services import Count


class Comparison:
    """Compares the records of one batch, one after the other, and collects the changes."""

    def __init__(
        self, *, channels: Sequence[Channel], present: Present, references: References, pictures: Pictures
    ) -> None:
        """`channels` are those that the file speaks of, the one of its plain columns first."""
        self.changes = Changes()
        self.counted: dict[tuple[UUID, UUID], tuple[int, str, str]] = {}
        """(Warehouse id, variant id) -> line, handle and column of the count that the file has for it."""
        self._channel = channels[0]
        self._channels = {channel.id: channel for channel in channels}
        self._present = present
        self._references = references
        self._pictures = pictures

    def add(self, record: ProductRecord) -> Outcome | list[Problem]:
        """Plan what `record` changes and say what will become of it, or why it cannot be; then nothing is planned."""
        product = self._present.products.get(record.handle)
        problems = self._taken_skus(record, product)
        if problems:
            return problems
        if product is None:
            self._create(record)
            return Outcome.CREATED
        return Outcome.UPDATED if self._update(record, product) else Outcome.UNCHANGED

    def _taken_skus(self, record: ProductRecord, product: Product | None) -> list[Problem]:
        owners = self._present.sku_owners
        return [
            Problem(variant.line, "Variant SKU", record.handle, f"Another product has the SKU {variant.sku!r}.")
            for variant in record.variants
            if variant.sku in owners and (product is None or owners[variant.sku] != product.id)
        ]

    def _create(self, record: ProductRecord) -> None:
        now = timezone.now()
        product = Product(
            slug=record.handle,
            name=record.name,
            description=record.description,
            product_type_id=self._references.type_of(record),
            category_id=self._references.category(record.category_path),
            seo_title=record.seo_title,
            seo_description=record.seo_description,
            metadata=with_metadata({}, record.metadata, path=("metadata",)),
        )
        self.changes.new_products.append(product)
        self._set_product_values(record, product)
        listings = []
        for channel_id, is_published in _published(record, main=self._channel.id).items():
            listing = ProductChannelListing(product=product, channel=self._channels[channel_id])
            if is_published:
                listing.is_published, listing.published_at, listing.available_for_purchase_at = True, now, now
            listings.append(listing)
        self.changes.new_listings += listings
        self._set_collections(record, product)
        for place, row in enumerate(record.variants):
            self._create_variant(record, row, product, place)
        self._pictures.plan(record, product, self.changes, self._present)
        self._tell(product, ProductCreated(product_id=product.id, slug=product.slug, name=product.name))
        for listing in listings:
            if listing.is_published:
                self._tell_published(product, listing)

    def _create_variant(self, record: ProductRecord, row: VariantRecord, product: Product, place: int) -> None:
        variant = ProductVariant(product=product, **_variant_fields(row, place))
        self.changes.new_variants.append(variant)
        self._present.by_line[row.line] = variant
        self._set_variant_values(record, row, variant)
        self._set_prices(row, variant)
        self._set_stock(record, row, variant)

    def _update(self, record: ProductRecord, product: Product) -> bool:
        changed = _assign(
            product,
            {
                "name": record.name,
                "description": record.description or product.description,
                "product_type_id": self._type_of(record, product),
                "category_id": self._category_of(record, product),
                "metadata": with_metadata(product.metadata, record.metadata, path=("metadata",)),
                "seo_title": record.seo_title or product.seo_title,
                "seo_description": record.seo_description or product.seo_description,
            },
        )
        changed |= self._set_product_values(record, product)
        changed |= self._set_collections(record, product)
        changed |= self._update_variants(record, product)
        changed |= self._pictures.plan(record, product, self.changes, self._present)
        listing_events = self._update_listings(record, product)
        if changed or listing_events:
            product.version += 1
            self.changes.products.append(product)
            self._tell(product, ProductUpdated(product_id=product.id, slug=product.slug, name=product.name))
            for tell in listing_events:
                tell()
        return changed or bool(listing_events)

    def _type_of(self, record: ProductRecord, product: Product) -> UUID:
        # Its own type is meant if it has the name in the file, even where the first of that name is another one.
        if not record.type_name or record.type_name.casefold() == product.product_type.name.casefold():
            return product.product_type_id
        return self._references.type_of(record)

    def _category_of(self, record: ProductRecord, product: Product) -> UUID | None:
        path = tuple(name.casefold() for name in record.category_path)
        if not path or (product.category_id and path == self._present.category_paths[product.category_id]):
            return product.category_id
        return self._references.category(record.category_path)

    def _set_collections(self, record: ProductRecord, product: Product) -> bool:
        present = self._present.collections[product.id]
        new = [name for name in record.collections if name.casefold() not in present.values()]
        wanted = {name.casefold() for name in record.collections}
        lost = [collection_id for collection_id, name in present.items() if wanted and name not in wanted]
        for name in new:
            self.changes.new_collections[self._references.collection(name)].append(product.id)
        for collection_id in lost:
            self.changes.lost_collections[collection_id].append(product.id)
        return bool(new or lost)

    def _update_listings(self, record: ProductRecord, product: Product) -> list[Callable[[], None]]:
        wanted = _published(record, main=self._channel.id)
        if "is_published" in record.absent and (self._channel.id, product.id) in self._present.listings:
            del wanted[self._channel.id]
        told = [self._update_listing(product, self._channels[place], shown) for place, shown in wanted.items()]
        return [tell for tell in told if tell is not None]

    def _update_listing(self, product: Product, channel: Channel, is_published: bool) -> Callable[[], None] | None:
        listing = self._present.listings.get((channel.id, product.id))
        if listing is None:
            listing = ProductChannelListing(product=product, channel=channel)
            self.changes.new_listings.append(listing)
        elif listing.is_published == is_published:
            return None
        else:
            self.changes.listings.append(listing)
        listing.is_published = is_published
        if not is_published:
            event = ProductUnpublished(product_id=product.id, slug=product.slug, channel=channel.slug)
            return lambda: self._tell(product, event, channel)
        listing.published_at = listing.published_at or timezone.now()
        listing.available_for_purchase_at = listing.available_for_purchase_at or listing.published_at
        return lambda: self._tell_published(product, listing)

    def _update_variants(self, record: ProductRecord, product: Product) -> bool:
        changed = False
        mine = self._present.variants[product.id]
        by_sku = {variant.sku: variant for variant in mine if variant.sku}
        by_values = {self._option_values_of(record, variant): variant for variant in mine}
        found = [self._found(record, row, by_sku, by_values) for row in record.variants]
        matched = {variant.id for variant in found if variant is not None}
        if None not in found and found == [variant for variant in mine if variant.id in matched]:
            places = [variant.sort_order for variant in found if variant is not None]
        else:
            places = list(range(len(found)))
        for place, row, variant in zip(places, record.variants, found, strict=True):
            if variant is None:
                self._create_variant(record, row, product, place)
                created = self.changes.new_variants[-1]
                event = VariantCreated(variant_id=created.id, product_id=product.id, sku=created.sku)
                self.changes.events[self._channel.slug].append((event, ("variant", created.id), created.version))
                changed = True
            else:
                changed |= self._update_variant(record, row, variant, place)
        return changed

    def _found(
        self,
        record: ProductRecord,
        row: VariantRecord,
        by_sku: Mapping[str, ProductVariant],
        by_values: Mapping[frozenset[UUID], ProductVariant],
    ) -> ProductVariant | None:
        variant = by_sku.get(row.sku) if row.sku else None
        return variant or by_values.get(frozenset(self._values_of(record, row)))

    def _update_variant(self, record: ProductRecord, row: VariantRecord, variant: ProductVariant, place: int) -> bool:
        self._present.by_line[row.line] = variant
        before = variant.sku
        fields = _variant_fields(row, place)
        for name in ("sku", "barcode", "weight_grams", "hs_code", "country_of_origin"):
            fields[name] = fields[name] or getattr(variant, name)
        if row.contents is None:
            fields = {name: value for name, value in fields.items() if name not in CONTENTS}
        fields = {name: value for name, value in fields.items() if name not in record.absent}
        changed = _assign(variant, fields)
        if changed and before is not None and variant.sku != before:
            self.changes.freed_skus.append(variant.id)
        changed |= self._set_variant_values(record, row, variant)
        new_prices = self._set_prices(row, variant)
        stock_changed = self._set_stock(record, row, variant)
        if changed or new_prices:
            variant.version += 1
            self.changes.variants.append(variant)
        aggregate = ("variant", variant.id)
        if changed:
            event = VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku)
            self.changes.events[self._channel.slug].append((event, aggregate, variant.version))
        for price in new_prices:
            channel = self._channels[price.channel_id]
            self.changes.events[channel.slug].append(
                (_price_event(variant, price, channel), aggregate, variant.version)
            )
        return changed or bool(new_prices) or stock_changed

    def _set_prices(self, row: VariantRecord, variant: ProductVariant) -> list[VariantChannelListing]:
        """Plan the prices of a variant, and give those that are new or different."""
        priced = [self._set_price(given, variant) for given in row.prices]
        return [price for price in priced if price is not None]

    def _set_price(self, given: PriceRecord, variant: ProductVariant) -> VariantChannelListing | None:
        price = self._present.prices.get((given.channel_id, variant.id))
        if price is None:
            price = VariantChannelListing(
                variant=variant,
                channel=self._channels[given.channel_id],
                price_amount=given.price,
                compare_at_amount=given.compare_at,
                cost_amount=given.cost,
            )
            self.changes.new_prices.append(price)
            return price
        cost = price.cost_amount if given.cost is None else given.cost
        fields = {"price_amount": given.price, "compare_at_amount": given.compare_at, "cost_amount": cost}
        # A price before the reduction that is no higher is the same as none.
        if given.keeps_compare_at or (given.compare_at is None and price.compare_at_amount == given.price):
            fields["compare_at_amount"] = price.compare_at_amount
        if not _assign(price, fields):
            return None
        self.changes.prices.append(price)
        return price

    def _set_stock(self, record: ProductRecord, row: VariantRecord, variant: ProductVariant) -> bool:
        changed = False
        for count in row.quantities:
            if self._present.on_hand.get((count.warehouse_id, variant.id)) != count.units:
                self.counted[count.warehouse_id, variant.id] = (row.line, record.handle, count.column)
                self.changes.counts.append(Count(variant.id, count.warehouse_id, count.units))
                changed = True
        return changed

    def _set_product_values(self, record: ProductRecord, product: Product) -> bool:
        wanted = self._references.values_of(record)
        ids = dict.fromkeys(self._references.value(attribute_id, name) for attribute_id, name in wanted)
        present = self._present.product_values[product.id]
        spoken_of = {attribute_id for attribute_id, _ in wanted}
        lost = [value for value, attribute_id in present.items() if attribute_id in spoken_of and value not in ids]
        new = [(product.id, value_id, place) for place, value_id in enumerate(ids) if value_id not in present]
        self.changes.lost_product_values += [(product.id, value_id) for value_id in lost]
        self.changes.new_product_values += new
        return bool(new or lost)

    def _set_variant_values(self, record: ProductRecord, row: VariantRecord, variant: ProductVariant) -> bool:
        ids = dict.fromkeys(self._values_of(record, row))
        present = self._present.variant_values[variant.id]
        spoken_of = {self._references.option(slug) for slug in record.option_slugs}
        lost = [value for value, attribute_id in present.items() if attribute_id in spoken_of and value not in ids]
        new = [(variant.id, value_id, place) for place, value_id in enumerate(ids) if value_id not in present]
        self.changes.lost_variant_values += [(variant.id, value_id) for value_id in lost]
        self.changes.new_variant_values += new
        return bool(new or lost)

    def _values_of(self, record: ProductRecord, row: VariantRecord) -> list[UUID]:
        pairs = zip(record.option_slugs, row.option_values, strict=True)
        return [self._references.value(self._references.option(slug), value) for slug, value in pairs]

    def _option_values_of(self, record: ProductRecord, variant: ProductVariant) -> frozenset[UUID]:
        options = {self._references.option(slug) for slug in record.option_slugs}
        present = self._present.variant_values[variant.id]
        return frozenset(value for value, attribute_id in present.items() if attribute_id in options)

    def _tell(
        self,
        product: Product,
        event: ProductCreated | ProductUpdated | ProductPublished | ProductUnpublished,
        channel: Channel | None = None,
    ) -> None:
        slug = (channel or self._channel).slug
        self.changes.events[slug].append((event, ("product", product.id), product.version))

    def _tell_published(self, product: Product, listing: ProductChannelListing) -> None:
        channel = self._channels[listing.channel_id]
        published_at = (listing.published_at or timezone.now()).isoformat()
        self._tell(product, ProductPublished(product.id, product.slug, channel.slug, published_at), channel)


def _published(record: ProductRecord, *, main: UUID) -> dict[UUID, bool]:
    """Channel id -> whether the file wants the product shown there."""
    return {main: record.is_published, **record.included}


def _price_event(variant: ProductVariant, price: VariantChannelListing, channel: Channel) -> VariantPriceChanged:
    return VariantPriceChanged(
        variant_id=variant.id,
        product_id=variant.product_id,
        channel=channel.slug,
        currency=channel.currency_code,
        price_amount=price.price_amount,
        compare_at_amount=price.compare_at_amount,
    )


def _variant_fields(row: VariantRecord, place: int) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "name": row.name,
        "sort_order": place,
        "barcode": row.barcode,
        "weight_grams": row.grams,
        "hs_code": row.hs_code,
        "country_of_origin": row.origin,
        "is_shipping_required": row.is_shipping_required,
        "track_inventory": row.is_tracked,
        "backorder_allowed": row.backorder_allowed,
        **{name: getattr(row.contents, name, None) for name in CONTENTS},
    }


def _assign(row: Model, fields: Mapping[str, Any]) -> bool:
    """Set `fields` on `row`; whether any of them was different."""
    different = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
