"""Prices of products and variants in the channel that they are looked at in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry

from commerce.catalog.models import Product, ProductVariant, VariantChannelListing
from commerce.catalog.reads import listings_of_products_variants, variant_listings
from commerce.channels.models import Channel
from commerce.core import money
from commerce.pricing.totals import PriceTerms, taxed
from commerce.taxes.queries import rates_for
from schema.channels.scope import per_channel
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import TaxedMoney, TaxedMoneyRange


@dataclass(slots=True, eq=False)
class VariantPrice:
    """Source of VariantPricingInfo. `discount` is None when there is none."""

    price: money.TaxedMoney
    price_undiscounted: money.TaxedMoney

    @property
    def on_sale(self) -> bool:
        """Whether it is sold below its former price."""
        return self.price_undiscounted.gross.amount > self.price.gross.amount

    @property
    def discount(self) -> money.TaxedMoney | None:
        """Former price - price."""
        return _difference(self.price_undiscounted, self.price) if self.on_sale else None


@dataclass(slots=True, eq=False)
class PriceSpan:
    """Source of TaxedMoneyRange."""

    start: money.TaxedMoney
    stop: money.TaxedMoney

    @classmethod
    def over(cls, prices: Sequence[money.TaxedMoney]) -> PriceSpan:
        """The lowest and the highest of `prices`, of which there is at least one."""
        ordered = sorted(prices, key=lambda price: (price.gross.amount, price.net.amount))
        return cls(ordered[0], ordered[-1])


@dataclass(slots=True, eq=False)
class ProductPrice:
    """Source of ProductPricingInfo."""

    on_sale: bool
    display_gross_prices: bool
    discount: money.TaxedMoney | None
    price_range: PriceSpan
    price_range_undiscounted: PriceSpan


@strawberry.type(description="What a variant costs in the channel.")
class VariantPricingInfo:
    """Source: VariantPrice."""

    on_sale: bool | None = leaf("Whether it is sold below its former price.")
    discount: TaxedMoney | None = nested("discount", "How much less it costs than before; null if not on sale.")
    price: TaxedMoney | None = nested("price", "The price, taxed as in the channel's default country.")
    price_undiscounted: TaxedMoney | None = nested("price_undiscounted", "The price before the reduction.")


@strawberry.type(description="What the variants of a product cost in the channel.")
class ProductPricingInfo:
    """Source: ProductPrice."""

    on_sale: bool | None = leaf("Whether one of its variants is sold below its former price.")
    display_gross_prices: bool = leaf("Whether shoppers are to be shown prices with tax.")
    discount: TaxedMoney | None = nested("discount", "How much less the cheapest variant costs than the cheapest did.")
    price_range: TaxedMoneyRange | None = nested("price_range", "The lowest and the highest price of its variants.")
    price_range_undiscounted: TaxedMoneyRange | None = nested(
        "price_range_undiscounted", "The same before any reduction."
    )


def price_terms(context: RequestContext, channel: Channel) -> PriceTerms:
    """How the prices of a channel are read, with the tax of its default country."""
    rates = context.known("tax rates", [channel.default_country], rates_for)
    return PriceTerms(channel.currency_code, channel.prices_include_tax, rates[channel.default_country])


def load_variant_pricing(variants: Sequence[ProductVariant], context: RequestContext) -> list[VariantPrice | None]:
    """The prices in the channel that the variants are looked at in; null without a channel or a price there."""

    def load(channel: Channel | None, members: list[ProductVariant]) -> list[VariantPrice | None]:
        if channel is None:
            return [None for _ in members]
        listings = context.known(
            ("variant listings", channel.id),
            [variant.id for variant in members],
            lambda missing: variant_listings(missing, channel=channel),
        )
        terms = price_terms(context, channel)
        return [_variant_price(listings[variant.id], terms) for variant in members]

    return per_channel(variants, context, load)


def load_product_pricing(products: Sequence[Product], context: RequestContext) -> list[ProductPrice | None]:
    """The prices in the channel that the products are looked at in; null without a channel or any price there."""

    def load(channel: Channel | None, members: list[Product]) -> list[ProductPrice | None]:
        if channel is None:
            return [None for _ in members]
        listings = listings_of_products_variants([product.id for product in members], channel=channel)
        known: dict[UUID, Any] = context.memo.setdefault(("variant listings", channel.id), {})
        known.update((listing.variant_id, listing) for mine in listings.values() for listing in mine)
        terms = price_terms(context, channel)
        return [_product_price(listings[product.id], terms, channel) for product in members]

    return per_channel(products, context, load)


def _variant_price(listing: VariantChannelListing | None, terms: PriceTerms) -> VariantPrice | None:
    if listing is None:
        return None
    before = listing.compare_at_amount
    return VariantPrice(
        price=taxed(listing.price_amount, terms),
        price_undiscounted=taxed(listing.price_amount if before is None else before, terms),
    )


def _product_price(
    listings: Sequence[VariantChannelListing], terms: PriceTerms, channel: Channel
) -> ProductPrice | None:
    prices = [price for listing in listings if (price := _variant_price(listing, terms)) is not None]
    if not prices:
        return None
    now = PriceSpan.over([price.price for price in prices])
    before = PriceSpan.over([price.price_undiscounted for price in prices])
    saved = before.start.gross.amount > now.start.gross.amount
    return ProductPrice(
        on_sale=any(price.on_sale for price in prices),
        display_gross_prices=channel.display_gross_prices,
        discount=_difference(before.start, now.start) if saved else None,
        price_range=now,
        price_range_undiscounted=before,
    )


def _difference(more: money.TaxedMoney, less: money.TaxedMoney) -> money.TaxedMoney:
    return money.TaxedMoney(more.net - less.net, more.gross - less.gross)
