"""Price lists, for staff and apps with MANAGE_PRODUCTS in their channel.

`version` is the one that the caller has read, of a list with its prices: if it has changed since, the change is refused
with CONFLICT, and the answer carries the list as it is now.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.core.permission import Permission
from commerce.pricing import models, services
from commerce.pricing.services import EntryChange, PriceListChanges
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import query
from schema.given import given, named, texts
from schema.ids import id_of, ids_of
from schema.money import minor_units
from schema.pagination import CountableConnection, Page, page_of
from schema.payloads import row_payload
from schema.pricing.errors import PriceListError, PriceListErrorCode
from schema.pricing.types import PriceList
from schema.scalars import PositiveDecimal


@query(allow=Permission.MANAGE_PRODUCTS, returns=PriceList | None)
def price_list(info: Info, id: strawberry.ID) -> models.PriceList | None:
    """A price list by id; null for a missing one and for one of a channel that is not the caller's."""
    return services.visible_price_lists(info.context.actor).filter(id=id_of("PriceList", id)).first()


@query(allow=Permission.MANAGE_PRODUCTS, returns=CountableConnection[PriceList])
def price_lists(
    info: Info,
    channel: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """Price lists of the channels that the caller works in, by name."""
    rows = services.visible_price_lists(info.context.actor)
    if channel is not None:
        rows = rows.filter(channel=named_channel(info.context, channel))
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@strawberry.input(description="What a price list is.")
class PriceListInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name that staff read.")
    is_active: bool | None = strawberry.field(default=UNSET, description="Whether it holds at all.")
    priority: int | None = strawberry.field(default=UNSET, description="From -1000 to 1000; the highest counts.")
    starts_at: datetime | None = strawberry.field(default=UNSET, description="From when on it holds; null: at once.")
    ends_at: datetime | None = strawberry.field(default=UNSET, description="Until when it holds; null: without end.")
    is_public: bool | None = strawberry.field(
        default=UNSET, description="Whether it is for everybody; of itself it is unless groups are given."
    )
    customer_groups: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="The groups that it is for instead of everybody; they replace those that it has."
    )

    def changes(self) -> PriceListChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name"),
            **given(self, "starts_at", "ends_at"),
            **named(self, "is_active", "priority", "is_public"),
        }
        return cast(PriceListChanges, found)

    def group_ids(self) -> list[UUID] | None:
        """The groups; None if nothing was said of them."""
        if self.customer_groups is UNSET or self.customer_groups is None:
            return None
        return ids_of("CustomerGroup", self.customer_groups, path=("customerGroups",))


@strawberry.input(description="What a new price list is.")
class PriceListCreateInput(PriceListInput):
    """A name and a channel are needed."""

    channel: str = strawberry.field(description="The slug of the channel where it holds.")


@strawberry.input(description="A price of a list.")
class PriceListEntryInput:
    """Named by variant and quantity."""

    variant: strawberry.ID = strawberry.field(description="What it is about.")
    minimum_quantity: int = strawberry.field(default=1, description="From so many units on in one cart.")
    price: PositiveDecimal | None = strawberry.field(
        default=None, description="What each unit costs, in major units; null takes this price out of the list."
    )


def _seen(info: Info, key: UUID) -> models.PriceList | None:
    return services.visible_price_lists(info.context.actor).filter(id=key).first()


def _now(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"price_list": _seen(info, id_of("PriceList", arguments["id"]))}


_managed = partial(mutation, Permission.MANAGE_PRODUCTS, error=PriceListError, codes=PriceListErrorCode)


def _payload(name: str) -> Any:
    return row_payload(name, "price_list", PriceList | None, PriceListError)


@_managed(payload=_payload("PriceListCreate"))
def price_list_create(info: Info, input: PriceListCreateInput) -> Any:
    """Make a price list, still without prices; for everybody unless groups are given."""
    with below_input():
        return services.create_price_list(
            channel=named_channel(info.context, input.channel),
            changes=input.changes(),
            group_ids=input.group_ids(),
            actor=info.context.actor,
        )


@_managed(payload=_payload("PriceListUpdate"), current=_now)
def price_list_update(info: Info, id: strawberry.ID, input: PriceListInput, version: int | None = None) -> Any:
    """Change a price list. What everybody pays for one unit follows at once, in lists and filters too."""
    with below_input():
        return services.update_price_list(
            price_list_id=id_of("PriceList", id),
            changes=input.changes(),
            group_ids=input.group_ids(),
            version=version,
            actor=info.context.actor,
        )


@_managed(payload=_payload("PriceListDelete"), current=_now)
def price_list_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a price list with its prices."""
    services.delete_price_list(price_list_id=id_of("PriceList", id), version=version, actor=info.context.actor)


@_managed(payload=_payload("PriceListEntriesUpdate"), current=_now)
def price_list_entries_update(
    info: Info, id: strawberry.ID, entries: list[PriceListEntryInput], version: int | None = None
) -> Any:
    """Write and take out prices of a list, all of them or none; the others stay as they are.

    Up to 1,000, as far as the shop's limit on items in a list (`listItems`, 250 of itself) lets them through.
    """
    key = id_of("PriceList", id)
    found = _seen(info, key)
    currency = "XXX" if found is None else found.channel.currency_code
    changes = [
        EntryChange(
            id_of("ProductVariant", entry.variant, path=("entries", str(place), "variant")),
            entry.minimum_quantity,
            None
            if entry.price is None or found is None
            else minor_units(entry.price, currency, path=("entries", str(place), "price")),
        )
        for place, entry in enumerate(entries[: services.MOST_ENTRIES_AT_ONCE + 1])
    ]
    return services.update_entries(price_list_id=key, entries=changes, version=version, actor=info.context.actor)
