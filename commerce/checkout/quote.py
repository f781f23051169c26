"""What a cart costs now. Worked out from the channel's prices, rates and methods whenever it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from commerce.channels.models import Channel
from commerce.checkout.consignments import question_of
from commerce.checkout.errors import VariantNotSold
from commerce.checkout.facts import read_held, read_terms
from commerce.checkout.gifts import (
    NOTHING_LOST,
    GiftsInReach,
    Lost,
    decided,
    gift_lines,
    gifts_in_reach,
    given_gifts,
    taken_off,
)
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import MESSAGES, NOT_OFFERED, Offer
from commerce.checkout.order_promotions import PromotionFacts, order_promotions, promotion_facts
from commerce.checkout.parcels import digest_of, rate_request
from commerce.checkout.priced import ChosenDelivery, DeliveryState, Quote, QuoteLine
from commerce.checkout.quote_facts import (
    cards_of,
    codes_of,
    deliveries_by_id,
    lines_by_cart,
    listings_of,
    own_lists_of,
    place_of_tax,
    places_by_address,
    sent_products,
    taxed_place,
    taxes_of,
)
from commerce.core.money import Money
from commerce.giftcards.split import CardTerms, split
from commerce.pricing.cart import PricedCart, PricedLine, price_cart
from commerce.pricing.ladder import unit_steps
from commerce.pricing.lists import ListPrice, own_price
from commerce.promotions.basket import Basket, Good, Step, StepKind
from commerce.promotions.vouchers import CodeTerms, decide
from commerce.shipping.models import ShippingMethodChannelListing
from commerce.shipping.provider import Destination, RateRequest
from commerce.shipping.queries import is_applicable
from commerce.shipping.rules import Parcel, method_price, still_stands
from commerce.taxes.local import LocalTaxes
from commerce.taxes.models import ServiceAnswer
from commerce.taxes.questions import NOBODY, kept_answers, told
from commerce.taxes.rates import UNTAXED


def quote(checkout: Checkout, known: Known | None = None, *, lost: Lost = NOTHING_LOST) -> Quote:
    """What this cart costs now. See `quotes`."""
    return quotes([checkout], known=known, lost=lost)[checkout.id]


def quotes(
    checkouts: Collection[Checkout],
    lines: Mapping[UUID, list[CheckoutLine]] | None = None,
    known: Known | None = None,
    *,
    lost: Lost = NOTHING_LOST,
) -> dict[UUID, Quote]:
    """A quote for each cart, by its id, in the same few statements however many there are.

    `lines` by cart, variants and products loaded, stand in for those that are stored; `known` is what was read of the
    one cart already; gifts that are `lost` are not given.

    Taxed where the goods go: where they are fetched, the shipping address, else the billing address if nothing is
    shipped, else the channel's default country. A tax service is never asked here: what it has said of the very same
    cart before is taken. Raises VariantNotSold for a line that never had a price.
    """
    known = Known() if known is None else known
    only = next(iter(checkouts)) if len(checkouts) == 1 else None
    if only is not None and lines is None:
        read_held(only, known)
    lines = lines_by_cart(checkouts, known) if lines is None else lines
    offers = known.offers_in(
        {line.variant_id for found in lines.values() for line in found},
        {checkout.channel_id for checkout in checkouts},
    )
    lists = own_lists_of(checkouts, lines, offers)
    addresses = places_by_address(checkouts, known)
    deliveries = deliveries_by_id(checkouts, known)
    taxed_at = {
        checkout.id: place_of_tax(checkout, lines[checkout.id], addresses, deliveries.get(checkout.delivery_id))
        for checkout in checkouts
    }
    places = {checkout.id: taxed_place(checkout, taxed_at[checkout.id]) for checkout in checkouts}
    if only is not None:
        read_terms(only, known, places[only.id], deliveries.get(only.delivery_id), sent_products(lines[only.id]))
    taxes = taxes_of(checkouts, places, known)
    kept = kept_answers([checkout.id for checkout in checkouts if taxes[checkout.id].service])
    listings = listings_of(checkouts, deliveries.values(), lines, known)
    terms = codes_of(checkouts)
    cards = cards_of(checkouts)
    facts = promotion_facts(checkouts, known)
    offered: dict[UUID, list[Offer]] = {}
    baskets: dict[UUID, Basket] = {}
    for checkout in checkouts:
        channel_id, own = checkout.channel_id, lines[checkout.id]
        units = Counter[UUID]()
        for line in own:
            units[line.variant_id] += line.quantity
        offered[checkout.id] = [offers.get((line.variant_id, channel_id), NOT_OFFERED) for line in own]
        goods = tuple(
            _good(
                place,
                line,
                offer,
                lists.of(line.variant_id, channel_id, checkout.user_id),
                units[line.variant_id],
            )
            for place, (line, offer) in enumerate(zip(own, offered[checkout.id], strict=True))
        )
        baskets[checkout.id] = _basket(checkout, goods)
    gifts = gifts_in_reach(checkouts, baskets, facts, lines, deliveries, addresses, lost)
    return {
        checkout.id: _quote(
            checkout,
            lines[checkout.id],
            baskets[checkout.id],
            offered[checkout.id],
            gifts=gifts[checkout.id],
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
        for checkout in checkouts
    }


def _basket(checkout: Checkout, goods: tuple[Good, ...]) -> Basket:
    return Basket(
        currency=checkout.channel.currency_code,
        channel_id=str(checkout.channel_id),
        goods=goods,
        user_id=str(checkout.user_id) if checkout.user_id else None,
        email=checkout.email,
    )


def _quote(
    checkout: Checkout,
    lines: list[CheckoutLine],
    basket: Basket,
    offered: list[Offer],
    *,
    gifts: GiftsInReach,
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
    parcel = _parcel(lines, basket.goods, goes_to or Destination(country))
    request = None
    if goes_to is not None and parcel.product_ids:
        request = rate_request(lines, goes_to, Money(parcel.subtotal, channel.currency_code))
    chosen, shipping_amount = None, 0
    if delivery is not None and parcel.product_ids:
        listing = listings.get((delivery.method_id, channel.id)) if delivery.method_id else None
        state, shipping_amount = _standing(delivery, listing, channel, parcel, request)
        chosen = ChosenDelivery(delivery, state)
    if shipping_amount:
        basket = replace(basket, shipping=shipping_amount)
    promoted = order_promotions(basket, facts)
    vouchers = decide(terms, basket, promoted, country=goes_to.country if goes_to else None)
    reductions = (*promoted, *vouchers.reductions)
    answered = NOBODY
    if taxes.service and taxed_at is not None and any(good.tax_class_id != UNTAXED for good in basket.goods):
        answered = told(question_of(checkout, basket, reductions, lines, offered, taxed_at, taxes), kept)
    settled = decided(checkout, gifts, facts, promoted)
    free = gift_lines(checkout, gifts, settled, timezone.now())
    if free:
        extra = [_good(place, each.line, each.offer, (), 1, is_gift=True) for place, each in enumerate(free)]
        basket = replace(basket, goods=(*basket.goods, *extra))
        reductions = (*promoted, *taken_off(free, extra), *vouchers.reductions)
        lines, offered = [*lines, *(each.line for each in free)], [*offered, *(each.offer for each in free)]
    priced = price_cart(
        basket, reductions, taxes.rates, prices_include_tax=channel.prices_include_tax, service=answered.taxes
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
        promotions=facts,
        reductions=priced.reductions,
        reduced=priced.reduced,
        exempt=taxes.rates.exempt,
        told=answered,
        fallback=taxes.fallback,
        codes=vouchers.standings,
        gift_cards=split(_payable_by_cards(priced), cards),
        gifts=given_gifts(checkout, gifts, settled),
    )


def _payable_by_cards(priced: PricedCart) -> int:
    """What gift cards may pay, in minor units: all but new gift cards.

    Else a card whose time runs out would become one without an end, and a stolen code a fresh one.
    """
    cards = sum(line.total.gross.amount for line in priced.lines if line.good.is_gift_card)
    return priced.total.gross.amount - cards


def _parcel(lines: list[CheckoutLine], goods: tuple[Good, ...], goes_to: Destination) -> Parcel:
    """Of the goods alone: what a gift weighs changes nothing of what the buyer pays."""
    return Parcel(
        country=goes_to.country,
        postal_code=goes_to.postal_code,
        subtotal=sum(good.amount for good in goods),
        weight_grams=sum(good.weight_grams * good.quantity for good in goods if good.is_shipping_required),
        product_ids=sent_products(lines),
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


def _good(
    place: int, line: CheckoutLine, offer: Offer, lists: Sequence[ListPrice], units: int, *, is_gift: bool = False
) -> Good:
    amount = offer.amount if offer.amount is not None else line.last_price_amount
    if amount is None:
        raise VariantNotSold(MESSAGES[VariantNotSold], path=("lines", str(place)))
    undiscounted = offer.undiscounted if offer.undiscounted is not None else amount
    steps: tuple[Step, ...] = (Step(StepKind.LIST_PRICE, amount, "The last price in this channel"),)
    if offer.price is not None:
        own = own_price(offer.price.amount, lists, units)
        amount = offer.price.amount if own is None else own.amount
        steps = unit_steps(offer.price, own)
    variant = line.variant
    return Good(
        line_id=str(line.id),
        variant_id=str(variant.id),
        product_id=str(variant.product_id),
        quantity=line.quantity,
        unit=amount,
        undiscounted=undiscounted,
        steps=steps,
        product_type_id=offer.product_type_id,
        categories=offer.categories,
        collections=offer.collections,
        values=offer.values,
        tax_class_id=offer.tax_class_id,
        weight_grams=variant.weight_grams or 0,
        is_shipping_required=variant.is_shipping_required,
        is_gift_card=offer.is_gift_card,
        is_gift=is_gift,
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
        tax_class_name=offer.tax_class_name or ("" if offer.is_gift_card else taxes.default_class_name),
        is_gift_card=offer.is_gift_card,
        reduced=priced.reduced,
        steps=priced.steps,
        refusal=offer.refusal,
        is_gift=priced.good.is_gift,
        is_limited=offer.is_limited and not priced.good.is_gift,
        offered=offer.amount if offer.refusal is None else None,
    )
