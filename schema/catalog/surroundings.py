"""What a level of products will be asked for, loaded in one statement before the loaders come and find it known."""

from __future__ import annotations

from typing import Any, Final

from commerce.catalog.brief_rows import BriefProductRow
from commerce.catalog.rows import ProductRow
from commerce.catalog.thumbnails import rounded_size
from commerce.channels.models import Channel
from commerce.inventory.around_products import Around, Copies, Surroundings, around_products
from schema.catalog.briefly import (
    all_in_brief,
    attributes_in_brief,
    category_in_brief,
    collections_in_brief,
    variants_in_brief,
)
from schema.catalog.images import DEFAULT_SIZE, format_name
from schema.catalog.pricing import remember_prices
from schema.context import RequestContext
from schema.engine import Ahead, Level

LEAST: Final = 2
"""Fewer parts than that are not worth being asked for together."""

MOST_PRODUCTS: Final = 4
"""More products than that are not, unless all is asked in brief: rows of a union are wide, and a page of twenty has
hundreds of them."""

_OF_PRODUCTS: Final = {
    "category": Around.CATEGORIES,
    "collections": Around.COLLECTIONS,
    "thumbnail": Around.PICTURES,
    "media": Around.MEDIA,
    "attributes": Around.ATTRIBUTES,
    "variants": Around.VARIANTS,
    "defaultVariant": Around.VARIANTS,
}
_OF_VARIANTS: Final = {"quantityAvailable": Around.QUANTITIES, "attributes": Around.OPTIONS}


def load_surroundings(products: Level[Any], context: RequestContext, ahead: Ahead) -> None:
    """Load what several loaders will ask for, for products that are looked at in one channel."""
    channel = None if products.scope is None else products.scope.channel
    briefly = ahead.concluded(all_in_brief)
    if (
        (len(products) > MOST_PRODUCTS and not briefly)
        or channel is None
        or not all(isinstance(product, ProductRow | BriefProductRow) for product in products)
    ):
        return
    variants = ahead.below("variants", "defaultVariant")
    wanted = {part for name, part in _OF_PRODUCTS.items() if ahead.asks(name)}
    wanted |= {part for name, part in _OF_VARIANTS.items() if variants.asks(name)}
    pictures = _copies(ahead, "thumbnail", DEFAULT_SIZE)
    copies = _copies(ahead.below("media"), "url", 0)
    if copies.size:
        wanted.add(Around.COPIES)
    if len(wanted) < LEAST:
        return
    country = _country(variants, channel)
    found = around_products(
        [product.id for product in products],
        wanted,
        category_ids=[product.category_id for product in products if product.category_id is not None],
        channel=channel,
        actor=context.actor,
        pictures=pictures,
        copies=copies,
        country=country,
        briefly=briefly,
    )
    _remember(found, context, channel, (pictures, copies), country, ahead)


def _copies(ahead: Ahead, name: str, default: int) -> Copies:
    """Of which size and format pictures are asked for, at the first place where they are."""
    for arguments in ahead.arguments(name):
        size = arguments.get("size")
        pixels = default if size is None else size
        return Copies(rounded_size(pixels) if pixels else 0, format_name(arguments.get("format")))
    return Copies(0, format_name(None))


def _country(variants: Ahead, channel: Channel) -> str:
    for arguments in variants.arguments("quantityAvailable"):
        if (country := arguments.get("country_code")) is not None:
            return str(country.value)
    return channel.default_country


def _remember(
    found: Surroundings[Any],
    context: RequestContext,
    channel: Channel,
    asked: tuple[Copies, Copies],
    country: str,
    ahead: Ahead,
) -> None:
    """Keep it under the names under which the loaders look for it. What is whole does for those who ask in brief."""
    pictures, copies = asked
    known: dict[Any, dict[Any, Any]] = {
        ("categories", ahead.concluded(category_in_brief)): found.categories,
        ("collections", ahead.concluded(collections_in_brief), channel.id): found.collections,
        ("first pictures", pictures.size, pictures.format): found.pictures,
        ("media", "products"): found.media,
        ("copies of pictures", copies.size, copies.format): found.copies,
        ("attributes of products", ahead.concluded(attributes_in_brief)): found.attributes,
        ("variants", ahead.concluded(variants_in_brief), channel.id): found.variants,
        ("available", channel.id, country): found.quantities,
        ("attributes of variants", True): found.options,
    }
    if not ahead.concluded(all_in_brief):
        known["attributes of variants", False] = found.options
    for what, facts in known.items():
        if facts:
            context.memo.setdefault(what, {}).update(facts)
    for variants in found.variants.values():
        remember_prices(variants, context, channel)
