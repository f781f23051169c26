"""Prices of products and variants in the channel that they are looked at in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

import strawberry

from commerce.catalog.reads import cards_of_products, prices_of_variants
from commerce.catalog.rows import CardRow, ProductRow, VariantRow
from commerce.channels.models import Channel
from commerce.core import money
from commerce.pricing.lists import OwnProductPrices, own_price
from commerce.pricing.totals import PriceTerms, shared_terms, taxed
from commerce.taxes.queries import classes_of_products, taxes_shown
from commerce.taxes.rates import Rates
from schema.catalog.sources import AnyProduct, AnyVariant, Key
from schema.channels.scope import per_channel
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import TaxedMoney, TaxedMoneyRange
from schema.pricing.ladder import PriceStep, load_unit_ladders
from schema.pricing.prior import load_lowest_prior
from schema.pricing.source import VariantPrice, buyer_of, difference, lists_of, own_products
from schema.pricing.tiers import PriceTier, load_tiers
from schema.pricing.units import UnitPrice, load_unit_prices


class Priced(Protocol):
    """A price as it was entered, in minor units: of a VariantRow or a VariantPriceRow."""

    @property
    def amount(self) -> int | None:
        """What it costs; None without a price in the channel."""

    @property
    def undiscounted(self) -> int | None:
        """What it cost before a reduction; the amount without one."""


class PricedProduct(Protocol):
    """The lowest and highest prices of a product's variants: of a ProductRow or a CardRow."""

    @property
    def low(self) -> int | None:
        """The lowest price; None without any in the channel."""

    @property
    def high(self) -> int | None:
        """The highest price."""

    @property
    def low_before(self) -> int | None:
        """The lowest price before any reduction."""

    @property
    def high_before(self) -> int | None:
        """The highest price before any reduction."""

    @property
    def on_sale(self) -> bool | None:
        """Whether one of the variants is sold below its former price."""


class PriceSpan(NamedTuple):
    """Source of TaxedMoneyRange."""

    low: int
    high: int
    terms: PriceTerms

    @property
    def start(self) -> money.TaxedMoney:
        """The lowest price."""
        return taxed(self.low, self.terms)

    @property
    def stop(self) -> money.TaxedMoney:
        """The highest price."""
        return taxed(self.high, self.terms)


@dataclass(slots=True, eq=False)
class ProductPrice:
    """Source of ProductPricingInfo."""

    price_range: PriceSpan
    price_range_undiscounted: PriceSpan
    on_sale: bool
    terms: PriceTerms
    display_gross_prices: bool

    @property
    def discount(self) -> money.TaxedMoney | None:
        """How much less the cheapest variant costs than the cheapest did; None if it does not."""
        return difference(self.price_range_undiscounted.low, self.price_range.low, self.terms)


@strawberry.type(description="What a variant costs in the channel.")
class VariantPricingInfo:
    """Source: VariantPrice."""

    on_sale: bool | None = leaf("Whether it is sold below its former price.")
    discount: TaxedMoney | None = nested("discount", "How much less it costs than before; null if not on sale.")
    price: TaxedMoney | None = nested("price", "The price, taxed as in the channel's default country.")
    price_undiscounted: TaxedMoney | None = nested("price_undiscounted", "The price before the reduction.")
    lowest_prior_price: TaxedMoney | None = nested(load_lowest_prior)
    unit_pricing: UnitPrice | None = nested(load_unit_prices)
    tiers: list[PriceTier] = nested(load_tiers)
    price_ladder: list[PriceStep] = nested(load_unit_ladders)


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


def _terms(context: RequestContext, channel: Channel, product_ids: Sequence[Key]) -> list[PriceTerms]:
    """How the price of each product is read: with the rate that its class bears in the channel's default country.

    Nobody asks for classes where all of them bear the same.
    """
    rates: Rates = context.known("taxes shown", [channel.id], lambda _: {channel.id: taxes_shown(channel).rates})[
        channel.id
    ]
    if all(percent == rates.default for percent in rates.by_class.values()):
        return [_read_with(rates.default, rates, channel)] * len(product_ids)
    classes = context.known("tax classes", product_ids, _classes)
    return [_read_with(rates.of(classes[key]), rates, channel) for key in product_ids]


def _read_with(percent: Decimal, rates: Rates, channel: Channel) -> PriceTerms:
    return shared_terms(channel.currency_code, channel.prices_include_tax, percent, rates.rounding)


def _classes(product_ids: list[Key]) -> dict[Key, str | None]:
    found = classes_of_products([str(key) for key in product_ids])
    return {key: found.get(str(key)) for key in product_ids}


def load_variant_pricing(variants: Sequence[AnyVariant], context: RequestContext) -> list[VariantPrice | None]:
    """The prices in the channel that the variants are looked at in; null without a channel or a price there."""

    def load(channel: Channel | None, members: list[AnyVariant]) -> list[VariantPrice | None]:
        if channel is None:
            return [None for _ in members]
        prices = context.known(
            ("variant prices", channel.id),
            [variant.id for variant in members],
            lambda missing: prices_of_variants(missing, channel=channel),
        )
        terms = _terms(context, channel, [variant.product_id for variant in members])
        priced = [
            _variant_price(prices[variant.id], each, variant.id, channel)
            for variant, each in zip(members, terms, strict=True)
        ]
        return _for_the_buyer(priced, context, channel)

    return per_channel(variants, context, load)


def remember_prices(variants: Iterable[VariantRow], context: RequestContext, channel: Channel) -> None:
    """Spare load_variant_pricing the statement for variants that were loaded with their prices in `channel`."""
    known: dict[Hashable, Priced | None] = context.memo.setdefault(("variant prices", channel.id), {})
    known.update((variant.id, variant) for variant in variants)


def load_product_pricing(products: Sequence[AnyProduct], context: RequestContext) -> list[ProductPrice | None]:
    """The prices in the channel that the products are looked at in; null without a channel or any price there."""

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[ProductPrice | None]:
        if channel is None:
            return [None for _ in members]
        terms = _terms(context, channel, [product.id for product in members])
        cards: dict[Key, ProductRow | CardRow | OwnProductPrices] = {**cards_in(channel, members, context)}
        own = own_products(context, channel, [product.id for product in members])
        cards.update((product.id, own[str(product.id)]) for product in members if str(product.id) in own)
        gross = channel.display_gross_prices
        return [
            _product_price(cards.get(product.id), each, gross) for product, each in zip(members, terms, strict=True)
        ]

    return per_channel(products, context, load)


def cards_in(
    channel: Channel, products: Sequence[AnyProduct], context: RequestContext
) -> dict[Key, ProductRow | CardRow]:
    """What each product's card in the channel says: products that were looked up there have brought it along."""
    known: dict[Key, ProductRow | CardRow] = {}
    asked: list[Key] = []
    where = str(channel.id)
    for product in products:
        if isinstance(product, ProductRow) and product.card_channel_id == where:
            known[product.id] = product
        else:
            asked.append(product.id)
    if asked:
        found = context.known(("cards", channel.id), asked, lambda missing: _cards(missing, channel))
        known.update((key, card) for key in asked if (card := found[key]) is not None)
    return known


def _cards(asked: list[Key], channel: Channel) -> dict[Key, CardRow | None]:
    return dict.fromkeys(asked) | cards_of_products(asked, channel=channel)


def _product_price(card: PricedProduct | None, terms: PriceTerms, gross: bool) -> ProductPrice | None:
    if card is None or card.low is None or card.high is None or card.low_before is None or card.high_before is None:
        return None
    # Tax keeps the order of prices, so the ends stay the ends.
    return ProductPrice(
        PriceSpan(card.low, card.high, terms),
        PriceSpan(card.low_before, card.high_before, terms),
        bool(card.on_sale),
        terms,
        gross,
    )


def _variant_price(priced: Priced | None, terms: PriceTerms, key: Key, channel: Channel) -> VariantPrice | None:
    if priced is None or priced.amount is None or priced.undiscounted is None:
        return None
    return VariantPrice(priced.amount, priced.undiscounted, terms, key, channel, priced.amount)


def _for_the_buyer(
    prices: list[VariantPrice | None], context: RequestContext, channel: Channel
) -> list[VariantPrice | None]:
    """With what a signed-in customer pays by a price list."""
    if buyer_of(context) is not None:
        lists = lists_of(context, channel, [price.variant_id for price in prices if price is not None])
        for price in prices:
            if price is not None and (own := own_price(price.public, lists[price.variant_id], 1)) is not None:
                price.now, price.own = own.amount, own
    return prices
