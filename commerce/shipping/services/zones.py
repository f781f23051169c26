"""Where the shop ships to: opening, changing and closing zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput, Required
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.shipping.errors import ShippingZoneNotFound
from commerce.shipping.models import ShippingZone

LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 5_000


class ZoneChanges(TypedDict, total=False):
    """What can be said about a zone; a key that is missing stays as it is. `countries` are ISO 3166-1 alpha-2 codes."""

    name: str
    description: str
    countries: Sequence[str]
    is_default: bool
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_zone(*, changes: ZoneChanges, channels: Sequence[Channel], actor: Actor) -> ShippingZone:
    """Countries that share their methods, for these channels.

    Raises Required, InvalidInput, or PermissionDenied unless the actor may manage shipping in all of them; without
    channels, everywhere.
    """
    require_in(actor, [channel.id for channel in channels])
    values = _checked({"name": "", **changes})
    with transaction.atomic():
        zone = ShippingZone.objects.create(**values)
        zone.channels.set(channels)
    return zone


def update_zone(
    *,
    zone_id: UUID,
    changes: ZoneChanges,
    channels: Sequence[Channel] | None = None,
    version: int | None = None,
    actor: Actor,
) -> ShippingZone:
    """Change a zone; `channels` replace those that it has, None leaves them.

    Raises ShippingZoneNotFound, Conflict (no longer at `version`), Required, InvalidInput, or PermissionDenied unless
    the actor may manage shipping in all channels that it serves, before and after.
    """
    values = _checked(changes)
    with transaction.atomic():
        zone = changed_zone(zone_id, actor=actor, version=version, **values)
        if channels is not None:
            require_in(actor, [channel.id for channel in channels])
            zone.channels.set(channels)
    return zone


def delete_zone(*, zone_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Close a zone with its methods; carts that have chosen one choose anew, orders keep their names.

    Raises ShippingZoneNotFound, Conflict or PermissionDenied.
    """
    with transaction.atomic():
        changed_zone(zone_id, actor=actor, version=version).delete()


def changed_zone(zone_id: UUID, *, actor: Actor, version: int | None = None, **values: object) -> ShippingZone:
    """Apply `values` to a zone and lock it until the end of the transaction.

    Raises ShippingZoneNotFound, Conflict, or PermissionDenied unless the actor may manage shipping wherever it is used.
    """
    require_zone(zone_id, actor=actor)
    zone = changed_row(ShippingZone, zone_id, expected_version=version, **values)
    if zone is None:
        raise ShippingZoneNotFound("There is no such zone.", path=("id",))
    return zone


def require_zone(zone_id: UUID, *, actor: Actor, path: tuple[str, ...] = ("id",)) -> None:
    """Raise ShippingZoneNotFound with `path`, or PermissionDenied unless the actor may change this zone."""
    if not ShippingZone.objects.filter(id=zone_id).exists():
        raise ShippingZoneNotFound("There is no such zone.", path=path)
    links = ShippingZone.channels.through.objects.filter(shippingzone=zone_id)
    require_in(actor, list(links.values_list("channel_id", flat=True)))


def require_in(actor: Actor, channel_ids: Sequence[UUID]) -> None:
    """Raise PermissionDenied unless the actor may manage shipping in all these channels; in none means everywhere."""
    if not channel_ids:
        actor.require_everywhere(Permission.MANAGE_SHIPPING)
    for channel_id in channel_ids:
        actor.require(Permission.MANAGE_SHIPPING, channel_id)


def checked_texts(changes: dict[str, Any], noun: str) -> dict[str, Any]:
    """`changes` with a trimmed name. Raises Required or InvalidInput for texts and metadata that cannot be kept."""
    values = dict(changes)
    if "name" in values:
        values["name"] = (values["name"] or "").strip()
        if not values["name"]:
            raise Required(f"A {noun} has a name.", path=("name",))
        require_text(values["name"], LONGEST_NAME, path=("name",))
    if "description" in values:
        require_text(values["description"], LONGEST_DESCRIPTION, path=("description",))
    require_metadata(values)
    return values


def _checked(changes: ZoneChanges) -> dict[str, Any]:
    values = checked_texts(dict(changes), "zone")
    if "countries" in values:
        for place, country in enumerate(values["countries"]):
            if country not in COUNTRIES:
                raise InvalidInput("This is not a country code.", path=("countries", str(place)))
        values["countries"] = sorted(set(values["countries"]))
    return values
