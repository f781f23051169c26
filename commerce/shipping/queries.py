"""Which shipping methods are offered, where, and at which price."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import QuerySet

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.records import Records
from commerce.core.statements import uuid_array
from commerce.shipping.models import PostalCodeRule, ShippingMethod, ShippingMethodChannelListing, ShippingZone
from commerce.shipping.postal_codes import CodeRange
from commerce.shipping.rules import Parcel, Reach, takes

Offer = tuple[ShippingMethod, ShippingMethodChannelListing]

LISTINGS: Final = Records(
    "shipping_listings_of_channels",
    ShippingMethodChannelListing,
    """
  JOIN shipping_shippingmethod AS method ON method.id = it.method_id AND method.is_active
  JOIN shipping_shippingzone AS method__zone ON method__zone.id = method.zone_id
  JOIN shipping_shippingzone_channels AS link
    ON link.shippingzone_id = method.zone_id AND link.channel_id = it.channel_id
 WHERE it.channel_id = ANY($1) AND ($2::uuid[] IS NULL OR it.method_id = ANY($2))
""",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    joined={"method": ShippingMethod, "method__zone": ShippingZone},
    extra={
        "rules": """(
            SELECT jsonb_agg(to_jsonb(rule))::text
              FROM shipping_postalcoderule AS rule
             WHERE rule.method_id = it.method_id
        )""",
        "elsewhere": """CASE WHEN method__zone.is_default THEN ARRAY(
            SELECT unnest(other.countries)
              FROM shipping_shippingzone AS other
             WHERE NOT other.is_default
               AND other.id = ANY(ARRAY(
                       SELECT its.shippingzone_id FROM shipping_shippingzone_channels AS its
                        WHERE its.channel_id = it.channel_id
                   ))
        ) ELSE '{}' END""",
        "excluded": """ARRAY(
            SELECT left_out.product_id
              FROM shipping_shippingmethod_excluded_products AS left_out
             WHERE left_out.shippingmethod_id = it.method_id AND left_out.product_id = ANY($3)
        )""",
    },
)
"""Listings of active methods: what a channel (of $1) offers, of the methods $2 if any are named."""


def available_methods(
    channel: Channel, parcel: Parcel, listings: Collection[ShippingMethodChannelListing] | None = None
) -> list[Offer]:
    """The methods that take `parcel`, in the merchant's order, each with its listing in `channel`.

    `listings` are all that the channel offers for these goods, if somebody has read them already.
    """
    if listings is None:
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
    if not channel_ids:
        return []
    methods = uuid_array(method_ids) if method_ids is not None else None
    return LISTINGS.all(uuid_array(channel_ids), methods, uuid_array(product_ids))


def is_applicable(listing: ShippingMethodChannelListing, channel: Channel, parcel: Parcel) -> bool:
    """Whether one of `offered_listings` takes this parcel. A channel sends nothing to where it does not sell."""
    if channel.countries and parcel.country not in channel.countries:
        return False
    return takes(listing, reach_of(listing), parcel)


def reach_of(listing: Any) -> Reach:
    """What the method of one of `offered_listings` goes to and leaves out."""
    zone = listing.method.zone
    include = PostalCodeRule.Inclusion.INCLUDE
    rules = orjson.loads(listing.rules or "[]")
    ranges = [(rule["inclusion"], CodeRange(rule["country"], rule["start"], rule["end"])) for rule in rules]
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
