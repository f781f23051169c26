"""Opening zones and offering methods in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone


class ShippingZoneNotFound(NotFound):
    """There is no such zone."""


class ShippingMethodNotFound(NotFound):
    """There is no such method."""


class MethodSettings(TypedDict, total=False):
    """What can be said about a method. Weights are whole grams; a method by weight takes parcels between them."""

    kind: ShippingMethod.Kind
    minimum_weight_grams: int | None
    maximum_weight_grams: int | None
    minimum_delivery_days: int | None
    maximum_delivery_days: int | None
    sort_order: int


def create_zone(*, name: str, countries: Sequence[str], channels: Sequence[Channel], actor: Actor) -> ShippingZone:
    """Countries that share their methods, for these channels. Raises Required, InvalidInput or PermissionDenied."""
    if not channels:
        actor.require_everywhere(Permission.MANAGE_SHIPPING)
    for channel in channels:
        actor.require(Permission.MANAGE_SHIPPING, channel.id)
    if not name.strip():
        raise Required("A zone has a name.", path=("name",))
    unknown = [place for place, country in enumerate(countries) if country not in COUNTRIES]
    if unknown:
        raise InvalidInput("This is not a country code.", path=("countries", str(unknown[0])))
    with transaction.atomic():
        zone = ShippingZone.objects.create(name=name.strip(), countries=sorted(set(countries)))
        zone.channels.set(channels)
    return zone


def create_method(*, zone_id: UUID, name: str, actor: Actor, **settings: Unpack[MethodSettings]) -> ShippingMethod:
    """A method in a zone; no channel offers it until it has a price there.

    Raises ShippingZoneNotFound, Required, InvalidInput, or PermissionDenied unless the actor works in all channels.
    """
    actor.require_everywhere(Permission.MANAGE_SHIPPING)
    if not name.strip():
        raise Required("A method has a name.", path=("name",))
    _check_range("weight", settings.get("minimum_weight_grams"), settings.get("maximum_weight_grams"))
    _check_range("delivery_days", settings.get("minimum_delivery_days"), settings.get("maximum_delivery_days"))
    zone = ShippingZone.objects.filter(id=zone_id).first()
    if zone is None:
        raise ShippingZoneNotFound("There is no such zone.", path=("zone",))
    return ShippingMethod.objects.create(zone=zone, name=name.strip(), **settings)


def set_method_price(
    *,
    method_id: UUID,
    channel: Channel,
    price_amount: int,
    minimum_subtotal_amount: int | None = None,
    maximum_subtotal_amount: int | None = None,
    actor: Actor,
) -> ShippingMethodChannelListing:
    """Offer a method in `channel` for `price_amount`, to carts whose goods cost between the two others (minor units).

    Raises ShippingMethodNotFound, InvalidInput or PermissionDenied.
    """
    actor.require(Permission.MANAGE_SHIPPING, channel.id)
    if not 0 <= price_amount <= MAX_MINOR:
        raise InvalidInput("A price is 0 or more.", path=("price",))
    _check_range("subtotal", minimum_subtotal_amount, maximum_subtotal_amount)
    if not ShippingMethod.objects.filter(id=method_id).exists():
        raise ShippingMethodNotFound("There is no such shipping method.", path=("id",))
    return ShippingMethodChannelListing.objects.update_or_create(
        method_id=method_id,
        channel=channel,
        defaults={
            "price_amount": price_amount,
            "minimum_subtotal_amount": minimum_subtotal_amount,
            "maximum_subtotal_amount": maximum_subtotal_amount,
        },
    )[0]


def _check_range(what: str, low: int | None, high: int | None) -> None:
    if any(bound is not None and bound < 0 for bound in (low, high)):
        raise InvalidInput("A bound is 0 or more.", path=(f"minimum_{what}",))
    if low is not None and high is not None and low > high:
        raise InvalidInput("The lower bound is above the upper one.", path=(f"minimum_{what}",))
