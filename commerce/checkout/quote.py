"""What a cart costs now. Worked out from the channel's prices, rates and methods whenever it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from uuid import UUID

from commerce.catalog.models import ProductVariant
from commerce.checkout.destinations import AddressFacts, addresses_of, question_of, taxed_address
from commerce.checkout.errors import VariantNotSold
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import MESSAGES, NOT_OFFERED, Offer, offers_in
from commerce.core.errors import CommerceError
from commerce.core.money import TaxedMoney
from commerce.pricing.cart import PricedLine, price_cart
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.shipping.models import ShippingMethodChannelListing
from commerce.shipping.queries import is_applicable, offered_listings
from commerce.taxes.local import Buyer, LocalTaxes, for_buyer
from commerce.taxes.models import ServiceAnswer
from commerce.taxes.queries import Place, taxes_at
from commerce.taxes.questions import NOBODY, Told, kept_answers, told
from commerce.taxes.rates import Fallback


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
    tax_class_name: str = ""
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

    `goods_amount` (the sum of the lines before reductions of the cart in minor units, on the side on which the channel
    enters its prices) and `weight_grams` decide which shipping methods take it. `reductions` are the promotions and
    codes that take something off, `reduced` is what they take off in all. `exempt` is why no tax is put on it, "" if
    it is; `told` is how the cart stands with the tax service of its channel, and `fallback` what holds without it.
    """

    currency: str
    lines: tuple[QuoteLine, ...]
    shipping: TaxedMoney
    undiscounted_shipping: TaxedMoney
    subtotal: TaxedMoney
    total: TaxedMoney
    destination: str | None
    tax_country: str
    goods_amount: int
    weight_grams: int
    delivery: ChosenDelivery | None
    reductions: tuple[Reduction, ...] = ()
    reduced: int = 0
    exempt: str = ""
    told: Told = NOBODY
    fallback: Fallback = Fallback.OWN_RATES

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
    default country. A tax service is never asked here: what it has said of the very same cart before is taken.
    Raises VariantNotSold for a line that never had a price.
    """
    lines = _lines(checkouts)
    offers = offers_in(
        {line.variant_id for found in lines.values() for line in found},
        {checkout.channel_id for checkout in checkouts},
    )
    addresses = addresses_of(checkouts)
    goes_to = {
        checkout.id: taxed_address(
            checkout, addresses, ships=any(line.variant.is_shipping_required for line in lines[checkout.id])
        )
        for checkout in checkouts
    }
    taxes = _taxes(checkouts, goes_to)
    kept = kept_answers([checkout.id for checkout in checkouts if taxes[checkout.id].service])
    deliveries = _deliveries(checkouts)
    listings = _listings(checkouts, deliveries.values())
    quoted: dict[UUID, Quote] = {}
    for checkout in checkouts:
        offered = [offers.get((line.variant_id, checkout.channel_id), NOT_OFFERED) for line in lines[checkout.id]]
        goods = tuple(
            _good(place, line, offer)
            for place, (line, offer) in enumerate(zip(lines[checkout.id], offered, strict=True))
        )
        quoted[checkout.id] = _quote(
            checkout,
            lines[checkout.id],
            goods,
            offered,
            address=goes_to[checkout.id],
            taxes=taxes[checkout.id],
            kept=kept.get(checkout.id),
            shipping_address=addresses.get(checkout.shipping_address_id),
            delivery=deliveries.get(checkout.delivery_id),
            listings=listings,
        )
    return quoted


def _quote(
    checkout: Checkout,
    lines: list[CheckoutLine],
    goods: tuple[Good, ...],
    offered: list[Offer],
    *,
    address: AddressFacts | None,
    taxes: LocalTaxes,
    kept: ServiceAnswer | None,
    shipping_address: AddressFacts | None,
    delivery: CheckoutDelivery | None,
    listings: dict[tuple[UUID, UUID], ShippingMethodChannelListing],
) -> Quote:
    channel = checkout.channel
    country = address.country if address is not None else channel.default_country
    destination = shipping_address.country if shipping_address is not None else None
    weight = sum(good.weight_grams * good.quantity for good in goods if good.is_shipping_required)
    amount = sum(good.amount for good in goods)
    chosen, shipping_amount = None, 0
    if delivery is not None and any(good.is_shipping_required for good in goods):
        listing = listings.get((delivery.method_id, channel.id))
        fits = listing is not None and is_applicable(listing, channel, destination or country, amount, weight)
        state = DeliveryState.GOOD
        shipping_amount = delivery.price_amount
        if listing is None or not fits:
            state = DeliveryState.INVALID
        elif listing.price_amount != delivery.price_amount:
            state, shipping_amount = DeliveryState.STALE, listing.price_amount
        chosen = ChosenDelivery(delivery, state)
    basket = Basket(
        currency=channel.currency_code,
        channel_id=str(channel.id),
        goods=goods,
        shipping=shipping_amount,
        user_id=str(checkout.user_id) if checkout.user_id else None,
        email=checkout.email,
    )
    reductions: tuple[Reduction, ...] = ()
    known = NOBODY
    if taxes.service and address is not None and goods:
        known = told(question_of(checkout, basket, reductions, lines, offered, address, taxes), kept)
    priced = price_cart(
        basket, reductions, taxes.rates, prices_include_tax=channel.prices_include_tax, service=known.taxes
    )
    return Quote(
        currency=channel.currency_code,
        lines=tuple(
            _line(line, price, offer, taxes) for line, price, offer in zip(lines, priced.lines, offered, strict=True)
        ),
        shipping=priced.shipping,
        undiscounted_shipping=priced.undiscounted_shipping,
        subtotal=priced.subtotal,
        total=priced.total,
        destination=destination,
        tax_country=country,
        goods_amount=amount,
        weight_grams=weight,
        delivery=chosen,
        reductions=priced.reductions,
        reduced=priced.reduced,
        exempt=taxes.rates.exempt,
        told=known,
        fallback=taxes.fallback,
    )


def _taxes(checkouts: Collection[Checkout], goes_to: dict[UUID, AddressFacts | None]) -> dict[UUID, LocalTaxes]:
    places = {
        checkout.id: Place(
            checkout.channel_id,
            address.country if (address := goes_to[checkout.id]) is not None else checkout.channel.default_country,
            address.area if address is not None else "",
            checkout.user_id,
        )
        for checkout in checkouts
    }
    found = taxes_at(places.values())
    return {
        checkout.id: for_buyer(
            found[place := places[checkout.id]],
            Buyer(checkout.channel.default_country, place.country, checkout.vat_id, checkout.is_tax_exempt),
        )
        for checkout in checkouts
    }


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
        steps=(Step(StepKind.LIST_PRICE, amount, "The price in this channel"),),
        product_type_id=offer.product_type_id,
        categories=offer.categories,
        collections=offer.collections,
        values=offer.values,
        tax_class_id=offer.tax_class_id,
        weight_grams=line.variant.weight_grams or 0,
        is_shipping_required=line.variant.is_shipping_required,
    )


def _line(line: CheckoutLine, priced: PricedLine, offer: Offer, taxes: LocalTaxes) -> QuoteLine:
    return QuoteLine(
        line=line,
        variant=line.variant,
        quantity=line.quantity,
        unit=priced.unit,
        undiscounted_unit=priced.undiscounted_unit,
        total=priced.total,
        tax_percent=priced.tax_percent,
        tax_class_name=offer.tax_class_name or taxes.default_class_name,
        reduced=priced.reduced,
        steps=priced.steps,
        refusal=offer.refusal,
    )


def _lines(checkouts: Collection[Checkout]) -> dict[UUID, list[CheckoutLine]]:
    found: dict[UUID, list[CheckoutLine]] = {checkout.id: [] for checkout in checkouts}
    for line in CheckoutLine.objects.filter(checkout__in=found).select_related("variant__product"):
        found[line.checkout_id].append(line)
    return found


def _deliveries(checkouts: Collection[Checkout]) -> dict[UUID | None, CheckoutDelivery]:
    ids = [checkout.delivery_id for checkout in checkouts if checkout.delivery_id is not None]
    return dict(CheckoutDelivery.objects.select_related("method").in_bulk(ids)) if ids else {}


def _listings(
    checkouts: Collection[Checkout], deliveries: Collection[CheckoutDelivery]
) -> dict[tuple[UUID, UUID], ShippingMethodChannelListing]:
    if not deliveries:
        return {}
    offered = offered_listings(
        {checkout.channel_id for checkout in checkouts},
        method_ids={delivery.method_id for delivery in deliveries},
    )
    return {(listing.method_id, listing.channel_id): listing for listing in offered}
