"""Opening warehouses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput, NotUnique, Required
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.inventory.models import Warehouse, WarehouseChannel

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")


def create_warehouse(
    *,
    name: str,
    slug: str,
    country: str,
    countries: Sequence[str] = (),
    channels: Sequence[Channel] = (),
    actor: Actor,
) -> Warehouse:
    """Open a warehouse that `channels` sell from, each after the warehouses that it has.

    It ships to `countries`, or wherever its channels sell if there are none. Raises Required, InvalidInput, NotUnique
    or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    name = name.strip()
    if not name:
        raise Required("A warehouse has a name.", path=("name",))
    require_text(name, 250, path=("name",))
    if not _SLUG.match(slug):
        raise InvalidInput("A slug has small letters, digits, - and _.", path=("slug",))
    for path, codes in (("country", [country]), ("countries", countries)):
        if any(code not in COUNTRIES for code in codes):
            raise InvalidInput("That is not a country code.", path=(path,))
    try:
        with transaction.atomic():
            warehouse = Warehouse.objects.create(name=name, slug=slug, country=country, countries=list(countries))
            WarehouseChannel.objects.bulk_create(
                WarehouseChannel(
                    warehouse=warehouse,
                    channel=channel,
                    priority=WarehouseChannel.objects.filter(channel=channel).count(),
                )
                for channel in channels
            )
    except IntegrityError as error:
        raise NotUnique("Another warehouse has this slug.", path=("slug",)) from error
    return warehouse
