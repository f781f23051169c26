"""Opening, changing and closing warehouses, for staff and apps with MANAGE_STOCK in all channels."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.core.permission import Permission
from commerce.inventory import models, services
from commerce.inventory.services import SellingChannel, WarehouseChanges
from schema.accounts.inputs import AddressInput
from schema.catalog.errors import StockError, StockErrorCode
from schema.channels.scope import named_channel
from schema.context import Info, RequestContext
from schema.doorway import mutation
from schema.enums import CountryCode
from schema.errors import below_input
from schema.given import named
from schema.ids import id_of
from schema.inventory.types import ClickAndCollectEnum, Warehouse
from schema.payloads import current_row, row_payload

change = partial(mutation, Permission.MANAGE_STOCK, error=StockError, codes=StockErrorCode)
warehouse_now = current_row(models.Warehouse, "warehouse")


@strawberry.input(description="A channel that sells from a warehouse.")
class WarehouseChannelInput:
    """One of those that replace all."""

    channel: str = strawberry.field(description="The channel's slug.")
    priority: int = strawberry.field(
        default=0, description="Of the warehouses of a channel, those with lower numbers are emptied first."
    )

    def read(self, context: RequestContext) -> SellingChannel:
        """What this means. Raises ChannelNotFound."""
        return SellingChannel(named_channel(context, self.channel), self.priority)


@strawberry.input(description="What to change of a warehouse; what is left out stays as it is.")
class WarehouseInput:
    """Lists replace what there is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    country: CountryCode | None = strawberry.field(
        default=UNSET, description="Where it is; with an address, that is the address's country."
    )
    countries: list[CountryCode] | None = strawberry.field(
        default=UNSET, description="Where it ships to; empty means wherever its channels sell."
    )
    is_active: bool | None = strawberry.field(
        default=UNSET, description="Whether it sells; what it has promised stays promised."
    )
    click_and_collect: ClickAndCollectEnum | None = strawberry.field(
        default=UNSET, description="What shoppers can fetch there; for anything it needs an address."
    )
    address: AddressInput | None = strawberry.field(default=None, description="Where goods are fetched.")
    channels: list[WarehouseChannelInput] | None = strawberry.field(
        default=None, description="The channels that sell from it from now on."
    )

    def changes(self) -> WarehouseChanges:
        """The keys that were given."""
        found = named(self, "name", "slug", "country", "countries", "is_active", "click_and_collect")
        for name in ("country", "click_and_collect"):
            if name in found:
                found[name] = found[name].value
        if "countries" in found:
            found["countries"] = [code.value for code in found["countries"]]
        return cast(WarehouseChanges, found)


@change(payload=row_payload("WarehouseCreate", "warehouse", Warehouse | None, StockError))
def warehouse_create(
    info: Info,
    name: str,
    slug: str,
    country: CountryCode,
    countries: list[CountryCode] | None = None,
    channels: list[str] | None = None,
    address: AddressInput | None = None,
    click_and_collect: ClickAndCollectEnum = ClickAndCollectEnum.DISABLED,
) -> Any:
    """Open a warehouse that `channels` (slugs) sell from; without `countries` it ships wherever they sell.

    With an `address`, `country` is the address's.
    """
    return services.create_warehouse(
        name=name,
        slug=slug,
        country=country.value,
        countries=[code.value for code in countries or ()],
        channels=[named_channel(info.context, channel) for channel in channels or ()],
        address=address.data() if address is not None else None,
        click_and_collect=click_and_collect.value,
        actor=info.context.actor,
    )


@change(payload=row_payload("WarehouseUpdate", "warehouse", Warehouse | None, StockError), current=warehouse_now)
def warehouse_update(info: Info, id: strawberry.ID, input: WarehouseInput, version: int | None = None) -> Any:
    """Change a warehouse; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        channels = None if input.channels is None else [link.read(info.context) for link in input.channels]
        return services.update_warehouse(
            warehouse_id=id_of("Warehouse", id),
            changes=input.changes(),
            address=input.address.data() if input.address is not None else None,
            channels=channels,
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("WarehouseDelete", "warehouse", Warehouse | None, StockError), current=warehouse_now)
def warehouse_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a warehouse; refused with IN_USE if goods were ever in it. Such a one can be made inactive."""
    services.delete_warehouse(warehouse_id=id_of("Warehouse", id), version=version, actor=info.context.actor)
