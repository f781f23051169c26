"""Loading variants and what hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

import strawberry
from django.db.models import Count, QuerySet

from commerce.catalog import models
from commerce.catalog.brief_rows import BriefVariantRow
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.reads import (
    brief_variants_of_products,
    products_of_variants,
    variants_in_channels,
    variants_of_products,
)
from commerce.catalog.rows import ProductRow, VariantRow
from commerce.channels.models import Channel
from commerce.core.keyset import fetch_pages_by_parent
from commerce.inventory.queries import PreorderRow, available_in_places, available_quantity, preorders_of_variants
from schema.cache import tags
from schema.catalog.briefly import asks_briefly, variants_in_brief
from schema.catalog.pricing import cards_in, remember_prices
from schema.catalog.sources import AnyProduct, AnyVariant, Key
from schema.channels.scope import per_channel
from schema.context import Audience, RequestContext
from schema.engine import Level
from schema.enums import CountryCode
from schema.fields import computed, leaf
from schema.pagination import Counts, Page, slice_of, to_page

Seen: TypeAlias = VariantRow | BriefVariantRow
"""A variant as readers get it, whole or in brief."""


def load_remembered_variants(
    asked: Sequence[tuple[Channel | None, UUID | None]], context: RequestContext
) -> list[AnyVariant | None]:
    """The variant with each id, which an order's line remembers; shoppers get it if the channel beside it shows it.

    One statement, however many channels there are.
    """
    ids = {key for _, key in asked if key is not None}
    if context.audience is Audience.ADMIN:
        rows = models.ProductVariant.objects.in_bulk(ids) if ids else {}
        return [rows.get(key) if key is not None else None for _, key in asked]
    wanted = [(channel, key) for channel, key in asked if key is not None]
    found = variants_in_channels(wanted, actor=context.actor) if wanted else {}
    for channel in {channel.id: channel for channel, _ in wanted if channel is not None}.values():
        remember_prices([row for (where, _), row in found.items() if where == channel.id], context, channel)
    return [
        found.get((channel.id if channel is not None else None, key)) if key is not None else None
        for channel, key in asked
    ]


def load_variants(products: Sequence[AnyProduct], context: RequestContext) -> list[list[Seen]]:
    """The variants of each product that the caller may see, in their order."""
    briefly = asks_briefly(products, variants_in_brief)
    read: Callable[..., dict[Key, Any]] = brief_variants_of_products if briefly else variants_of_products

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[list[Seen]]:
        def find(missing: list[Key]) -> dict[Key, list[Seen]]:
            by_product: dict[Key, list[Seen]] = read(missing, channel=channel, actor=context.actor)
            if channel is not None:
                remember_prices(chain.from_iterable(by_product.values()), context, channel)
            return by_product

        asked = [product.id for product in members]
        found = context.known(("variants", briefly, channel.id if channel else None), asked, find)
        return [found[key] for key in asked]

    return per_channel(products, context, load)


def load_variant_pages(
    products: Sequence[AnyProduct],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The variants of each product that the caller may see, in their order, page by page."""
    window = slice_of(first, after, last, before)

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[Page]:
        keys = list(dict.fromkeys(UUID(str(product.id)) for product in members))
        rows = seen_variants(context, channel)
        found = fetch_pages_by_parent(rows, "product_id", keys, ("sort_order", "id"), window)
        counts = Counts(lambda: _count(rows, keys))
        ids = [UUID(str(product.id)) for product in members]
        return [to_page(found[key], count=counts.of(key)) for key in ids]

    return per_channel(products, context, load)


def seen_variants(context: RequestContext, channel: Channel | None) -> QuerySet[models.ProductVariant]:
    """The variants of products that the caller is known to see: shoppers get those with a price in the channel."""
    if channel is None or sees_unpublished(channel=channel, actor=context.actor):
        return models.ProductVariant.objects.all()
    return models.ProductVariant.objects.filter(channel_listings__channel=channel)


def _count(rows: QuerySet[models.ProductVariant], product_ids: Collection[UUID]) -> dict[UUID, int]:
    counted = rows.filter(product__in=list(product_ids)).order_by().values_list("product")
    return dict(counted.annotate(count=Count("id")))


def load_default_variants(products: Sequence[AnyProduct], context: RequestContext) -> list[Seen | None]:
    """The first variant of each product that the caller may see."""
    return [variants[0] if variants else None for variants in load_variants(products, context)]


def load_products(variants: Sequence[AnyVariant], context: RequestContext) -> list[ProductRow]:
    """The product of each variant. Whoever has been let to a variant may see its product."""
    asked: list[Key] = [variant.product_id for variant in variants]
    found = products_of_variants(set(asked))
    return [found[key] for key in asked]


def load_quantities(
    variants: Sequence[AnyVariant], context: RequestContext, country_code: CountryCode | None = None
) -> list[int | None]:
    """How many units one order may have now, sent to `countryCode` or else the channel's default country.

    Never more than the channel's limit per line, so that nobody learns the stock. Null without a channel.
    """

    context.depends_on.update(tags.product(variant.product_id) for variant in variants)
    given = country_code.value if country_code else None
    if isinstance(variants, Level) and variants.scope is not None and (only := variants.scope.channel) is not None:
        country = given or only.default_country
        of_channel = context.known(
            ("available", only.id, country),
            [variant.id for variant in variants],
            lambda missing: available_quantity(missing, only, country),
        )
        return [_capped(of_channel[variant.id], variant, only) for variant in variants]
    channels = context.channels_of(variants)
    asked = [
        None if channel is None else (channel.id, given or channel.default_country, variant.id)
        for channel, variant in zip(channels, variants, strict=True)
    ]
    found = context.known("available", [each for each in asked if each is not None], available_in_places)
    return [
        None if channel is None else _capped(found[each], variant, channel)
        for channel, variant, each in zip(channels, variants, asked, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Preorder:
    """Source of PreorderData: the preorder of a variant, and how many units of it one order may have."""

    row: PreorderRow
    available_quantity: int


@strawberry.type(description="That a variant is sold before there is any of it.")
class PreorderData:
    """Source: Preorder."""

    end_date: datetime = computed(lambda preorder: preorder.row.end_date, "Until when; goods are sent after that.")
    available_quantity: int = leaf(
        "How many units one order may still have; never more than the channel's limit per line."
    )


def load_preorders(variants: Sequence[AnyVariant], context: RequestContext) -> list[Preorder | None]:
    """Until when, and how many of it, can be ordered before it is there; null if the channel does not sell it ahead."""

    context.depends_on.update(tags.product(variant.product_id) for variant in variants)
    placed = list(zip(context.channels_of(variants), variants, strict=True))
    asked: list[Any] = [(channel.id, variant.id) for channel, variant in placed if channel is not None]
    found = preorders_of_variants(asked) if asked else {}
    return [
        None
        if channel is None or (row := found.get((channel.id, variant.id))) is None
        else Preorder(row, _capped(row.left, variant, channel))
        for channel, variant in placed
    ]


def _capped(available: int | None, variant: AnyVariant, channel: Channel) -> int:
    limit = channel.quantity_limit_per_line
    if available is not None and available < limit:
        limit = available
    own = variant.quantity_limit_per_customer
    return own if own is not None and own < limit else limit


def load_availability(products: Sequence[AnyProduct], context: RequestContext) -> list[bool | None]:
    """Whether each product can be bought now; null without a channel."""

    context.depends_on.update(tags.product(product.id) for product in products)
    channels = context.channels_of(products)
    cards = cards_in(channels, products, context)
    return [
        None if channel is None else card is not None and bool(card.is_available)
        for channel, card in zip(channels, cards, strict=True)
    ]
