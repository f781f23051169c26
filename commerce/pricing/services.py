"""Making and changing price lists, for whoever may MANAGE_PRODUCTS in their channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from commerce.accounts.models import CustomerGroup
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.keeping import kept
from commerce.catalog.models import ProductVariant
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, NotFound, Rejected, Required
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.pricing.errors import PriceListNotFound
from commerce.pricing.events import PriceListCreated, PriceListDeleted, PriceListUpdated, announce
from commerce.pricing.models import HIGHEST_PRIORITY, MOST_UNITS, PriceList, PriceListEntry

MOST_ENTRIES_AT_ONCE: Final = 1_000
_LONGEST_NAME: Final = 250
_MOST_GROUPS: Final = 100


class PriceListChanges(TypedDict, total=False):
    """What can be changed of a list besides its prices; a key that is missing stays as it is."""

    name: str
    is_active: bool
    priority: int
    starts_at: datetime | None
    ends_at: datetime | None
    is_public: bool


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a unit costs from so many on, in minor units; None takes that price out of the list."""

    variant_id: UUID
    minimum_quantity: int
    amount: int | None


def visible_price_lists(actor: Actor) -> QuerySet[PriceList]:
    """The lists of the channels in which the actor holds MANAGE_PRODUCTS, with their channels loaded."""
    rows = PriceList.objects.select_related("channel")
    channel_ids = actor.channels_with(Permission.MANAGE_PRODUCTS)
    return rows if channel_ids is None else rows.filter(channel__in=channel_ids)


def create_price_list(
    *, channel: Channel, changes: PriceListChanges, group_ids: Sequence[UUID] | None = None, actor: Actor
) -> PriceList:
    """Make a list without prices: for these groups of customers, or for everybody if none are given.

    Raises Required, InvalidInput, NotFound (path `customer_groups` and the place) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    values = _checked({"name": "", "is_public": group_ids is None, **changes})
    _check_period(values.get("starts_at"), values.get("ends_at"))
    with transaction.atomic():
        price_list = PriceList.objects.create(channel=channel, **values)
        _set_groups(price_list, group_ids)
        announce(PriceListCreated, price_list)
    return price_list


def update_price_list(
    *,
    price_list_id: UUID,
    changes: PriceListChanges,
    group_ids: Sequence[UUID] | None = None,
    version: int | None = None,
    actor: Actor,
) -> PriceList:
    """Change a list; `group_ids` replace those that it has. Prices that everybody sees follow in this transaction.

    Raises PriceListNotFound, Conflict (no longer at `version`), Required, InvalidInput, NotFound (path
    `customer_groups` and the place) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_PRODUCTS)
    values = _checked(changes)
    if group_ids is not None:
        values.setdefault("is_public", False)
    with transaction.atomic():
        # Dates are checked as they will be, before PostgreSQL refuses them.
        known = visible_price_lists(actor).select_for_update(of=("self",), no_key=True).filter(id=price_list_id).first()
        if known is not None:
            _check_period(values.get("starts_at", known.starts_at), values.get("ends_at", known.ends_at))
        price_list = _changed(price_list_id, actor, version, **values)
        _set_groups(price_list, group_ids)
        announce(PriceListUpdated, price_list)
    return price_list


def delete_price_list(*, price_list_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a list with its prices. Raises PriceListNotFound, Conflict or PermissionDenied."""
    actor.require(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        price_list = _changed(price_list_id, actor, version)
        announce(PriceListDeleted, price_list)
        price_list.delete()


def update_entries(
    *, price_list_id: UUID, entries: Sequence[EntryChange], version: int | None = None, actor: Actor
) -> PriceList:
    """Write and take out prices, up to MOST_ENTRIES_AT_ONCE, all or none of them; the others stay.

    Raises PriceListNotFound, Conflict (no longer at `version`), PermissionDenied, or Rejected with an error for each
    entry that is wrong (path `entries` and its place).
    """
    actor.require(Permission.MANAGE_PRODUCTS)
    if len(entries) > MOST_ENTRIES_AT_ONCE:
        raise InvalidInput(f"At most {MOST_ENTRIES_AT_ONCE} prices at once.", path=("entries",))
    with transaction.atomic():
        price_list = _changed(price_list_id, actor, version)
        _check_entries(entries)
        gone = Q(pk__in=())
        for entry in entries:
            if entry.amount is None:
                gone |= Q(variant=entry.variant_id, minimum_quantity=entry.minimum_quantity)
        price_list.entries.filter(gone).delete()
        PriceListEntry.objects.bulk_create(
            [
                PriceListEntry(
                    price_list=price_list,
                    variant_id=entry.variant_id,
                    minimum_quantity=entry.minimum_quantity,
                    amount=entry.amount,
                )
                for entry in sorted(entries, key=lambda entry: (entry.variant_id, entry.minimum_quantity))
                if entry.amount is not None
            ],
            update_conflicts=True,
            unique_fields=["variant", "price_list", "minimum_quantity"],
            update_fields=["amount"],
        )
        announce(PriceListUpdated, price_list)
    return price_list


def _changed(price_list_id: UUID, actor: Actor, version: int | None, **values: object) -> PriceList:
    channel_ids = actor.channels_with(Permission.MANAGE_PRODUCTS)
    found = visible_price_lists(actor).filter(id=price_list_id).exists() if channel_ids is not None else True
    price_list = changed_row(PriceList, price_list_id, expected_version=version, **values) if found else None
    if price_list is None:
        raise PriceListNotFound("There is no such price list.", path=("id",))
    return price_list


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(changes)
    if "name" in values:
        require_text(values["name"], _LONGEST_NAME, path=("name",))
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise Required("A price list has a name.", path=("name",))
    if not -HIGHEST_PRIORITY <= values.get("priority", 0) <= HIGHEST_PRIORITY:
        raise InvalidInput(f"A priority is between -{HIGHEST_PRIORITY} and {HIGHEST_PRIORITY}.", path=("priority",))
    return values


def _check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise InvalidInput("It ends after it has begun.", path=("ends_at",))


def _set_groups(price_list: PriceList, group_ids: Sequence[UUID] | None) -> None:
    if group_ids is None:
        if price_list.is_public:
            price_list.customer_groups.clear()
        return
    if price_list.is_public and group_ids:
        raise InvalidInput("A list for everybody is not for some groups only.", path=("customer_groups",))
    if len(group_ids) > _MOST_GROUPS:
        raise InvalidInput(f"At most {_MOST_GROUPS} groups.", path=("customer_groups",))
    known = kept(CustomerGroup, group_ids)
    for place, key in enumerate(group_ids):
        if key not in known:
            raise NotFound("There is no such group of customers.", path=("customer_groups", str(place)))
    price_list.customer_groups.set(CustomerGroup.objects.filter(id__in=known))


def _check_entries(entries: Sequence[EntryChange]) -> None:
    errors: list[CommerceError] = []
    known = kept(ProductVariant, {entry.variant_id for entry in entries})
    seen: set[tuple[UUID, int]] = set()
    for place, entry in enumerate(entries):
        path = ("entries", str(place))
        key = (entry.variant_id, entry.minimum_quantity)
        if entry.variant_id not in known:
            errors.append(VariantNotFound("There is no such variant.", path=(*path, "variant")))
        if not 1 <= entry.minimum_quantity <= MOST_UNITS:
            message = f"A price holds from 1 to {MOST_UNITS} units on."
            errors.append(InvalidInput(message, path=(*path, "minimum_quantity")))
        if key in seen:
            errors.append(InvalidInput("There are two prices for this.", path=path))
        if entry.amount is not None and not 0 <= entry.amount <= MAX_MINOR:
            errors.append(InvalidInput("A price is 0 or more.", path=(*path, "price")))
        seen.add(key)
    if errors:
        raise Rejected(errors)
