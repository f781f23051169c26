"""How a channel taxes."""

from __future__ import annotations

from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.versions import changed_row
from commerce.channels.errors import ChannelNotFound
from commerce.channels.models import Channel
from commerce.channels.services import ChannelChanges, update_channel
from commerce.core.actor import SYSTEM, Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.core.rounding import Rounding
from commerce.taxes.errors import TaxClassNotFound, TaxServiceNotFound
from commerce.taxes.models import TaxClass, TaxConfiguration
from commerce.taxes.rates import Fallback, TaxMode
from commerce.taxes.tax_services import service_classes


class TaxConfigurationChanges(TypedDict, total=False):
    """What can be changed; a key that is missing stays as it is. `service` and `seat_country` "" are none."""

    mode: TaxMode
    rounding: Rounding
    default_class_id: UUID | None
    shipping_class_id: UUID | None
    reverse_charge: bool
    seat_country: str
    service: str
    fallback: Fallback


def configuration_of(channel: Channel) -> TaxConfiguration:
    """How a channel taxes: its row, or (not saved) what holds without one."""
    return TaxConfiguration.objects.filter(channel=channel).first() or TaxConfiguration(channel=channel, version=0)


def update_tax_configuration(
    *,
    channel_id: UUID,
    changes: TaxConfigurationChanges,
    prices_include_tax: bool | None = None,
    display_gross_prices: bool | None = None,
    version: int | None = None,
    actor: Actor,
) -> TaxConfiguration:
    """Change how a channel taxes, how its prices are entered and which of them shoppers are shown.

    Entered amounts stay as they are: with `prices_include_tax` they are read as gross from then on. `version` is 0
    before the first change. Raises ChannelNotFound, Conflict, TaxClassNotFound, TaxServiceNotFound, InvalidInput or
    PermissionDenied.
    """
    actor.require(Permission.MANAGE_TAXES, channel_id)
    values: dict[str, Any] = dict(changes)
    _check(values)
    with transaction.atomic():
        if not Channel.objects.filter(id=channel_id).exists():
            raise ChannelNotFound("There is no such channel.", path=("channel",))
        for name in ("default_class_id", "shipping_class_id"):
            if values.get(name) and not TaxClass.objects.filter(id=values[name]).exists():
                raise TaxClassNotFound("There is no such tax class.", path=(name.removesuffix("_id"),))
        shown: ChannelChanges = {}
        if prices_include_tax is not None:
            shown["prices_include_tax"] = prices_include_tax
        if display_gross_prices is not None:
            shown["display_gross_prices"] = display_gross_prices
        if shown:
            update_channel(channel_id=channel_id, changes=shown, actor=SYSTEM)
        row, _ = TaxConfiguration.objects.get_or_create(channel_id=channel_id, defaults={"version": 0})
        changed = changed_row(TaxConfiguration, row.id, expected_version=version, **values)
        if changed is None:
            raise ChannelNotFound("There is no such channel.", path=("channel",))
        return changed


def _check(values: dict[str, Any]) -> None:
    if values.get("seat_country") and values["seat_country"] not in COUNTRIES:
        raise InvalidInput("This is not a country code.", path=("seat_country",))
    if values.get("service") and values["service"] not in service_classes():
        raise TaxServiceNotFound("No tax service of this id is installed.", path=("service",))
