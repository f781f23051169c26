"""What a method costs in a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.shipping.errors import ShippingMethodNotFound
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing
from commerce.shipping.services.methods import check_range
from commerce.shipping.services.zones import require_zone


@dataclass(frozen=True, slots=True)
class MethodPrice:
    """A price, the subtotals that it is for, and the one from which on it is 0; all in minor units."""

    price_amount: int
    minimum_subtotal_amount: int | None = None
    maximum_subtotal_amount: int | None = None
    free_from_amount: int | None = None


def update_method_prices(
    *,
    method_id: UUID,
    prices: Sequence[tuple[Channel, MethodPrice]] = (),
    closed: Sequence[Channel] = (),
    actor: Actor,
) -> ShippingMethod:
    """Offer a method in channels at new prices, and no longer in those that are `closed`: all of it or nothing.

    Raises ShippingMethodNotFound, InvalidInput at ("add_channels", place, field), or PermissionDenied unless the actor
    may manage shipping in all of these channels.
    """
    for channel in [*(channel for channel, _ in prices), *closed]:
        actor.require(Permission.MANAGE_SHIPPING, channel.id)
    for place, (_, price) in enumerate(prices):
        try:
            _check(price)
        except InvalidInput as error:
            raise error.at("add_channels", str(place)) from None
    with transaction.atomic():
        method = _locked(method_id)
        if not prices and not closed:
            require_zone(method.zone_id, actor=actor)
        for channel, price in prices:
            ShippingMethodChannelListing.objects.update_or_create(
                method=method, channel=channel, defaults=asdict(price)
            )
        ShippingMethodChannelListing.objects.filter(method=method, channel__in=closed).delete()
    return method


def set_method_price(*, method_id: UUID, channel: Channel, price: MethodPrice, actor: Actor) -> ShippingMethod:
    """Offer a method in one channel. Raises what `update_method_prices` raises."""
    return update_method_prices(method_id=method_id, prices=[(channel, price)], actor=actor)


def _check(price: MethodPrice) -> None:
    if not 0 <= price.price_amount <= MAX_MINOR:
        raise InvalidInput("A price is 0 or more.", path=("price",))
    if price.free_from_amount is not None and not 0 <= price.free_from_amount <= MAX_MINOR:
        raise InvalidInput("A subtotal is 0 or more.", path=("free_from",))
    check_range("order_price", price.minimum_subtotal_amount, price.maximum_subtotal_amount, most=MAX_MINOR)


def _locked(method_id: UUID) -> ShippingMethod:
    method = ShippingMethod.objects.filter(id=method_id).select_for_update(no_key=True).first()
    if method is None:
        raise ShippingMethodNotFound("There is no such shipping method.", path=("id",))
    return method
