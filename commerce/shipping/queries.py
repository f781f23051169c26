"""Which shipping methods are offered, where, and at which price."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet, TextField
from django.db.models.functions import JSONObject

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.shipping.models import PostalCodeRule, ShippingMethod, ShippingMethodChannelListing, ShippingZone
from commerce.shipping.postal_codes import CodeRange
from commerce.shipping.rules import Parcel, Reach, takes

Offer = tuple[ShippingMethod, ShippingMethodChannelListing]


def available_methods(channel: Channel, parcel: Parcel) -> list[Offer]:
    """The methods that take `parcel`, in the merchant's order, each with its listing in `channel`."""
    listings = offered_listings([channel.id], product_ids=parcel.product_ids)
    fitting = [listing for listing in listings if is_applicable(listing, channel, parcel)]
    fitting.sort(key=lambda listing: (listing.method.sort_order, listing.method_id))
    return [(listing.method, listing) for listing in fitting]


def offered_listings(
    channel_ids: Collection[UUID],
    *,
    method_ids: Collection[UUID] | None = None,
    product_ids: Collection[UUID] = (),
) -> list[ShippingMethodChannelListing]:
    """What these channels offer at all, in one statement: listings of active methods, with method and zone loaded.

    `product_ids` are the products that somebody wants sent: which of them a method leaves out comes along.
    """
    listings = ShippingMethodChannelListing.objects.filter(
        channel__in=channel_ids, method__is_active=True, method__zone__channels=F("channel")
    )
    if method_ids is not None:
        listings = listings.filter(method__in=method_ids)
    return list(listings.select_related("method__zone").annotate(**_reach(product_ids)))


def is_applicable(listing: ShippingMethodChannelListing, channel: Channel, parcel: Parcel) -> bool:
    """Whether one of `offered_listings` takes this parcel. A channel sends nothing to where it does not sell."""
    if channel.countries and parcel.country not in channel.countries:
        return False
    return takes(listing, reach_of(listing), parcel)


def reach_of(listing: Any) -> Reach:
    """What the method of one of `offered_listings` goes to and leaves out."""
    zone = listing.method.zone
    include = PostalCodeRule.Inclusion.INCLUDE
    ranges = [(rule["inclusion"], CodeRange(rule["country"], rule["start"], rule["end"])) for rule in listing.rules]
    return Reach(
        countries=frozenset(zone.countries),
        elsewhere=frozenset(listing.elsewhere) if zone.is_default else None,
        only=tuple(each for inclusion, each in ranges if inclusion == include),
        never=tuple(each for inclusion, each in ranges if inclusion != include),
        excluded=frozenset(listing.excluded or ()),
    )


def zones_for(actor: Actor) -> QuerySet[ShippingZone]:
    """The zones that staff or an app may look at: those of their channels, or all."""
    channels = actor.channels_with(Permission.MANAGE_SHIPPING)
    zones = ShippingZone.objects.all()
    return zones if channels is None else zones.filter(channels__in=channels).distinct()


def methods_for(actor: Actor) -> QuerySet[ShippingMethod]:
    """The methods of `zones_for`."""
    return ShippingMethod.objects.filter(zone__in=zones_for(actor))


def _reach(product_ids: Collection[UUID]) -> dict[str, ArraySubquery]:
    # The through table of a many-to-many field has no typed attributes.
    left_out: Any = ShippingMethod.excluded_products.through
    rules = PostalCodeRule.objects.filter(method=OuterRef("method"))
    others = ShippingZone.objects.filter(channels=OuterRef("channel"), is_default=False)
    return {
        "rules": ArraySubquery(
            rules.values(json=JSONObject(inclusion="inclusion", country="country", start="start", end="end"))
        ),
        "elsewhere": ArraySubquery(
            others.annotate(country=Func("countries", function="unnest", output_field=TextField())).values("country")
        ),
        "excluded": ArraySubquery(
            left_out.objects.filter(shippingmethod=OuterRef("method"), product__in=list(product_ids)).values("product")
        ),
    }
