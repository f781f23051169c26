"""Which shipping methods are offered, where, and at which price."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from commerce.channels.models import Channel
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing

Offer = tuple[ShippingMethod, ShippingMethodChannelListing]


def available_methods(channel: Channel, country: str, subtotal: int, weight_grams: int) -> list[Offer]:
    """The methods for a parcel to `country`, in the merchant's order, each with its listing in `channel`.

    `subtotal` is in minor units, on the side (net or gross) on which the channel enters its prices.
    """
    listings = offered_listings([channel.id])
    fitting = [listing for listing in listings if is_applicable(listing, channel, country, subtotal, weight_grams)]
    fitting.sort(key=lambda listing: (listing.method.sort_order, listing.method_id))
    return [(listing.method, listing) for listing in fitting]


def offered_listings(
    channel_ids: Collection[UUID], *, method_ids: Collection[UUID] | None = None
) -> list[ShippingMethodChannelListing]:
    """What these channels offer at all, in one statement: listings of active methods, with method and zone loaded."""
    listings = ShippingMethodChannelListing.objects.filter(
        channel__in=channel_ids, method__is_active=True, method__zone__channels=F("channel")
    )
    if method_ids is not None:
        listings = listings.filter(method__in=method_ids)
    return list(listings.select_related("method__zone"))


def is_applicable(
    listing: ShippingMethodChannelListing, channel: Channel, country: str, subtotal: int, weight_grams: int
) -> bool:
    """Whether an offered method takes this parcel: country, subtotal (minor units) and, if it asks for it, weight."""
    method = listing.method
    if country not in method.zone.countries or (channel.countries and country not in channel.countries):
        return False
    if not _within(listing.minimum_subtotal_amount, subtotal, listing.maximum_subtotal_amount):
        return False
    if method.kind == ShippingMethod.Kind.FLAT:
        return True
    return _within(method.minimum_weight_grams, weight_grams, method.maximum_weight_grams)


def _within(low: int | None, value: int, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)
