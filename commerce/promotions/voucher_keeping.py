"""Making, changing and deleting vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commerce.accounts.models import CustomerGroup
from commerce.catalog.models import Category, Collection, Product, ProductVariant
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import CommerceError, InvalidInput, NotFound, Rejected, Required
from commerce.core.metadata import with_metadata
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit
from commerce.promotions.events import VoucherCreated, VoucherDeleted, VoucherUpdated
from commerce.promotions.voucher_errors import VoucherNotFound
from commerce.promotions.voucher_models import Voucher, VoucherChannelListing, VoucherCode, VoucherRedemption

LONGEST_NAME: Final = 250
WHOLE: Final = 10_000
"""100 % in hundredths of a percent."""
MOST_TARGETS: Final = 1_000
"""Of a kind; more belong into a collection."""
_LARGEST: Final = 2**31 - 1
_TARGETS: Final[Mapping[str, Any]] = {
    "products": Product,
    "variants": ProductVariant,
    "categories": Category,
    "collections": Collection,
}
Targets = Mapping[str, Sequence[UUID]]
"""Ids by "products", "variants", "categories" and "collections"; they replace those that the voucher has of each."""


class VoucherChanges(TypedDict, total=False):
    """What can be changed of a voucher; a key that is missing stays as it is. See Voucher."""

    name: str
    kind: str
    value_kind: str
    is_active: bool
    starts_at: datetime
    ends_at: datetime | None
    minimum_quantity: int
    usage_limit: int | None
    once_per_customer: bool
    cheapest_unit_only: bool
    only_for_staff: bool
    customer_group_id: UUID | None
    countries: Sequence[str]
    combines_with_promotions: bool
    combines_with_vouchers: bool
    metadata: dict[str, str]
    private_metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Worth:
    """What a voucher is worth in a channel: minor units, or hundredths of a percent if `is_percentage`."""

    channel: Channel
    value: int
    is_percentage: bool
    minimum_subtotal: int | None = None


@dataclass(frozen=True, slots=True)
class Listings:
    """In which channels a voucher holds from now on, and in which it no longer does."""

    worth: Sequence[Worth] = ()
    closed: Sequence[Channel] = field(default_factory=tuple)


def create_voucher(*, changes: VoucherChanges, targets: Targets | None = None, actor: Actor) -> Voucher:
    """A voucher without codes; it does nothing in a channel until it is worth something there.

    Raises Required, InvalidInput, Rejected (targets that do not exist, at their places) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_DISCOUNTS)
    values = _checked({"name": "", **changes})
    voucher = Voucher(**values)
    _check_times(voucher)
    with transaction.atomic():
        voucher.save(force_insert=True)
        _write_targets(voucher, targets or {})
        event = VoucherCreated(voucher.id, voucher.name)
        emit(event, aggregate=("voucher", voucher.id), sequence=voucher.version)
    return voucher


def update_voucher(
    *,
    voucher_id: UUID,
    changes: VoucherChanges,
    targets: Targets | None = None,
    version: int | None = None,
    actor: Actor,
) -> Voucher:
    """Change a voucher. A limit below what is used already is refused.

    Raises VoucherNotFound, Conflict (no longer at `version`), and what `create_voucher` raises.
    """
    actor.require_everywhere(Permission.MANAGE_DISCOUNTS)
    values = _checked(changes)
    with transaction.atomic():
        if values.get("usage_limit") is not None:
            values["used"] = _used_within(voucher_id, values["usage_limit"])
        voucher = touched_voucher(voucher_id, version=version)
        for name, value in values.items():
            setattr(voucher, name, value)
        _check_times(voucher)
        _check_percentages(voucher)
        voucher.save(update_fields=list(values))
        _write_targets(voucher, targets or {})
    return voucher


def delete_voucher(*, voucher_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a voucher with its codes. Carts that have one are told; orders keep what it took off.

    Raises VoucherNotFound, Conflict or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_DISCOUNTS)
    with transaction.atomic():
        lock_codes(VoucherCode.objects.filter(voucher=voucher_id))
        voucher = changed_row(Voucher, voucher_id, expected_version=version)
        if voucher is None:
            raise VoucherNotFound("There is no such voucher.", path=("id",))
        event = VoucherDeleted(voucher.id, voucher.name)
        emit(event, aggregate=("voucher", voucher.id), sequence=voucher.version)
        voucher.delete()


def list_voucher(*, voucher_id: UUID, listings: Listings, actor: Actor) -> Voucher:
    """Say what a voucher is worth in channels: all of it or nothing.

    Raises VoucherNotFound, InvalidInput at ("add_channels", place, field), or PermissionDenied unless the actor may
    manage discounts in all of these channels.
    """
    for channel in [*(worth.channel for worth in listings.worth), *listings.closed]:
        actor.require(Permission.MANAGE_DISCOUNTS, channel.id)
    if not listings.worth and not listings.closed:
        actor.require_everywhere(Permission.MANAGE_DISCOUNTS)
    with transaction.atomic():
        voucher = touched_voucher(voucher_id)
        for place, worth in enumerate(listings.worth):
            try:
                _check_worth(voucher, worth)
            except InvalidInput as error:
                raise error.at("add_channels", str(place)) from None
            VoucherChannelListing.objects.update_or_create(
                voucher=voucher,
                channel=worth.channel,
                defaults={"value": worth.value, "minimum_subtotal": worth.minimum_subtotal},
            )
        VoucherChannelListing.objects.filter(voucher=voucher, channel__in=listings.closed).delete()
    return voucher


def touched_voucher(voucher_id: UUID, *, version: int | None = None) -> Voucher:
    """Count a voucher's version up, lock it until the end of the transaction and emit VoucherUpdated.

    Raises Conflict if it is no longer at `version`, and VoucherNotFound.
    """
    voucher = changed_row(Voucher, voucher_id, expected_version=version)
    if voucher is None:
        raise VoucherNotFound("There is no such voucher.", path=("id",))
    event = VoucherUpdated(voucher.id, voucher.name)
    emit(event, aggregate=("voucher", voucher.id), sequence=voucher.version)
    return voucher


def lock_codes(codes: QuerySet[VoucherCode]) -> None:
    """Lock codes that are to be deleted and their redemptions, in the order in which they are used up."""
    used = VoucherRedemption.objects.filter(code__in=codes.values("id"))
    list(used.select_for_update().order_by("id").values_list("id"))
    list(codes.select_for_update().order_by("id").values_list("id"))


def _used_within(voucher_id: UUID, limit: int) -> int:
    """How often a voucher is used, counted while nobody can use it or give a use back."""
    if Voucher.objects.select_for_update().filter(id=voucher_id).first() is None:
        raise VoucherNotFound("There is no such voucher.", path=("id",))
    used = VoucherRedemption.objects.filter(voucher=voucher_id).count()
    if used > limit:
        raise InvalidInput(f"It was used {used} times already.", path=("usage_limit",))
    return used


def _checked(changes: VoucherChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise Required("A voucher needs a name.", path=("name",))
        require_text(values["name"], LONGEST_NAME, path=("name",))
    for name in ("minimum_quantity", "usage_limit"):
        if values.get(name) is not None and not 0 <= values[name] <= _LARGEST:
            raise InvalidInput("It is a number of 0 or more.", path=(name,))
    for place, code in enumerate(values.get("countries", ())):
        if code not in COUNTRIES:
            raise InvalidInput("This is not a country.", path=("countries", str(place)))
    group = values.get("customer_group_id")
    if group is not None and not CustomerGroup.objects.filter(id=group).exists():
        raise NotFound("There is no such group of customers.", path=("customer_group",))
    for name in ("metadata", "private_metadata"):
        if name in values:
            values[name] = with_metadata({}, values[name], path=(name,))
    return values


def _check_times(voucher: Voucher) -> None:
    if voucher.ends_at is not None and voucher.ends_at <= voucher.starts_at:
        raise InvalidInput("It ends after it starts.", path=("ends_at",))


def _check_percentages(voucher: Voucher) -> None:
    if voucher.value_kind == Voucher.ValueKind.PERCENTAGE and voucher.channel_listings.filter(value__gt=WHOLE).exists():
        raise InvalidInput("It is worth more than 100 % in a channel.", path=("value_type",))


def _check_worth(voucher: Voucher, worth: Worth) -> None:
    if worth.is_percentage != (voucher.value_kind == Voucher.ValueKind.PERCENTAGE):
        raise InvalidInput("The voucher has just become one of another kind of value.", path=("value",))
    if not 0 < worth.value <= (WHOLE if worth.is_percentage else MAX_MINOR):
        raise InvalidInput("It is worth more than 0, and at most 100 %.", path=("value",))
    if worth.minimum_subtotal is not None and not 0 <= worth.minimum_subtotal <= MAX_MINOR:
        raise InvalidInput("A subtotal is 0 or more.", path=("minimum_subtotal",))


def _write_targets(voucher: Voucher, targets: Targets) -> None:
    faults: list[CommerceError] = []
    for name, ids in targets.items():
        if len(ids) > MOST_TARGETS:
            raise InvalidInput(f"At most {MOST_TARGETS} of a kind.", path=(name,))
        known = set(_TARGETS[name].objects.filter(id__in=ids).values_list("id", flat=True))
        faults += [
            NotFound("There is none with this id.", path=(name, str(place)))
            for place, key in enumerate(ids)
            if key not in known
        ]
        getattr(voucher, name).set(known)
    if faults:
        raise Rejected(faults)
