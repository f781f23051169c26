"""Opening and changing channels."""

from __future__ import annotations

import re
from typing import Final, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from commerce.channels.errors import AllocationStrategyNotFound, ChannelNotFound
from commerce.channels.models import Channel
from commerce.channels.strategies import known_strategies
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, InvalidInput, NotUnique, Required
from commerce.core.money import exponent
from commerce.core.permission import Permission

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")


class ChannelChanges(TypedDict, total=False):
    """What can be changed of a channel. Its currency and slug stay: prices and storefronts hang on them."""

    name: str
    is_active: bool
    default_country: str
    countries: list[str]
    prices_include_tax: bool
    display_gross_prices: bool
    quantity_limit_per_line: int
    reservation_seconds: int
    allow_unpaid_orders: bool
    allocation_strategy: str
    checkout_days: int
    abandoned_after_minutes: int


def create_channel(
    *,
    slug: str,
    name: str,
    currency_code: str,
    default_country: str,
    changes: ChannelChanges | None = None,
    actor: Actor,
) -> Channel:
    """Open a channel; it sells to its default country if `changes` name no others.

    Raises NotUnique, AllocationStrategyNotFound, InvalidInput, Required or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_CHANNELS)
    if not _SLUG.match(slug):
        raise InvalidInput("A slug has small letters, digits, - and _.", path=("slug",))
    exponent(currency_code)
    settings: ChannelChanges = {
        "countries": [default_country],
        **(changes or {}),
        "name": name,
        "default_country": default_country,
    }
    _check(settings)
    try:
        with transaction.atomic():
            return Channel.objects.create(slug=slug, currency_code=currency_code, **settings)
    except IntegrityError as error:
        raise NotUnique("Another channel has this slug.", path=("slug",)) from error


def update_channel(*, channel_id: UUID, changes: ChannelChanges, version: int | None = None, actor: Actor) -> Channel:
    """Change a channel.

    Raises ChannelNotFound, AllocationStrategyNotFound, Conflict (no longer at `version`), InvalidInput, Required or
    PermissionDenied.
    """
    actor.require(Permission.MANAGE_CHANNELS, channel_id)
    _check(changes)
    with transaction.atomic():
        rows = Channel.objects.filter(id=channel_id)
        same = rows if version is None else rows.filter(version=version)
        if not same.update(version=F("version") + 1, updated_at=timezone.now(), **changes):
            if rows.exists():
                raise Conflict("Somebody else has changed it since you read it.", path=("version",))
            raise ChannelNotFound("There is no such channel.", path=("id",))
        return Channel.objects.get(id=channel_id)


def _check(changes: ChannelChanges) -> None:
    if "name" in changes and not changes["name"].strip():
        raise Required("A channel has a name.", path=("name",))
    if not _COUNTRY.match(changes.get("default_country", "US")):
        raise InvalidInput("That is not a country code.", path=("defaultCountry",))
    if not all(_COUNTRY.match(country) for country in changes.get("countries", [])):
        raise InvalidInput("One of these is not a country code.", path=("countries",))
    if not 1 <= changes.get("quantity_limit_per_line", 1) <= 10_000:
        raise InvalidInput("The limit per line is between 1 and 10,000.", path=("quantityLimitPerLine",))
    if not 0 <= changes.get("reservation_seconds", 0) <= 7 * 86_400:
        raise InvalidInput("Carts hold stock for a week at most.", path=("reservationSeconds",))
    if not 0 <= changes.get("abandoned_after_minutes", 0) <= 365 * 1_440:
        raise InvalidInput("A cart is abandoned within a year, or never.", path=("abandonedAfterMinutes",))
    if "allocation_strategy" in changes and changes["allocation_strategy"] not in known_strategies():
        raise AllocationStrategyNotFound(
            "No allocation strategy of this key is installed.", path=("allocationStrategy",)
        )
