"""What a cart costs now. Worked out from the channel's prices, rates and methods whenever it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final
from uuid import UUID

from django.utils import timezone

from commerce.accounts.models import Address
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.checkout.carried import lines_of
from commerce.checkout.consignments import question_of
from commerce.checkout.errors import VariantNotSold
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import MESSAGES, NOT_OFFERED, Offer, offers_in
from commerce.checkout.order_promotions import PromotionFacts, order_promotions, promotion_facts
from commerce.checkout.parcels import digest_of, rate_request
from commerce.checkout.places import places_of
from commerce.core.errors import CommerceError
from commerce.core.money import Money, TaxedMoney
from commerce.core.records import Records
from commerce.core.statements import uuid_array
from commerce.giftcards.reads import CardOfCart, terms_of_cards
from commerce.giftcards.split import CardPart, CardTerms, left_of, split
from commerce.inventory.models import Warehouse
from commerce.pricing.cart import PricedLine, price_cart
from commerce.pricing.ladder import unit_steps
from commerce.pricing.lists import NO_LIST_PRICES, ListPrice, ListPrices, list_prices, own_price
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.promotions.voucher_reads import CodeOfCart, terms_of
from commerce.promotions.vouchers import CodeTerms, Standing, decide
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing
from commerce.shipping.provider import Destination, RateRequest
from commerce.shipping.queries import is_applicable, offered_listings
from commerce.shipping.rules import Parcel, method_price, still_stands
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
    offered: int | None = None
    """What the channel asks everybody for a unit now, before price lists and promotions; None if it sells none."""


@dataclass(frozen=True, slots=True)
class ChosenDelivery:
    """The delivery that was chosen, with its method loaded, and whether it still stands."""

    delivery: CheckoutDelivery
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class Quote:
    """All that a cart costs. `destination` is the country of the shipping address, None as long as there is none.

    `parcel` is what would be sent there, or to `tax_country` as long as nobody knows; its subtotal is the sum of the
    lines before reductions of the cart. `reductions` are the promotions and codes that take something off, `reduced` is
    what they take off in all. `exempt` is why no tax is put on it, "" if it is; `told` is how the cart stands with the
    tax service of its channel, and `fallback` what holds without it. `codes` are all codes of the cart, `gift_cards`
    its gift cards with what each of them pays of the total.
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
    rate_request: RateRequest | None
    """What a provider of rates would be asked; None without anything to ship or anywhere to ship it to."""
    delivery: ChosenDelivery | None
    basket: Basket
    """What promotions and codes were asked about; its goods are `lines`, in the same order."""
    reductions: tuple[Reduction, ...] = ()
    reduced: int = 0
    exempt: str = ""
    told: Told = NOBODY
    fallback: Fallback = Fallback.OWN_RATES
    codes: tuple[Standing, ...] = ()
    gift_cards: tuple[CardPart, ...] = ()

    @property
    def left(self) -> TaxedMoney:
        """What is left to pay once the gift cards have paid."""
        return left_of(self.total, sum(card.amount for card in self.gift_cards))

    @property
    def due(self) -> Money:
        """What is left to pay, with tax: the amount that a payment is for."""
        return self.left.gross

    @property
    def is_collected(self) -> bool:
        """Whether the goods are fetched at a warehouse instead of being sent."""
        return self.delivery is not None and self.delivery.delivery.warehouse_id is not None

    @property
    def supplied_to(self) -> str | None:
        """The country that stock has to be sent to; None if that does not matter."""
        return None if self.is_collected else self.destination

    @property
    def is_shipping_required(self) -> bool:
        """Whether anything in the cart has to be shipped."""
        return any(line.variant.is_shipping_required for line in self.lines)


_DELIVERIES: Final = Records(
    "chosen_deliveries",
    CheckoutDelivery,
    """
  JOIN checkout_checkout AS cart ON cart.id = it.checkout_id
  LEFT JOIN shipping_shippingmethod AS method ON method.id = it.method_id
  LEFT JOIN inventory_warehouse AS warehouse ON warehouse.id = it.warehouse_id
  LEFT JOIN accounts_address AS warehouse__address ON warehouse__address.id = warehouse.address_id
 WHERE it.id = ANY($1)
""",
    "uuid[]",
    joined={"method": ShippingMethod, "warehouse": Warehouse, "warehouse__address": Address},
    extra={
        "is_collecting": """coalesce(
            warehouse.is_active AND warehouse.click_and_collect <> 'disabled' AND EXISTS (
                SELECT FROM inventory_warehousechannel AS link
                 WHERE link.warehouse_id = warehouse.id AND link.channel_id = cart.channel_id
            ),
            false
        )"""
    },
)


def quote(checkout: Checkout) -> Quote:
    """What this cart costs now. See `quotes`."""
    return quotes([checkout])[checkout.id]


def quotes(
    checkouts: Collection[Checkout], lines: Mapping[UUID, list[CheckoutLine]] | None = None
) -> dict[UUID, Quote]:
    """A quote for each cart, by its id, in the same few statements however many there are.

    `lines` by cart, variants and products loaded, stand in for those that are stored.

    Taxed where the goods go: where they are fetched, the shipping address, else the billing address if nothing is
    shipped, else the channel's default country. A tax service is never asked here: what it has said of the very same
    cart before is taken. Raises VariantNotSold for a line that never had a price.
    """
    lines = _lines(checkouts) if lines is None else lines
    offers = offers_in(
        {line.variant_id for found in lines.values() for line in found},
        {checkout.channel_id for checkout in checkouts},
    )
    lists = _list_prices(checkouts, lines, offers)
    addresses = _places(checkouts)
    deliveries = _deliveries(checkouts)
    taxed_at = {
        checkout.id: _taxed_at(checkout, lines[checkout.id], addresses, deliveries.get(checkout.delivery_id))
        for checkout in checkouts
    }
    taxes = _taxes(checkouts, taxed_at)
    kept = kept_answers([checkout.id for checkout in checkouts if taxes[checkout.id].service])
    listings = _listings(checkouts, deliveries.values(), lines)
    terms = _terms(checkouts)
    cards = _cards(checkouts)
    facts = promotion_facts(checkouts)
    quoted: dict[UUID, Quote] = {}
    for checkout in checkouts:
        units = Counter[UUID]()
        for line in lines[checkout.id]:
            units[line.variant_id] += line.quantity
        offered = [offers.get((line.variant_id, checkout.channel_id), NOT_OFFERED) for line in lines[checkout.id]]
        goods = tuple(
            _good(
                place,
                line,
                offered[place],
                lists.of(line.variant_id, checkout.channel_id, checkout.user_id),
                units[line.variant_id],
            )
            for place, line in enumerate(lines[checkout.id])
        )
        quoted[checkout.id] = _quote(
            checkout,
            lines[checkout.id],
            goods,
            offered,
            facts=facts[checkout.id],
            taxed_at=taxed_at[checkout.id],
            taxes=taxes[checkout.id],
            kept=kept.get(checkout.id),
            goes_to=addresses.get(checkout.shipping_address_id),
            delivery=deliveries.get(checkout.delivery_id),
            listings=listings,
            terms=terms.get(checkout.id, []),
            cards=cards.get(checkout.id, []),
        )
    return quoted


def _quote(
    checkout: Checkout,
    lines: list[CheckoutLine],
    goods: tuple[Good, ...],
    offered: list[Offer],
    *,
    facts: PromotionFacts,
    taxed_at: Destination | None,
    taxes: LocalTaxes,
    kept: ServiceAnswer | None,
    goes_to: Destination | None,
    delivery: CheckoutDelivery | None,
    listings: dict[tuple[UUID, UUID], ShippingMethodChannelListing],
    terms: list[CodeTerms],
    cards: list[CardTerms],
) -> Quote:
    channel = checkout.channel
    country = taxed_at.country if taxed_at is not None else channel.default_country
    parcel = _parcel(lines, goods, goes_to or Destination(country))
    request = None
    if goes_to is not None and parcel.product_ids:
        request = rate_request(lines, goes_to, Money(parcel.subtotal, channel.currency_code))
    chosen, shipping_amount = None, 0
    if delivery is not None and parcel.product_ids:
        listing = listings.get((delivery.method_id, channel.id)) if delivery.method_id else None
        state, shipping_amount = _standing(delivery, listing, channel, parcel, request)
        chosen = ChosenDelivery(delivery, state)
    basket = Basket(
        currency=channel.currency_code,
        channel_id=str(channel.id),
        goods=goods,
        shipping=shipping_amount,
        user_id=str(checkout.user_id) if checkout.user_id else None,
        email=checkout.email,
    )
    promoted = order_promotions(basket, facts)
    vouchers = decide(terms, basket, promoted, country=goes_to.country if goes_to else None)
    reductions = (*promoted, *vouchers.reductions)
    known = NOBODY
    if taxes.service and taxed_at is not None and goods:
        known = told(question_of(checkout, basket, reductions, lines, offered, taxed_at, taxes), kept)
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
        destination=goes_to.country if goes_to else None,
        tax_country=country,
        parcel=parcel,
        rate_request=request,
        delivery=chosen,
        basket=basket,
        reductions=priced.reductions,
        reduced=priced.reduced,
        exempt=taxes.rates.exempt,
        told=known,
        fallback=taxes.fallback,
        codes=vouchers.standings,
        gift_cards=split(priced.total.gross.amount, cards),
    )


def _terms(checkouts: Collection[Checkout]) -> dict[UUID, list[CodeTerms]]:
    """What the codes of each cart offer. No statement where no cart has a code."""
    asked = [
        CodeOfCart(checkout.id, code_id, checkout.channel_id, checkout.user_id, checkout.email)
        for checkout in checkouts
        for code_id in checkout.voucher_code_ids
    ]
    found: dict[UUID, list[CodeTerms]] = {}
    for each, terms in zip(asked, terms_of(asked), strict=True):
        found.setdefault(each.checkout_id, []).append(terms)
    return found


def _cards(checkouts: Collection[Checkout]) -> dict[UUID, list[CardTerms]]:
    """What the gift cards of each cart can pay. No statement where no cart has a card."""
    asked = [
        CardOfCart(checkout.id, card_id, checkout.channel_id, checkout.channel.currency_code)
        for checkout in checkouts
        for card_id in checkout.gift_card_ids
    ]
    found: dict[UUID, list[CardTerms]] = {}
    for each, terms in zip(asked, terms_of_cards(asked), strict=True):
        found.setdefault(each.checkout_id, []).append(terms)
    return found


def _taxes(checkouts: Collection[Checkout], taxed_at: Mapping[UUID, Destination | None]) -> dict[UUID, LocalTaxes]:
    places = {
        checkout.id: Place(
            checkout.channel_id,
            found.country if (found := taxed_at[checkout.id]) is not None else checkout.channel.default_country,
            found.country_area if found is not None else "",
            checkout.user_id,
        )
        for checkout in checkouts
    }
    local = taxes_at(places.values())
    return {
        checkout.id: for_buyer(
            local[place := places[checkout.id]],
            Buyer(checkout.channel.default_country, place.country, checkout.vat_id, checkout.is_tax_exempt),
        )
        for checkout in checkouts
    }


def _parcel(lines: list[CheckoutLine], goods: tuple[Good, ...], goes_to: Destination) -> Parcel:
    return Parcel(
        country=goes_to.country,
        postal_code=goes_to.postal_code,
        subtotal=sum(good.amount for good in goods),
        weight_grams=sum(good.weight_grams * good.quantity for good in goods if good.is_shipping_required),
        product_ids=frozenset(line.variant.product_id for line in lines if line.variant.is_shipping_required),
    )


def _standing(
    delivery: CheckoutDelivery,
    listing: ShippingMethodChannelListing | None,
    channel: Channel,
    parcel: Parcel,
    request: RateRequest | None,
) -> tuple[DeliveryState, int]:
    """How a chosen delivery stands, and what it costs."""
    good, stale, invalid, shown = DeliveryState.GOOD, DeliveryState.STALE, DeliveryState.INVALID, delivery.price_amount
    if delivery.warehouse is not None:
        return (good if delivery.is_collecting else invalid), shown  # type: ignore[attr-defined] # an annotation
    if delivery.provider:
        holds = delivery.expires_at is not None and timezone.now() < delivery.expires_at
        same = request is not None and delivery.parcel_digest == digest_of(request)
        return (good if holds and same else stale), shown
    if listing is None or not is_applicable(listing, channel, parcel):
        return invalid, shown
    stands = still_stands(listing, parcel.subtotal, shown)
    return (good if stands else stale), method_price(listing, parcel.subtotal)


def _good(place: int, line: CheckoutLine, offer: Offer, lists: Sequence[ListPrice], units: int) -> Good:
    amount = offer.amount if offer.amount is not None else line.last_price_amount
    if amount is None:
        raise VariantNotSold(MESSAGES[VariantNotSold], path=("lines", str(place)))
    undiscounted = offer.undiscounted if offer.undiscounted is not None else amount
    steps: tuple[Step, ...] = (Step(StepKind.LIST_PRICE, amount, "The last price in this channel"),)
    if offer.price is not None:
        own = own_price(offer.price.amount, lists, units)
        amount = offer.price.amount if own is None else own.amount
        steps = unit_steps(offer.price, own, offer.cuts)
    return Good(
        line_id=str(line.id),
        variant_id=str(line.variant_id),
        product_id=str(line.variant.product_id),
        quantity=line.quantity,
        unit=amount,
        undiscounted=undiscounted,
        steps=steps,
        product_type_id=offer.product_type_id,
        categories=offer.categories,
        collections=offer.collections,
        values=offer.values,
        tax_class_id=offer.tax_class_id,
        weight_grams=line.variant.weight_grams or 0,
        is_shipping_required=line.variant.is_shipping_required,
    )


def _list_prices(
    checkouts: Collection[Checkout],
    lines: Mapping[UUID, Sequence[CheckoutLine]],
    offers: Mapping[tuple[UUID, UUID], Offer],
) -> ListPrices:
    """Asked for only where a channel has price lists."""
    channels = {channel_id for (_, channel_id), offer in offers.items() if offer.has_price_lists}
    if not channels:
        return NO_LIST_PRICES
    return list_prices(
        {line.variant_id for found in lines.values() for line in found},
        channels,
        {checkout.user_id for checkout in checkouts if checkout.user_id is not None},
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
        offered=offer.amount if offer.refusal is None else None,
    )


def _lines(checkouts: Collection[Checkout]) -> dict[UUID, list[CheckoutLine]]:
    found: dict[UUID, list[CheckoutLine]] = {checkout.id: [] for checkout in checkouts}
    for line in lines_of(found.keys()):
        found[line.checkout_id].append(line)
    return found


def _places(checkouts: Collection[Checkout]) -> dict[UUID | None, Destination]:
    ids = {
        key
        for checkout in checkouts
        for key in (checkout.shipping_address_id, checkout.billing_address_id)
        if key is not None
    }
    return places_of(ids)


def _taxed_at(
    checkout: Checkout,
    lines: list[CheckoutLine],
    addresses: dict[UUID | None, Destination],
    delivery: CheckoutDelivery | None,
) -> Destination | None:
    """Where the goods are taxed; None as long as nobody knows."""
    shipped = any(line.variant.is_shipping_required for line in lines)
    if shipped and delivery is not None and delivery.warehouse is not None:
        point = delivery.warehouse.address
        if point is None:
            return Destination(delivery.warehouse.country)
        return Destination(point.country, point.country_area, point.city, point.postal_code)
    goes_to = addresses.get(checkout.shipping_address_id)
    if goes_to is None and not shipped:
        goes_to = addresses.get(checkout.billing_address_id)
    return goes_to


def _deliveries(checkouts: Collection[Checkout]) -> dict[UUID | None, CheckoutDelivery]:
    ids = [checkout.delivery_id for checkout in checkouts if checkout.delivery_id is not None]
    if not ids:
        return {}
    return {row.id: row for row in _DELIVERIES.all(uuid_array(ids))}


def _listings(
    checkouts: Collection[Checkout],
    deliveries: Collection[CheckoutDelivery],
    lines: Mapping[UUID, list[CheckoutLine]],
) -> dict[tuple[UUID, UUID], ShippingMethodChannelListing]:
    method_ids = {delivery.method_id for delivery in deliveries if delivery.method_id is not None}
    if not method_ids:
        return {}
    offered = offered_listings(
        {checkout.channel_id for checkout in checkouts},
        method_ids=method_ids,
        product_ids={line.variant.product_id for found in lines.values() for line in found},
    )
    return {(listing.method_id, listing.channel_id): listing for listing in offered}
