"""One product of a file against the shop: what has to change.

What the file leaves blank stays as it is (an empty description, no SKU, no quantity), except the price before a
reduction, whose absence means that nothing is reduced. Variants that the file does not have stay, too; pictures that
an earlier import brought and this file no longer has go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

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
from commerce.importing.records import ProductRecord, VariantRecord
from commerce.importing.references import References
from commerce.importing.report import Outcome, Problem
from commerce.inventory.models import Warehouse
from commerce.inventory.services import Count


class Comparison:
    """Compares the records of one batch, one after the other, and collects the changes."""

    def __init__(
        self, *, channel: Channel, warehouse: Warehouse, present: Present, references: References, pictures: Pictures
    ) -> None:
        self.changes = Changes()
        self.counted: dict[UUID, tuple[int, str]] = {}
        """Variant id -> line and handle of the count that the file has for it."""
        self._channel = channel
        self._warehouse = warehouse
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
        listing = ProductChannelListing(product=product, channel=self._channel)
        if record.is_published:
            listing.is_published, listing.published_at, listing.available_for_purchase_at = True, now, now
        self.changes.new_listings.append(listing)
        self._set_collections(record, product)
        for place, row in enumerate(record.variants):
            self._create_variant(record, row, product, place)
        self._pictures.plan(record, product, self.changes, self._present)
        self._tell(product, ProductCreated(product_id=product.id, slug=product.slug, name=product.name))
        if record.is_published:
            self._tell_published(product, listing)

    def _create_variant(self, record: ProductRecord, row: VariantRecord, product: Product, place: int) -> None:
        variant = ProductVariant(product=product, **_variant_fields(row, place))
        self.changes.new_variants.append(variant)
        self._present.by_line[row.line] = variant
        self._set_variant_values(record, row, variant)
        self._set_price(record, row, variant)
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
        listing_event = self._update_listing(record, product)
        if changed or listing_event:
            product.version += 1
            self.changes.products.append(product)
            self._tell(product, ProductUpdated(product_id=product.id, slug=product.slug, name=product.name))
            if listing_event:
                listing_event()
        return changed or listing_event is not None

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

    def _update_listing(self, record: ProductRecord, product: Product) -> Callable[[], None] | None:
        listing = self._present.listings.get(product.id)
        if listing is None:
            listing = ProductChannelListing(product=product, channel=self._channel)
            self.changes.new_listings.append(listing)
        elif listing.is_published == record.is_published or "is_published" in record.absent:
            return None
        else:
            self.changes.listings.append(listing)
        listing.is_published = record.is_published
        if not record.is_published:
            event = ProductUnpublished(product_id=product.id, slug=product.slug, channel=self._channel.slug)
            return lambda: self._tell(product, event)
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
                self.changes.events.append((event, ("variant", created.id), created.version))
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
        fields = {name: value for name, value in fields.items() if name not in record.absent}
        changed = _assign(variant, fields)
        if changed and before is not None and variant.sku != before:
            self.changes.freed_skus.append(variant.id)
        changed |= self._set_variant_values(record, row, variant)
        price_changed = self._set_price(record, row, variant)
        stock_changed = self._set_stock(record, row, variant)
        if changed or price_changed:
            variant.version += 1
            self.changes.variants.append(variant)
        aggregate = ("variant", variant.id)
        if changed:
            event = VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku)
            self.changes.events.append((event, aggregate, variant.version))
        if price_changed:
            self.changes.events.append((self._price_event(variant), aggregate, variant.version))
        return changed or price_changed or stock_changed

    def _price_event(self, variant: ProductVariant) -> VariantPriceChanged:
        price = self._present.prices[variant.id]
        return VariantPriceChanged(
            variant_id=variant.id,
            product_id=variant.product_id,
            channel=self._channel.slug,
            currency=self._channel.currency_code,
            price_amount=price.price_amount,
            compare_at_amount=price.compare_at_amount,
        )

    def _set_price(self, record: ProductRecord, row: VariantRecord, variant: ProductVariant) -> bool:
        if row.price is None:
            return False
        price = self._present.prices.get(variant.id)
        if price is None:
            price = VariantChannelListing(
                variant=variant,
                channel=self._channel,
                price_amount=row.price,
                compare_at_amount=row.compare_at,
                cost_amount=row.cost,
            )
            self._present.prices[variant.id] = price
            self.changes.new_prices.append(price)
            return True
        cost = price.cost_amount if row.cost is None else row.cost
        fields = {"price_amount": row.price, "compare_at_amount": row.compare_at, "cost_amount": cost}
        # A price before the reduction that is no higher is the same as none.
        if "compare_at_amount" in record.absent or (row.compare_at is None and price.compare_at_amount == row.price):
            fields["compare_at_amount"] = price.compare_at_amount
        if not _assign(price, fields):
            return False
        self.changes.prices.append(price)
        return True

    def _set_stock(self, record: ProductRecord, row: VariantRecord, variant: ProductVariant) -> bool:
        if row.quantity is None or self._present.on_hand.get(variant.id) == row.quantity:
            return False
        self.counted[variant.id] = (row.line, record.handle)
        self.changes.counts.append(Count(variant.id, self._warehouse.id, row.quantity))
        return True

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
        self, product: Product, event: ProductCreated | ProductUpdated | ProductPublished | ProductUnpublished
    ) -> None:
        self.changes.events.append((event, ("product", product.id), product.version))

    def _tell_published(self, product: Product, listing: ProductChannelListing) -> None:
        published_at = (listing.published_at or timezone.now()).isoformat()
        self._tell(product, ProductPublished(product.id, product.slug, self._channel.slug, published_at))


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
    }


def _assign(row: Model, fields: Mapping[str, Any]) -> bool:
    """Set `fields` on `row`; whether any of them was different."""
    different = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
