"""What was read of a cart while it was changed, so that its answer need not ask for it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from commerce.accounts.models import Address
from commerce.catalog.models import ProductVariant
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import Offer, offers_in
from commerce.checkout.places import place_of, places_of
from commerce.checkout.stock import Obtainable, obtainable
from commerce.inventory.set_aside import Shelves
from commerce.payments.models import PaymentAttempt
from commerce.promotions.loading import ActivePromotions
from commerce.promotions.models import PromotionUse
from commerce.shipping.models import ShippingMethodChannelListing
from commerce.shipping.provider import Destination
from commerce.taxes.local import LocalTaxes
from commerce.taxes.queries import Place, taxes_at

ListingKey = tuple[UUID, UUID, frozenset[UUID]]
"""A shipping method, a channel, and the products that are to be sent."""


@dataclass(slots=True)
class Named:
    """The id that a shopper gives for the delivery, and what it is the id of.

    `offered` is a delivery of the cart with this id, or with the method or warehouse of this id. `listings` are all
    that its channel offers for the products `sent`. Not read yet while `listings` is None.
    """

    id: UUID
    offered: CheckoutDelivery | None = None
    is_warehouse: bool = False
    is_method: bool = False
    sent: frozenset[UUID] = frozenset()
    listings: list[ShippingMethodChannelListing] | None = None


@dataclass(slots=True)
class Known:
    """Facts of one transaction, by what they depend on. Whoever changes something of the cart keeps them right.

    Only the quotes of the change itself and of its answer take them: whoever sets goods aside or asks for money reads
    anew.
    """

    lines: list[CheckoutLine] | None = None
    offers: dict[tuple[UUID, UUID], Offer] = field(default_factory=dict)
    places: dict[UUID | None, Destination] = field(default_factory=dict)
    taxes: dict[Place, LocalTaxes] = field(default_factory=dict)
    deliveries: dict[UUID, CheckoutDelivery] = field(default_factory=dict)
    listings: dict[ListingKey, ShippingMethodChannelListing | None] = field(default_factory=dict)
    addresses: dict[UUID, Address] = field(default_factory=dict)
    promotions: ActivePromotions | None = None
    live: PaymentAttempt | None = None
    """The locked payment attempt of a cart that was opened (`opened.py`)."""
    uses: list[PromotionUse] | None = None
    """What it has taken of promotions."""
    shelves: Shelves | None = None
    """What is set aside for it, locked, and where its goods can be taken from."""
    number: int | None = None
    """The number of its order."""
    variants: dict[UUID, ProductVariant | None] = field(default_factory=dict)
    """What shoppers want to buy, None for an id that is no variant's."""
    stock: dict[str | None, Obtainable] = field(default_factory=dict)
    """What the cart can get, by the country that it is sent to."""
    named: Named | None = None
    """What the shopper has named as the delivery."""

    def obtainable(self, checkout: Checkout, country: str | None, variant_ids: Collection[UUID]) -> Obtainable:
        """`stock.obtainable` of the cart, which is asked if one of the variants is missing."""
        found = self.stock.get(country)
        if found is None or not found.parts.keys() >= set(variant_ids):
            found = self.stock[country] = obtainable([(checkout, country, variant_ids)])[checkout.id]
        return found

    def offers_in(self, variant_ids: Collection[UUID], channel_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Offer]:
        """`offers.offers_in`, which is asked for the missing ones only. There may be more than was asked for."""
        asked = [(variant, channel) for variant in variant_ids for channel in channel_ids]
        if missing := [key for key in asked if key not in self.offers]:
            self.offers |= offers_in({variant for variant, _ in missing}, {channel for _, channel in missing})
        return self.offers

    def places_of(self, address_ids: Iterable[UUID]) -> dict[UUID | None, Destination]:
        """`places.places_of`, which is asked for the missing ones only. There may be more than was asked for."""
        if missing := {key for key in address_ids if key not in self.places}:
            self.places |= places_of(missing)
        return self.places

    def lies_at(self, address: Address) -> None:
        """An address of the cart was written."""
        self.addresses[address.id] = address
        self.places[address.id] = place_of(address)

    def taxes_at(self, places: Collection[Place]) -> dict[Place, LocalTaxes]:
        """`taxes_at`, which is asked for the missing ones only."""
        if missing := [place for place in places if place not in self.taxes]:
            self.taxes |= taxes_at(missing)
        return self.taxes


def leave_with(checkout: Checkout, known: Known) -> None:
    """Let the answer to a change have what was read for it."""
    checkout.__dict__["_known"], checkout.__dict__["_stock"] = known, known.stock


def taken_from(checkout: Checkout) -> Known | None:
    """What a change has left for the answer; the next one who asks reads anew."""
    left: Known | None = checkout.__dict__.pop("_known", None)
    return left


def stock_taken_from(checkout: Checkout) -> dict[str | None, Obtainable]:
    """What a change has found out of what its cart can get, by the country that it is sent to; likewise only once."""
    left: dict[str | None, Obtainable] = checkout.__dict__.pop("_stock", {})
    return left
