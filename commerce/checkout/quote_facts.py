"""What a quote is made of, read for any number of carts at once: each function sends one statement, or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from commerce.accounts.models import Address
from commerce.checkout.carried import lines_of
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import Offer
from commerce.core.records import Records
from commerce.core.statements import uuid_array
from commerce.giftcards.reads import CardOfCart, terms_of_cards
from commerce.giftcards.split import CardTerms
from commerce.inventory.models import Warehouse
from commerce.pricing.lists import NO_LIST_PRICES, ListPrices, list_prices
from commerce.promotions.voucher_reads import CodeOfCart, terms_of
from commerce.promotions.vouchers import CodeTerms
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing
from commerce.shipping.provider import Destination
from commerce.shipping.queries import offered_listings
from commerce.taxes.local import Buyer, LocalTaxes, for_buyer
from commerce.taxes.queries import Place

DELIVERIES: Final = Records(
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


def codes_of(checkouts: Collection[Checkout]) -> dict[UUID, list[CodeTerms]]:
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


def cards_of(checkouts: Collection[Checkout]) -> dict[UUID, list[CardTerms]]:
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


def taxed_place(checkout: Checkout, taxed_at: Destination | None) -> Place:
    """The place whose taxes a cart bears: its channel's default country as long as nobody knows better."""
    channel = checkout.channel
    if taxed_at is None:
        return Place(channel.id, channel.default_country, "", checkout.user_id, "")
    return Place(channel.id, taxed_at.country, taxed_at.country_area, checkout.user_id, taxed_at.postal_code)


def sent_products(lines: Iterable[CheckoutLine]) -> frozenset[UUID]:
    """The products that have to be sent."""
    return frozenset(variant.product_id for line in lines if (variant := line.variant).is_shipping_required)


def taxes_of(checkouts: Collection[Checkout], places: Mapping[UUID, Place], known: Known) -> dict[UUID, LocalTaxes]:
    local = known.taxes_at(places.values())
    return {
        checkout.id: for_buyer(
            local[place := places[checkout.id]],
            Buyer(checkout.channel.default_country, place.country, checkout.vat_id, checkout.is_tax_exempt),
        )
        for checkout in checkouts
    }


def own_lists_of(
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


def lines_by_cart(checkouts: Collection[Checkout], known: Known) -> dict[UUID, list[CheckoutLine]]:
    if known.lines is not None:
        return {checkout.id: list(known.lines) for checkout in checkouts}
    found: dict[UUID, list[CheckoutLine]] = {checkout.id: [] for checkout in checkouts}
    for line in lines_of(found.keys()):
        found[line.checkout_id].append(line)
    if len(checkouts) == 1:
        (known.lines,) = found.values()
    return found


def places_by_address(checkouts: Collection[Checkout], known: Known) -> dict[UUID | None, Destination]:
    ids = {
        key
        for checkout in checkouts
        for key in (checkout.shipping_address_id, checkout.billing_address_id)
        if key is not None
    }
    return known.places_of(ids)


def place_of_tax(
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


def deliveries_by_id(checkouts: Collection[Checkout], known: Known) -> dict[UUID | None, CheckoutDelivery]:
    ids = {checkout.delivery_id for checkout in checkouts if checkout.delivery_id is not None}
    missing = ids - known.deliveries.keys()
    read = DELIVERIES.all(uuid_array(missing)) if missing else []
    found: dict[UUID | None, CheckoutDelivery] = {key: known.deliveries[key] for key in ids - missing}
    return found | {row.id: row for row in read}


def listings_of(
    checkouts: Collection[Checkout],
    deliveries: Collection[CheckoutDelivery],
    lines: Mapping[UUID, list[CheckoutLine]],
    known: Known,
) -> dict[tuple[UUID, UUID], ShippingMethodChannelListing]:
    method_ids = {delivery.method_id for delivery in deliveries if delivery.method_id is not None}
    if not method_ids:
        return {}
    channel_ids = {checkout.channel_id for checkout in checkouts}
    sent = sent_products(line for found in lines.values() for line in found)
    asked = [(method_id, channel_id) for method_id in method_ids for channel_id in channel_ids]
    if all((*pair, sent) in known.listings for pair in asked):
        return {pair: listing for pair in asked if (listing := known.listings[*pair, sent]) is not None}
    offered = offered_listings(channel_ids, method_ids=method_ids, product_ids=sent)
    return {(listing.method_id, listing.channel_id): listing for listing in offered}
