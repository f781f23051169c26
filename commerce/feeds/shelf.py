"""What a product feed says of a channel's products, some hundreds at a time: a fixed number of statements for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from commerce.catalog.described import Described, attributes_of_products, attributes_of_variants
from commerce.catalog.groupings import categories_by_id
from commerce.catalog.picture_addresses import picture_urls
from commerce.catalog.queries import listed_products
from commerce.catalog.reads import media_of_products, media_of_variants, variants_of_products
from commerce.catalog.rows import CategoryRow, MediaRow, VariantRow
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS
from commerce.inventory.queries import available_quantity

CHUNK: Final = 250
"""Products that are read at a time."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A variant that the channel shows at a price, with all that is said of it."""

    product: Any
    """The product's columns as `_COLUMNS` names them."""
    variant: VariantRow
    siblings: int
    """How many variants of its product the channel shows, this one included."""
    categories: list[CategoryRow]
    """From the root of the tree to the product's own."""
    attributes: list[Described]
    """Of the variant, then of the product."""
    pictures: list[str]
    """Absolute addresses: its own, then those of the product."""
    quantity: int | None
    """How many can be bought; None is any number."""
    sold_from: datetime | None
    """None: it is not for sale yet."""


def offers_of(channel: Channel, *, chunk: int = CHUNK) -> Iterator[list[Offered]]:
    """Every variant that the channel's lists show at a price, by product, `chunk` products at a time.

    No transaction is open between two pieces: what changes meanwhile is seen as it is when its piece is read.
    """
    rows = (
        listed_products(channel=channel, actor=ANONYMOUS)
        .filter(channel_listings__channel=channel, channel_listings__min_price_amount__isnull=False)
        .annotate(sold_from=F("channel_listings__available_for_purchase_at"))
        .only("id", "name", "slug", "description", "seo_description", "category_id", "metadata")
        .order_by("id")
    )
    products = list(rows[:chunk])
    while products:
        yield _offers(products, channel)
        products = list(rows.filter(id__gt=products[-1].id)[:chunk]) if len(products) == chunk else []


def _offers(products: Sequence[Any], channel: Channel) -> list[Offered]:
    ids = [product.id for product in products]
    variants = variants_of_products(ids, channel=channel, actor=ANONYMOUS)
    variant_ids = [variant.id for family in variants.values() for variant in family]
    quantities = available_quantity(variant_ids, channel, channel.default_country)
    of_products, of_variants = attributes_of_products(ids), attributes_of_variants(variant_ids)
    paths = _paths({str(product.category_id) for product in products if product.category_id})
    pictures = _pictures(ids, variant_ids)
    return [
        Offered(
            product=product,
            variant=variant,
            siblings=len(variants[product.id]),
            categories=paths.get(str(product.category_id), []),
            attributes=[*of_variants.get(variant.id, []), *of_products.get(product.id, [])],
            pictures=list(dict.fromkeys([*pictures.get(variant.id, []), *pictures.get(str(product.id), [])])),
            quantity=quantities[variant.id],
            sold_from=product.sold_from,
        )
        for product in products
        for variant in variants[product.id]
        if variant.amount is not None
    ]


def _paths(category_ids: set[str]) -> dict[str, list[CategoryRow]]:
    """The categories from the root down to each of these."""
    known = categories_by_id(category_ids)
    above = {key for row in known.values() for key in row.ancestors} - known.keys()
    everything = {**known, **categories_by_id(above)}
    return {key: [everything[up] for up in row.ancestors if up in everything] for key, row in known.items()}


def _pictures(product_ids: Sequence[UUID], variant_ids: Sequence[str]) -> dict[str, list[str]]:
    media: dict[str, list[MediaRow]] = {
        **{str(key): rows for key, rows in media_of_products(product_ids).items()},
        **media_of_variants(variant_ids),
    }
    images = {owner: [row for row in rows if row.kind == "image"] for owner, rows in media.items()}
    stored = picture_urls([(row.id, row.file) for rows in images.values() for row in rows if row.file], size=0,
                          format="ORIGINAL")  # fmt: skip
    return {
        owner: [address for row in rows if (address := stored.get(row.id) or row.source_url)]
        for owner, rows in images.items()
    }
