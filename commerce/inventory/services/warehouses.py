"""Opening, changing and closing warehouses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from commerce.accounts.addresses import AddressData, save_address_copy, validate_address, write_address
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import Conflict, InvalidInput, NotUnique, Rejected, Required
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.inventory.errors import WarehouseInUse, WarehouseNotFound
from commerce.inventory.models import Stock, Warehouse, WarehouseChannel

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")
_MAX_PRIORITY: Final = 1_000_000


class WarehouseChanges(TypedDict, total=False):
    """What can be changed of a warehouse; a key that is missing stays as it is."""

    name: str
    slug: str
    country: str
    countries: list[str]
    is_active: bool
    click_and_collect: str


@dataclass(frozen=True, slots=True)
class SellingChannel:
    """A channel that sells from a warehouse; of its warehouses, those with lower numbers are emptied first."""

    channel: Channel
    priority: int


def create_warehouse(
    *,
    name: str,
    slug: str,
    country: str,
    countries: Sequence[str] = (),
    channels: Sequence[Channel] = (),
    address: AddressData | None = None,
    click_and_collect: str = Warehouse.ClickAndCollect.DISABLED,
    actor: Actor,
) -> Warehouse:
    """Open a warehouse that `channels` sell from, each after the warehouses that it has.

    It ships to `countries`, or wherever its channels sell if there are none. `address` is where goods
    can be fetched; its country is the warehouse's. Raises Required, InvalidInput, NotUnique, Rejected (what is wrong
    with the address) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    address = _validated(address)
    changes: WarehouseChanges = {
        "name": name,
        "slug": slug,
        "country": address.country if address else country,
        "countries": list(countries),
        "click_and_collect": click_and_collect,
    }
    values = _checked(changes)
    _require_address(values["click_and_collect"], has_address=address is not None)
    try:
        with transaction.atomic():
            copy = save_address_copy(address) if address is not None else None
            warehouse = Warehouse.objects.create(**values, address=copy)
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


def update_warehouse(
    *,
    warehouse_id: UUID,
    changes: WarehouseChanges,
    address: AddressData | None = None,
    channels: Sequence[SellingChannel] | None = None,
    version: int | None = None,
    actor: Actor,
) -> Warehouse:
    """Change a warehouse; `channels` replace those that sell from it, with what each is to them.

    One that is no longer active sells nothing more; what it has promised stays promised. Raises WarehouseNotFound,
    Conflict (no longer at `version`), Required, InvalidInput, NotUnique, Rejected (what is wrong with the address) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    address = _validated(address)
    values = _checked(changes)
    if address is not None:
        values["country"] = address.country
    _check_channels(channels or ())
    try:
        with transaction.atomic():
            before = Warehouse.objects.select_for_update(no_key=True).filter(id=warehouse_id).first()
            if before is None:
                raise WarehouseNotFound("There is no such warehouse.", path=("id",))
            if version is not None and before.version != version:
                raise Conflict("Somebody else has changed it since you read it.", path=("version",))
            has_address = address is not None or before.address_id is not None
            _require_address(values.get("click_and_collect", before.click_and_collect), has_address=has_address)
            if (
                address is None
                and before.address_id is not None
                and values.get("country", before.country) != (before.country)
            ):
                raise InvalidInput("The country is that of the address.", path=("country",))
            if address is not None:
                values["address_id"] = _written(before, address)
            if channels is not None:
                _set_channels(warehouse_id, channels)
            changed = changed_row(Warehouse, warehouse_id, **values)
    except IntegrityError as error:
        raise NotUnique("Another warehouse has this slug.", path=("slug",)) from error
    if changed is None:
        raise AssertionError("a locked row cannot go away")
    return changed


def delete_warehouse(*, warehouse_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a warehouse in which there has never been anything; one that has a past can be made inactive.

    Raises WarehouseNotFound, Conflict (no longer at `version`), WarehouseInUse or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    with transaction.atomic():
        warehouse = Warehouse.objects.select_for_update().filter(id=warehouse_id).first()
        if warehouse is None:
            raise WarehouseNotFound("There is no such warehouse.", path=("id",))
        if version is not None and warehouse.version != version:
            raise Conflict("Somebody else has changed it since you read it.", path=("version",))
        used = Q(on_hand__gt=0) | Q(reserved__gt=0) | Q(movements__isnull=False)
        stocks = list(Stock.objects.select_for_update().filter(warehouse=warehouse_id).order_by("id"))
        if Stock.objects.filter(used, id__in=[stock.id for stock in stocks]).exists():
            raise WarehouseInUse("It has an account of goods: make it inactive instead.", path=("id",))
        address = warehouse.address
        warehouse.delete()
        if address is not None:
            address.delete()


def _validated(address: AddressData | None) -> AddressData | None:
    if address is None:
        return None
    try:
        return validate_address(address)
    except Rejected as refusal:
        for error in refusal.errors:
            error.at("address")
        raise


def _written(warehouse: Warehouse, data: AddressData) -> UUID:
    if warehouse.address is None:
        return save_address_copy(data).id
    write_address(warehouse.address, data)
    return warehouse.address.id


def _set_channels(warehouse_id: UUID, channels: Sequence[SellingChannel]) -> None:
    WarehouseChannel.objects.filter(warehouse=warehouse_id).exclude(
        channel__in=[link.channel.id for link in channels]
    ).delete()
    WarehouseChannel.objects.bulk_create(
        [
            WarehouseChannel(warehouse_id=warehouse_id, channel=link.channel, priority=link.priority)
            for link in channels
        ],
        update_conflicts=True,
        unique_fields=["warehouse", "channel"],
        update_fields=["priority"],
    )


def _check_channels(channels: Sequence[SellingChannel]) -> None:
    seen: set[UUID] = set()
    for place, link in enumerate(channels):
        if link.channel.id in seen:
            raise InvalidInput("This channel is named twice.", path=("channels", str(place), "channel"))
        if not 0 <= link.priority <= _MAX_PRIORITY:
            raise InvalidInput(f"A priority is from 0 to {_MAX_PRIORITY}.", path=("channels", str(place), "priority"))
        seen.add(link.channel.id)


def _checked(changes: WarehouseChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise Required("A warehouse has a name.", path=("name",))
        require_text(values["name"], 250, path=("name",))
    if "slug" in values and not _SLUG.match(values["slug"]):
        raise InvalidInput("A slug has small letters, digits, - and _.", path=("slug",))
    for path, codes in (
        ("country", [values["country"]] if "country" in values else []),
        ("countries", values.get("countries", [])),
    ):
        if any(code not in COUNTRIES for code in codes):
            raise InvalidInput("That is not a country code.", path=(path,))
    if values.get("click_and_collect", "disabled") not in Warehouse.ClickAndCollect.values:
        raise InvalidInput("There is no such way to collect.", path=("clickAndCollect",))
    return values


def _require_address(click_and_collect: str, *, has_address: bool) -> None:
    if click_and_collect != Warehouse.ClickAndCollect.DISABLED and not has_address:
        raise Required("Where goods are fetched there is an address.", path=("address",))
