"""Generating products: the same numbers and the same seed make the same catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from django.db import connection, transaction

from commerce.catalog.cards import cards_later, refresh_cards
from commerce.catalog.models import Product
from commerce.search.documents import refresh_all_documents
from deploy.demo.generated.copying import Rows
from deploy.demo.generated.ground import BRANDS, COLOURS, KINDS, MATERIALS, SIZES, Ground, lay_ground

_CHUNK: Final = 2_000
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TABLES: Final = (
    "catalog_product",
    "catalog_productchannellisting",
    "catalog_productvariant",
    "catalog_variantchannellisting",
    "catalog_effectiveprice",
    "catalog_productcard",
    "catalog_productattributevalue",
    "catalog_variantattributevalue",
    "catalog_collectionproduct",
    "catalog_productmedia",
    "catalog_thumbnail",
    "inventory_stock",
    "inventory_stockmovement",
    "search_document",
)
_KINDS: Final = ("product", "listing", "variant", "price", "media", "thumbnail", "stock")
_LARGEST_CATEGORY: Final = 0.10
_WITHOUT_CATEGORY: Final = 0.05


class AlreadyThere(Exception):
    """The shop has products, or this very catalog has been generated before."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many products and variants; every product has one variant at least."""

    products: int
    variants: int


def generate_catalog(size: Size, *, seed: int, channel: str = "default-channel", add: bool = False) -> None:
    """Fill the shop with products that `channel` lists, in one transaction, past services and events.

    Raises AlreadyThere for a shop that has products unless they are to be added to, and for the same seed again.
    ValueError for fewer variants than products.
    """
    if size.variants < size.products:
        raise ValueError("Every product has one variant at least.")
    if not add and Product.objects.exists():
        raise AlreadyThere("The shop has products already.")
    if Product.objects.filter(id=row_id(seed, "product", 0)).exists():
        raise AlreadyThere(f"A catalog with the seed {seed} has been generated already.")
    with transaction.atomic():
        with cards_later():
            _Generator(lay_ground(channel, _EPOCH), size, seed).run()
        _refresh_cards(size, seed)
        refresh_all_documents()
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_TABLES)}")


def _refresh_cards(size: Size, seed: int) -> None:
    for start in range(0, size.products, _CHUNK):
        numbers = range(start, min(start + _CHUNK, size.products))
        refresh_cards([row_id(seed, "product", number) for number in numbers])


def row_id(seed: int, kind: str, number: int) -> str:
    """An id that grows with `number`, as UUIDs of version 7 do, and belongs to the seed and the kind of row."""
    moment = int(_EPOCH.timestamp() * 1000) + number
    return f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-7{_KINDS.index(kind):03x}-8{seed & 0xFFF:03x}-{seed >> 12:012x}"


class _Generator:
    def __init__(self, ground: Ground, size: Size, seed: int) -> None:
        self._ground = ground
        self._size = size
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - a catalog, not a secret
        self._variants = self._media = self._stocks = 0
        # The first category is the largest; from the second on they become smaller and smaller.
        weights = [1 / (place + 5) for place in range(len(ground.categories) - 1)]
        scale = (1 - _LARGEST_CATEGORY - _WITHOUT_CATEGORY) / sum(weights)
        self._category_weights = list(
            accumulate([_LARGEST_CATEGORY, *(weight * scale for weight in weights), _WITHOUT_CATEGORY])
        )
        self._categories = [*ground.categories, None]
        times = {"created_at": _EPOCH, "updated_at": _EPOCH}
        free = {"metadata": "{}", "private_metadata": "{}", "version": 1}
        channel = {"channel_id": ground.channel}
        self._tables = [
            product := Rows("catalog_product", seo_title="", seo_description="", **free),
            listing := Rows("catalog_productchannellisting", **channel, **times),
            variant := Rows(
                "catalog_productvariant",
                barcode="",
                is_shipping_required=True,
                backorder_allowed=False,
                **free,
                **times,
            ),
            price := Rows("catalog_variantchannellisting", **channel, **times),
            product_value := Rows("catalog_productattributevalue"),
            variant_value := Rows("catalog_variantattributevalue"),
            place := Rows("catalog_collectionproduct"),
            media := Rows(
                "catalog_productmedia",
                kind="image",
                status="ready",
                source_url="",
                failure="",
                attempts=0,
                **times,
            ),
            thumbnail := Rows("catalog_thumbnail", size=256, format="WEBP", **times),
            stock := Rows("inventory_stock", reserved=0, oversellable=False, **times),
            movement := Rows("inventory_stockmovement", reason="set", created_at=_EPOCH),
        ]
        self._product, self._listing, self._variant, self._price = product, listing, variant, price
        self._product_value, self._variant_value, self._place = product_value, variant_value, place
        self._medium, self._thumbnail, self._stock, self._movement = media, thumbnail, stock, movement

    def run(self) -> None:
        for number, variants in enumerate(self._variants_of_each()):
            self._add_product(number, variants)
            if number % _CHUNK == _CHUNK - 1:
                self._flush()
        self._flush()

    def _flush(self) -> None:
        for rows in self._tables:
            rows.flush()

    def _variants_of_each(self) -> Iterator[int]:
        """One for every product, and the others wherever chance puts them."""
        left_products, left = self._size.products, self._size.variants - self._size.products
        for _ in range(self._size.products):
            mean = left / left_products
            more = left if left_products == 1 else min(left, int(self._random.uniform(0, 2 * mean + 1)))
            yield 1 + more
            left_products, left = left_products - 1, left - more

    def _add_product(self, number: int, variants: int) -> None:
        random, ground = self._random, self._ground
        key = row_id(self._seed, "product", number)
        kind = random.randrange(len(KINDS))
        about = [random.randrange(len(values)) for values in ground.described_by]
        name = f"{BRANDS[about[1]]} {MATERIALS[about[0]]} {KINDS[kind]} {number}"
        made = _EPOCH - timedelta(minutes=random.randrange(500_000))
        base = int(random.lognormvariate(8, 0.9)) + 100
        skus, amounts = self._add_variants(number, key, variants, base)
        self._product.add(
            id=key,
            name=name,
            slug=f"{name.lower().replace(' ', '-')}-{self._seed}",
            product_type_id=ground.product_types[kind],
            category_id=random.choices(self._categories, cum_weights=self._category_weights)[0],
            description=_description(name, number),
            external_reference=None,
            sort_name=name.lower(),
            search_text=" ".join([name, *sorted(skus)]).lower()[:4000],
            created_at=made,
            updated_at=made,
        )
        self._add_listing(number, key, made, amounts)
        for place, (value, values) in enumerate(zip(about, ground.described_by, strict=True)):
            self._product_value.add(product_id=key, value_id=values[value], sort_order=place)
        self._add_to_collections(number, key)
        self._add_pictures(number, key, name)

    def _add_listing(self, number: int, product: str, made: datetime, amounts: list[int]) -> None:
        chance = self._random.random()
        self._listing.add(
            id=row_id(self._seed, "listing", number),
            product_id=product,
            is_published=chance > 0.03,
            published_at=_EPOCH.replace(year=2100) if 0.03 < chance < 0.05 else made,
            available_for_purchase_at=made,
            visible_in_listings=chance < 0.99,
            min_price_amount=min(amounts),
            max_price_amount=max(amounts),
        )

    def _add_variants(self, number: int, product: str, count: int, base: int) -> tuple[list[str], list[int]]:
        random, ground = self._random, self._ground
        skus, amounts = [], []
        for place in range(count):
            self._variants += 1
            key = row_id(self._seed, "variant", self._variants)
            colour, size = place % len(COLOURS), place // len(COLOURS) % len(SIZES)
            sku = f"G{self._seed}-{number}-{place}"
            amount = base + random.randrange(5) * 100
            self._variant.add(
                id=key,
                product_id=product,
                name=f"{COLOURS[colour]} / {SIZES[size]}",
                sku=sku,
                sort_order=place,
                weight_grams=random.randrange(50, 5000),
                track_inventory=random.random() > 0.02,
                quantity_limit_per_customer=10 if random.random() < 0.02 else None,
                external_reference=None,
            )
            self._price.add(
                id=row_id(self._seed, "price", self._variants),
                variant_id=key,
                price_amount=amount,
                compare_at_amount=amount * 5 // 4 if random.random() < 0.15 else None,
                cost_amount=amount // 2,
            )
            self._variant_value.add(variant_id=key, value_id=ground.colours[colour], sort_order=0)
            self._variant_value.add(variant_id=key, value_id=ground.sizes[size], sort_order=1)
            self._add_stock(key)
            skus.append(sku)
            amounts.append(amount)
        return skus, amounts

    def _add_stock(self, variant: str) -> None:
        for warehouse in self._ground.warehouses[: 1 + (self._random.random() < 0.3)]:
            self._stocks += 1
            key = row_id(self._seed, "stock", self._stocks)
            units = 0 if self._random.random() < 0.1 else self._random.randrange(1, 200)
            self._stock.add(id=key, warehouse_id=warehouse, variant_id=variant, on_hand=units)
            if units:
                self._movement.add(stock_id=key, delta=units)

    def _add_to_collections(self, number: int, product: str) -> None:
        """The first collection has a fifth of all products, each further one half of the one before, to 1 in 500."""
        chance = 0.2
        for collection in self._ground.collections:
            if self._random.random() < chance:
                self._place.add(collection_id=collection, product_id=product, sort_order=number)
            chance = max(chance / 2, 0.002)

    def _add_pictures(self, number: int, product: str, name: str) -> None:
        for place in range(self._random.choices((0, 1, 2, 4), weights=(5, 45, 35, 15))[0]):
            self._media += 1
            file = f"products/generated-{self._seed}-{self._media}.webp"
            self._medium.add(
                id=row_id(self._seed, "media", self._media),
                product_id=product,
                file=file,
                alt=name,
                sort_order=place,
            )
            if place == 0 and number % 2 == 0:
                self._thumbnail.add(
                    id=row_id(self._seed, "thumbnail", self._media),
                    source=file,
                    file=f"thumbnails/generated-{self._seed}-{self._media}.webp",
                )


def _description(name: str, number: int) -> str:
    """Two to six paragraphs in blocks as Editor.js writes them."""
    text = f"The {name} is made to be used every day. It lasts, and what does not last can be mended. "
    blocks = [
        {"type": "paragraph", "data": {"text": text * (1 + (number + place) % 3)}} for place in range(2 + number % 5)
    ]
    return json.dumps({"time": 0, "blocks": blocks, "version": "2.24.3"})
