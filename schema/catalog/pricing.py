"""Prices of products and variants in the channel that they are looked at in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, TypeAlias
from uuid import UUID

import strawberry

from commerce.catalog.brief_rows import BriefProductRow, BriefVariantRow
from commerce.catalog.reads import cards_of_products, prices_of_variants
from commerce.catalog.rows import CardRow, ProductRow, VariantRow
from commerce.channels.models import Channel
from commerce.core import money
from commerce.pricing.lists import own_price
from commerce.pricing.totals import PriceTerms, made_once, shared_terms, taxed
from commerce.taxes.queries import classes_of_products, taxes_shown_in
from commerce.taxes.rates import Rates
from schema.catalog.briefly import asks_briefly, pricing_in_brief
from schema.catalog.sources import AnyProduct, AnyVariant, Key
from schema.context import RequestContext
from schema.engine import Level
from schema.fields import leaf, nested
from schema.money import TaxedMoney, TaxedMoneyRange
from schema.pricing.ladder import PriceStep, load_unit_ladders
from schema.pricing.prior import load_lowest_prior
from schema.pricing.source import PublicPrice, VariantPrice, buyer_of, difference, lists_of, own_products
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


Card: TypeAlias = ProductRow | BriefProductRow | CardRow


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


@dataclass(frozen=True, slots=True, eq=False)
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
    # Catalogs show the same prices again and again, and `taxed` answers with the same objects.
    price: TaxedMoney | None = nested("price", "The price, taxed as in the channel's default country.", recurring=True)
    price_undiscounted: TaxedMoney | None = nested(
        "price_undiscounted", "The price before the reduction.", recurring=True
    )
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


def _terms(context: RequestContext, asked: Sequence[tuple[Channel, Key]]) -> list[PriceTerms]:
    """How the price of each product is read: with the rate that its class bears in its channel's default country.

    Nobody asks for classes where all of them bear the same. One statement for rates and one for classes, however many
    channels there are.
    """
    channels = {channel.id: channel for channel, _ in asked}
    rates: dict[UUID, Rates] = context.known("taxes shown", channels, lambda missing: _rates(missing, channels))
    alike = {
        key: _read_with(rates[key].default, rates[key], channel)
        for key, channel in channels.items()
        if all(percent == rates[key].default for percent in rates[key].by_class.values())
    }
    if len(alike) == len(channels):
        return [alike[channel.id] for channel, _ in asked]
    products = [key for channel, key in asked if channel.id not in alike]
    classes = context.known("tax classes", products, _classes)
    return [
        alike.get(channel.id) or _read_with(rates[channel.id].of(classes[key]), rates[channel.id], channel)
        for channel, key in asked
    ]


def _terms_in(channel: Channel, product_ids: Sequence[Key], context: RequestContext) -> list[PriceTerms]:
    """The same for products that are all looked at in one channel."""
    where = channel.id
    rates: Rates = context.known("taxes shown", [where], lambda missing: _rates(missing, {where: channel}))[where]
    if all(percent == rates.default for percent in rates.by_class.values()):
        return [_read_with(rates.default, rates, channel)] * len(product_ids)
    classes = context.known("tax classes", product_ids, _classes)
    return [_read_with(rates.of(classes[key]), rates, channel) for key in product_ids]


def _rates(channel_ids: list[UUID], channels: Mapping[UUID, Channel]) -> dict[UUID, Rates]:
    found = taxes_shown_in([channels[key] for key in channel_ids])
    return {key: taxes.rates for key, taxes in found.items()}


def _read_with(percent: Decimal, rates: Rates, channel: Channel) -> PriceTerms:
    return shared_terms(channel.currency_code, channel.prices_include_tax, percent, rates.rounding)


def _classes(product_ids: list[Key]) -> dict[Key, str | None]:
    found = classes_of_products([str(key) for key in product_ids])
    return {key: found.get(str(key)) for key in product_ids}


def load_variant_pricing(
    variants: Sequence[AnyVariant], context: RequestContext
) -> Sequence[VariantPrice | PublicPrice | None]:
    """The prices in the channel that the variants are looked at in; null without a channel or a price there."""
    if not isinstance(variants, Level) or variants.several is not None or variants.scope is None:
        return _for_the_buyer(_prices_in_channels(variants, context), context)
    channel = variants.scope.channel
    if channel is None:
        return [None] * len(variants)
    if buyer_of(context) is None and asks_briefly(variants, pricing_in_brief):
        return [
            None
            if price is None or price.amount is None or price.undiscounted is None
            # What everybody pays is the same object for the same amounts, so that its answer is kept.
            else PublicPrice.of(price.amount, price.undiscounted, terms)
            for _, price, terms in _priced_in(channel, variants, context)
        ]
    return _for_the_buyer(
        [_variant_price(price, terms, key, channel) for key, price, terms in _priced_in(channel, variants, context)],
        context,
    )


def _priced_in(
    channel: Channel, variants: Sequence[AnyVariant], context: RequestContext
) -> Iterator[tuple[Key, Priced | None, PriceTerms]]:
    """Each variant's id, its price, and how that is read."""
    where = channel.id

    def find(missing: list[Key]) -> dict[Key, Priced | None]:
        return {key: price for (_, key), price in prices_of_variants([(where, key) for key in missing]).items()}

    prices = context.known(("variant prices", where), [variant.id for variant in variants], find)
    terms = _terms_in(channel, [variant.product_id for variant in variants], context)
    for variant, its in zip(variants, terms, strict=True):
        yield variant.id, prices[variant.id], its


def _prices_in_channels(variants: Sequence[AnyVariant], context: RequestContext) -> list[VariantPrice | None]:
    # As many statements for variants of several channels as for those of one: a history of orders has them.
    channels = context.channels_of(variants)
    placed = [(channel, variant) for channel, variant in zip(channels, variants, strict=True) if channel is not None]
    remembered = {key: context.memo.get(("variant prices", key), {}) for key in {channel.id for channel, _ in placed}}
    asked: list[tuple[UUID, Key]] = [
        (channel.id, row.id) for channel, row in placed if row.id not in remembered[channel.id]
    ]
    found = prices_of_variants(asked) if asked else {}
    for (where, key), price in found.items():
        context.memo.setdefault(("variant prices", where), {})[key] = price
    terms = iter(_terms(context, [(channel, variant.product_id) for channel, variant in placed]))
    return [
        None
        if channel is None
        else _variant_price(context.memo["variant prices", channel.id][variant.id], next(terms), variant.id, channel)
        for channel, variant in zip(channels, variants, strict=True)
    ]


def remember_prices(
    variants: Iterable[VariantRow | BriefVariantRow], context: RequestContext, channel: Channel
) -> None:
    """Spare load_variant_pricing the statement for variants that were loaded with their prices in `channel`."""
    known: dict[Any, Priced | None] = context.memo.setdefault(("variant prices", channel.id), {})
    known.update((variant.id, variant) for variant in variants)


def load_product_pricing(products: Sequence[AnyProduct], context: RequestContext) -> list[ProductPrice | None]:
    """The prices in the channel that the products are looked at in; null without a channel or any price there."""
    channels = context.channels_of(products)
    cards = cards_in(channels, products, context)
    placed = [(channel, product.id) for channel, product in zip(channels, products, strict=True) if channel is not None]
    own = own_products(context, [(channel.id, key) for channel, key in placed]) if buyer_of(context) else {}
    only = products.scope.channel if isinstance(products, Level) and products.scope is not None else None
    asked = [product.id for product in products]
    terms = iter(_terms(context, placed) if only is None else _terms_in(only, asked, context))
    return [
        None
        if channel is None
        else _product_price(
            own.get((channel.id, product.id), card) if own else card, next(terms), channel.display_gross_prices
        )
        for channel, product, card in zip(channels, products, cards, strict=True)
    ]


def cards_in(
    channels: Sequence[Channel | None], products: Sequence[AnyProduct], context: RequestContext
) -> list[Card | None]:
    """What each product's card in the channel beside it says; None without a channel, or where it is not listed.

    Products that were looked up there have brought it along; one statement for the others.
    """
    cards: list[Card | None] = [None] * len(products)
    asked: dict[int, tuple[UUID, Key]] = {}
    last, where = None, ""
    for place, (channel, product) in enumerate(zip(channels, products, strict=True)):
        if channel is None:
            continue
        if channel is not last:
            last, where = channel, str(channel.id)
        if isinstance(product, ProductRow | BriefProductRow) and product.card_channel_id == where:
            cards[place] = product
        else:
            asked[place] = (channel.id, product.id)
    if asked:
        found = context.known("cards", asked.values(), cards_of_products)
        for place, key in asked.items():
            cards[place] = found[key]
    return cards


def _product_price(card: PricedProduct | None, terms: PriceTerms, gross: bool) -> ProductPrice | None:
    if card is None or card.low is None or card.high is None or card.low_before is None or card.high_before is None:
        return None
    low, high, low_before, high_before, on_sale = card.low, card.high, card.low_before, card.high_before, card.on_sale
    # Tax keeps the order of prices, so the ends stay the ends.
    return made_once(
        terms,
        (ProductPrice, low, high, low_before, high_before, on_sale, gross),
        lambda: ProductPrice(
            PriceSpan(low, high, terms), PriceSpan(low_before, high_before, terms), bool(on_sale), terms, gross
        ),
    )


def _variant_price(priced: Priced | None, terms: PriceTerms, key: Key, channel: Channel) -> VariantPrice | None:
    if priced is None or priced.amount is None or priced.undiscounted is None:
        return None
    return VariantPrice(priced.amount, priced.undiscounted, terms, key, channel, priced.amount)


def _for_the_buyer(prices: list[VariantPrice | None], context: RequestContext) -> list[VariantPrice | None]:
    """With what a signed-in customer pays by a price list."""
    if buyer_of(context) is not None:
        there = [price for price in prices if price is not None]
        lists = lists_of(context, [(price.channel.id, price.variant_id) for price in there])
        for price in there:
            if (own := own_price(price.public, lists[price.channel.id, price.variant_id], 1)) is not None:
                price.now, price.own = own.amount, own
    return prices
