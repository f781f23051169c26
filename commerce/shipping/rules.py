"""Which parcels a method takes, and for how much: pure rules over values."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from commerce.core.values import quickly_made
from commerce.shipping.models import PostalCodeRule, ShippingMethod, ShippingMethodChannelListing
from commerce.shipping.postal_codes import CodeRange, allows


@quickly_made
@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent, and where to.

    `subtotal` is what its cart costs in minor units, on the side (net or gross) on which the channel enters its prices;
    `product_ids` are the products in it that have to be shipped.
    """

    country: str
    postal_code: str
    subtotal: int
    weight_grams: int
    product_ids: frozenset[UUID] = frozenset()


@quickly_made
@dataclass(frozen=True, slots=True)
class Reach:
    """What a method's own rows say of where it goes and what it leaves out."""

    countries: frozenset[str] = frozenset()
    elsewhere: frozenset[str] | None = None
    """For a default zone: the countries of the channel's other zones, which it leaves to them."""
    only: tuple[CodeRange, ...] = ()
    never: tuple[CodeRange, ...] = ()
    excluded: frozenset[UUID] = field(default_factory=frozenset)

    def serves(self, country: str) -> bool:
        """Whether the zone is for this country."""
        return country in self.countries or (self.elsewhere is not None and country not in self.elsewhere)


def takes(listing: ShippingMethodChannelListing, reach: Reach, parcel: Parcel) -> bool:
    """Whether an offered method takes this parcel: where it goes, what it costs, what is in it, what it weighs."""
    method = listing.method
    return (
        reach.serves(parcel.country)
        and allows(parcel.country, parcel.postal_code, only=reach.only, never=reach.never)
        and not parcel.product_ids & reach.excluded
        and _within(listing.minimum_subtotal_amount, parcel.subtotal, listing.maximum_subtotal_amount)
        and (
            method.kind == ShippingMethod.Kind.FLAT
            or _within(method.minimum_weight_grams, parcel.weight_grams, method.maximum_weight_grams)
        )
    )


def method_price(listing: ShippingMethodChannelListing, subtotal: int) -> int:
    """What a method costs for a cart whose goods cost `subtotal`, both in minor units."""
    free_from = listing.free_from_amount
    return 0 if free_from is not None and subtotal >= free_from else listing.price_amount


def still_stands(listing: ShippingMethodChannelListing, subtotal: int, shown: int) -> bool:
    """Whether a method costs what was shown, or has only become free because the cart has grown since."""
    price = method_price(listing, subtotal)
    return shown == price or (price == 0 and shown == listing.price_amount)


def code_range(rule: PostalCodeRule) -> CodeRange:
    """The codes that a rule is about."""
    return CodeRange(rule.country, rule.start, rule.end)


def _within(low: int | None, value: int, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)
