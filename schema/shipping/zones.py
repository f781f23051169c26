"""Zones and methods as the merchant sets them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.channels.models import Channel as ChannelRow
from commerce.core import money
from commerce.core.permission import Permission
from commerce.shipping import models
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.money import Money
from schema.pagination import Page, pages_of
from schema.search.types import ProductConnection

MANAGE = Permission.MANAGE_SHIPPING


@strawberry.enum(description="What decides whether a method takes a parcel, besides where it goes.")
class ShippingMethodTypeEnum(Enum):
    PRICE = models.ShippingMethod.Kind.FLAT.value
    WEIGHT = models.ShippingMethod.Kind.WEIGHT.value


@strawberry.enum(description="What a rule says of its postal codes.")
class PostalCodeRuleInclusionTypeEnum(Enum):
    INCLUDE = models.PostalCodeRule.Inclusion.INCLUDE.value
    EXCLUDE = models.PostalCodeRule.Inclusion.EXCLUDE.value


@strawberry.type(description="Postal codes of a country that a method goes to only, or does not go to.")
class ShippingMethodPostalCodeRule:
    """Source: commerce.shipping.models.PostalCodeRule."""

    id: strawberry.ID = global_id("ShippingMethodPostalCodeRule")
    country: CountryDisplay = nested(
        lambda rules, context: [country_display(rule.country) for rule in rules], "The country of the codes."
    )
    start: str = leaf("The first code, or what the codes begin with.")
    end: str | None = computed(lambda rule: rule.end or None, "The last code; null: those that begin with `start`.")
    inclusion_type: PostalCodeRuleInclusionTypeEnum = computed(
        lambda rule: PostalCodeRuleInclusionTypeEnum(rule.inclusion), "Whether it goes there only, or never."
    )


def _amount(name: str) -> Any:
    def load(
        listings: Sequence[models.ShippingMethodChannelListing], context: RequestContext
    ) -> list[money.Money | None]:
        return [
            None if (amount := getattr(each, name)) is None else money.Money(amount, each.channel.currency_code)
            for each in listings
        ]

    return load


@strawberry.type(description="What a method costs in a channel.")
class ShippingMethodChannelListing:
    """Source: commerce.shipping.models.ShippingMethodChannelListing with channel loaded."""

    id: strawberry.ID = global_id("ShippingMethodChannelListing")
    channel: Channel = nested("channel", "Where it is offered.")
    price: Money = nested(_amount("price_amount"), "What it costs, as the channel enters prices (net or gross).")
    minimum_order_price: Money | None = nested(_amount("minimum_subtotal_amount"), "For carts of so much or more.")
    maximum_order_price: Money | None = nested(_amount("maximum_subtotal_amount"), "For carts of so much or less.")
    free_from: Money | None = nested(_amount("free_from_amount"), "It costs nothing for carts of so much or more.")


def _rules(methods: Sequence[models.ShippingMethod], context: RequestContext) -> list[list[models.PostalCodeRule]]:
    found: dict[UUID, list[models.PostalCodeRule]] = defaultdict(list)
    for rule in models.PostalCodeRule.objects.filter(method__in=[method.id for method in methods]):
        found[rule.method_id].append(rule)
    return [found[method.id] for method in methods]


def _listings(
    methods: Sequence[models.ShippingMethod], context: RequestContext
) -> list[list[models.ShippingMethodChannelListing]]:
    """Of the channels that the caller may manage."""
    rows = models.ShippingMethodChannelListing.objects.filter(method__in=[method.id for method in methods])
    channels = context.actor.channels_with(MANAGE)
    if channels is not None:
        rows = rows.filter(channel__in=channels)
    found: dict[UUID, list[models.ShippingMethodChannelListing]] = defaultdict(list)
    for listing in rows.select_related("channel").order_by("channel__slug"):
        found[listing.method_id].append(listing)
    return [found[method.id] for method in methods]


def _excluded(
    methods: Sequence[models.ShippingMethod],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
) -> list[Page]:
    """Products whose carts are not offered the method."""
    left_out: Any = models.ShippingMethod.excluded_products.through
    rows = left_out.objects.select_related("product")
    pages = pages_of(rows, "shippingmethod_id", [method.id for method in methods], ("id",), first=first, after=after)
    for page in pages:
        for edge in page.edges:
            edge.node = edge.node.product
    return pages


def _zones(methods: Sequence[models.ShippingMethod], context: RequestContext) -> list[models.ShippingZone]:
    found = models.ShippingZone.objects.in_bulk({method.zone_id for method in methods})
    return [found[method.zone_id] for method in methods]


@strawberry.type(description="A way to ship, as the merchant sets it up.")
class ShippingMethodType:
    """Source: commerce.shipping.models.ShippingMethod."""

    id: strawberry.ID = global_id("ShippingMethod")
    version: int = leaf("Grows with every change; name it to change only what you have read.")
    name: str = leaf("The name that shoppers read.")
    description: str = leaf("What shoppers should know of it, as plain text.")
    type: ShippingMethodTypeEnum = computed(
        lambda method: ShippingMethodTypeEnum(method.kind), "Whether it asks for the weight of a parcel."
    )
    active: bool = leaf("Whether it is offered at all.", source="is_active")
    minimum_weight_grams: int | None = leaf("By weight: for parcels of so many grams or more.")
    maximum_weight_grams: int | None = leaf("By weight: for parcels of so many grams or less.")
    minimum_delivery_days: int | None = leaf("Delivered after this many days at the earliest.")
    maximum_delivery_days: int | None = leaf("Delivered after this many days at the latest.")
    sort_order: int = leaf("Its place among the methods that a shopper is offered.")
    shipping_zone: Annotated[ShippingZone, strawberry.lazy("schema.shipping.zones")] = nested(
        _zones, "Where it goes to."
    )
    postal_code_rules: list[ShippingMethodPostalCodeRule] = nested(
        _rules, "The postal codes that it goes to only, or does not go to."
    )
    channel_listings: list[ShippingMethodChannelListing] = nested(_listings, "What it costs, channel by channel.")
    excluded_products: ProductConnection = nested(_excluded)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)


def _methods(zones: Sequence[models.ShippingZone], context: RequestContext) -> list[list[models.ShippingMethod]]:
    found: dict[UUID, list[models.ShippingMethod]] = defaultdict(list)
    for method in models.ShippingMethod.objects.filter(zone__in=[zone.id for zone in zones]):
        found[method.zone_id].append(method)
    return [found[zone.id] for zone in zones]


def _channels(zones: Sequence[models.ShippingZone], context: RequestContext) -> list[list[ChannelRow]]:
    links = models.ShippingZone.channels.through.objects.filter(shippingzone__in=[zone.id for zone in zones])
    found: dict[UUID, list[ChannelRow]] = defaultdict(list)
    for link in links.select_related("channel").order_by("channel__slug"):
        found[link.shippingzone_id].append(link.channel)
    return [found[zone.id] for zone in zones]


@strawberry.type(description="Countries that share their shipping methods.")
class ShippingZone:
    """Source: commerce.shipping.models.ShippingZone."""

    id: strawberry.ID = global_id("ShippingZone")
    version: int = leaf("Grows with every change; name it to change only what you have read.")
    name: str = leaf("The name that staff read.")
    description: str = leaf("What staff should know of it.")
    countries: list[CountryDisplay] = nested(
        lambda zones, context: [[country_display(code) for code in zone.countries] for zone in zones],
        "The countries that it serves.",
    )
    default: bool = leaf(
        "Whether it also serves every country that no other zone of the channel names.", source="is_default"
    )
    channels: list[Channel] = nested(_channels, "The channels that ship by its methods.")
    shipping_methods: list[ShippingMethodType] = nested(_methods, "Its methods, in the merchant's order.")
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
