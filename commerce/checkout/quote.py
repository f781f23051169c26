"""What a cart costs now. Worked out from the channel's prices, rates and methods whenever it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from commerce.accounts.models import Address
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.checkout.carried import lines_of
from commerce.checkout.errors import VariantNotSold
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import MESSAGES, NOT_OFFERED, Offer, offers_in
from commerce.checkout.order_promotions import PromotionFacts, order_promotions, promotion_facts
from commerce.core.errors import CommerceError
from commerce.core.money import TaxedMoney
from commerce.pricing.cart import PricedLine, price_cart
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.shipping.models import ShippingMethodChannelListing
from commerce.shipping.queries import is_applicable, offered_listings
from commerce.shipping.rules import Parcel, method_price, still_stands
from commerce.taxes.queries import rates_for
from commerce.taxes.rates import Rates


class DeliveryState(Enum):
    """Whether the chosen delivery still stands."""

    GOOD = "good"
    STALE = "stale"
    """Still offered, but not at the price that was shown."""
    INVALID = "invalid"
    """No longer offered for this cart and address."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line at its price now; `variant` has its product loaded. `refusal` says why it cannot be bought, if so.

    A line that the channel has no price for any more shows the last one that it had. `steps` is how the total of all
    units came about, `reduced` (minor units, as prices are entered) what is taken off it by promotions and codes.
    """

    line: CheckoutLine
    variant: ProductVariant
    quantity: int
    unit: TaxedMoney
    undiscounted_unit: TaxedMoney
    total: TaxedMoney
    tax_percent: Decimal
    reduced: int = 0
    steps: tuple[Step, ...] = ()
    refusal: type[CommerceError] | None = None


@dataclass(frozen=True, slots=True)
class ChosenDelivery:
    """The delivery that was chosen, with its method loaded, and whether it still stands."""

    delivery: CheckoutDelivery
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class Quote:
    """All that a cart costs. `destination` is the country of the shipping address, None as long as there is none.

    `parcel` is what would be sent there, or to `tax_country` as long as nobody knows; its subtotal is the sum of the
    lines before reductions of the cart. `reductions` are the promotions and
    codes that take something off, `reduced` is what they take off in all.
    """

    currency: str
    lines: tuple[QuoteLine, ...]
    shipping: TaxedMoney
    undiscounted_shipping: TaxedMoney
    subtotal: TaxedMoney
    total: TaxedMoney
    destination: str | None
    tax_country: str
    parcel: Parcel
    delivery: ChosenDelivery | None
    reductions: tuple[Reduction, ...] = ()
    reduced: int = 0

    @property
    def is_shipping_required(self) -> bool:
        """Whether anything in the cart has to be shipped."""
        return any(line.variant.is_shipping_required for line in self.lines)


def quote(checkout: Checkout) -> Quote:
    """What this cart costs now. See `quotes`."""
    return quotes([checkout])[checkout.id]


def quotes(checkouts: Collection[Checkout]) -> dict[UUID, Quote]:
    """A quote for each cart, by its id, in the same few statements however many there are.

    Taxed where the goods go: the shipping address, else the billing address if nothing is shipped, else the channel's
    default country. Raises VariantNotSold for a line that never had a price.
    """
    lines = _lines(checkouts)
    offers = offers_in(
        {line.variant_id for found in lines.values() for line in found},
        {checkout.channel_id for checkout in checkouts},
    )
    addresses = _places(checkouts)
    countries = {checkout.id: _tax_country(checkout, lines[checkout.id], addresses) for checkout in checkouts}
    rates = rates_for(countries.values())
    deliveries = _deliveries(checkouts)
    listings = _listings(checkouts, deliveries.values(), lines)
    facts = promotion_facts(checkouts)
    quoted: dict[UUID, Quote] = {}
    for checkout in checkouts:
        goods = tuple(
            _good(place, line, offers.get((line.variant_id, checkout.channel_id), NOT_OFFERED))
            for place, line in enumerate(lines[checkout.id])
        )
        quoted[checkout.id] = _quote(
            checkout,
            lines[checkout.id],
            goods,
            [offers.get((line.variant_id, checkout.channel_id), NOT_OFFERED).refusal for line in lines[checkout.id]],
            facts=facts[checkout.id],
            country=countries[checkout.id],
            rates=rates[countries[checkout.id]],
            goes_to=addresses.get(checkout.shipping_address_id),
            delivery=deliveries.get(checkout.delivery_id),
            listings=listings,
        )
    return quoted


def _quote(
    checkout: Checkout,
    lines: list[CheckoutLine],
    goods: tuple[Good, ...],
    refusals: list[type[CommerceError] | None],
    *,
    facts: PromotionFacts,
    country: str,
    rates: Rates,
    goes_to: Place | None,
    delivery: CheckoutDelivery | None,
    listings: dict[tuple[UUID, UUID], ShippingMethodChannelListing],
) -> Quote:
    channel = checkout.channel
    parcel = _parcel(lines, goods, goes_to or Place(country, ""))
    chosen, shipping_amount = None, 0
    if delivery is not None and parcel.product_ids:
        listing = listings.get((delivery.method_id, channel.id))
        state, shipping_amount = _standing(delivery, listing, channel, parcel)
        chosen = ChosenDelivery(delivery, state)
    basket = Basket(
        currency=channel.currency_code,
        channel_id=str(channel.id),
        goods=goods,
        shipping=shipping_amount,
        user_id=str(checkout.user_id) if checkout.user_id else None,
        email=checkout.email,
    )
    reductions = order_promotions(basket, facts)
    priced = price_cart(basket, reductions, rates, prices_include_tax=channel.prices_include_tax)
    return Quote(
        currency=channel.currency_code,
        lines=tuple(
            _line(line, price, refusal) for line, price, refusal in zip(lines, priced.lines, refusals, strict=True)
        ),
        shipping=priced.shipping,
        undiscounted_shipping=priced.undiscounted_shipping,
        subtotal=priced.subtotal,
        total=priced.total,
        destination=goes_to.country if goes_to else None,
        tax_country=country,
        parcel=parcel,
        delivery=chosen,
        reductions=priced.reductions,
        reduced=priced.reduced,
    )


def _parcel(lines: list[CheckoutLine], goods: tuple[Good, ...], goes_to: Place) -> Parcel:
    return Parcel(
        country=goes_to.country,
        postal_code=goes_to.postal_code,
        subtotal=sum(good.amount for good in goods),
        weight_grams=sum(good.weight_grams * good.quantity for good in goods if good.is_shipping_required),
        product_ids=frozenset(line.variant.product_id for line in lines if line.variant.is_shipping_required),
    )


def _standing(
    delivery: CheckoutDelivery, listing: ShippingMethodChannelListing | None, channel: Channel, parcel: Parcel
) -> tuple[DeliveryState, int]:
    """How a chosen delivery stands, and what it costs."""
    if listing is None or not is_applicable(listing, channel, parcel):
        return DeliveryState.INVALID, delivery.price_amount
    stands = still_stands(listing, parcel.subtotal, delivery.price_amount)
    return DeliveryState.GOOD if stands else DeliveryState.STALE, method_price(listing, parcel.subtotal)


def _good(place: int, line: CheckoutLine, offer: Offer) -> Good:
    amount = offer.amount if offer.amount is not None else line.last_price_amount
    if amount is None:
        raise VariantNotSold(MESSAGES[VariantNotSold], path=("lines", str(place)))
    undiscounted = offer.undiscounted if offer.undiscounted is not None else amount
    return Good(
        line_id=str(line.id),
        variant_id=str(line.variant_id),
        product_id=str(line.variant.product_id),
        quantity=line.quantity,
        unit=amount,
        undiscounted=undiscounted,
        steps=(
            Step(StepKind.LIST_PRICE, amount - sum(cut.amount for cut in offer.cuts), "The price in this channel"),
            *offer.cuts,
        ),
        product_type_id=offer.product_type_id,
        categories=offer.categories,
        collections=offer.collections,
        values=offer.values,
        weight_grams=line.variant.weight_grams or 0,
        is_shipping_required=line.variant.is_shipping_required,
    )


def _line(line: CheckoutLine, priced: PricedLine, refusal: type[CommerceError] | None) -> QuoteLine:
    return QuoteLine(
        line=line,
        variant=line.variant,
        quantity=line.quantity,
        unit=priced.unit,
        undiscounted_unit=priced.undiscounted_unit,
        total=priced.total,
        tax_percent=priced.tax_percent,
        reduced=priced.reduced,
        steps=priced.steps,
        refusal=refusal,
    )


def _lines(checkouts: Collection[Checkout]) -> dict[UUID, list[CheckoutLine]]:
    found: dict[UUID, list[CheckoutLine]] = {checkout.id: [] for checkout in checkouts}
    for line in lines_of(found.keys()):
        found[line.checkout_id].append(line)
    return found


class Place(NamedTuple):
    """As much of an address as prices depend on."""

    country: str
    postal_code: str


def _places(checkouts: Collection[Checkout]) -> dict[UUID | None, Place]:
    ids = {
        key
        for checkout in checkouts
        for key in (checkout.shipping_address_id, checkout.billing_address_id)
        if key is not None
    }
    rows = Address.objects.filter(id__in=ids).values_list("id", "country", "postal_code") if ids else ()
    return {key: Place(country, postal_code) for key, country, postal_code in rows}


def _tax_country(checkout: Checkout, lines: list[CheckoutLine], addresses: dict[UUID | None, Place]) -> str:
    shipped = any(line.variant.is_shipping_required for line in lines)
    goes_to = addresses.get(checkout.shipping_address_id)
    if goes_to is None and not shipped:
        goes_to = addresses.get(checkout.billing_address_id)
    return goes_to.country if goes_to else checkout.channel.default_country


def _deliveries(checkouts: Collection[Checkout]) -> dict[UUID | None, CheckoutDelivery]:
    ids = [checkout.delivery_id for checkout in checkouts if checkout.delivery_id is not None]
    return dict(CheckoutDelivery.objects.select_related("method").in_bulk(ids)) if ids else {}


def _listings(
    checkouts: Collection[Checkout],
    deliveries: Collection[CheckoutDelivery],
    lines: dict[UUID, list[CheckoutLine]],
) -> dict[tuple[UUID, UUID], ShippingMethodChannelListing]:
    if not deliveries:
        return {}
    offered = offered_listings(
        {checkout.channel_id for checkout in checkouts},
        method_ids={delivery.method_id for delivery in deliveries},
        product_ids={line.variant.product_id for found in lines.values() for line in found},
    )
    return {(listing.method_id, listing.channel_id): listing for listing in offered}
