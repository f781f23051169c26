"""Groups of customers: who makes and changes them, and who is in them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from commerce.accounts.models import CustomerGroup, CustomerGroupMember, User
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound, NotUnique, Rejected, Required
from commerce.core.permission import Permission
from commerce.core.text import require_text

MOST_AT_ONCE: Final = 1000
"""Customers that one change may take in and out of a group."""

_LONGEST_NAME: Final = 150


def create_customer_group(*, name: str, actor: Actor) -> CustomerGroup:
    """A new group without customers. Raises Required, InvalidInput, NotUnique or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_CUSTOMERS)
    return _saved(CustomerGroup(name=_checked_name(name)))


def update_customer_group(
    *, group_id: UUID, name: str | None = None, version: int | None = None, actor: Actor
) -> CustomerGroup:
    """Rename a group. Raises NotFound, Conflict, Required, InvalidInput, NotUnique or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_CUSTOMERS)
    checked = None if name is None else _checked_name(name)
    with transaction.atomic():
        group = _locked(group_id, version)
        group.name = group.name if checked is None else checked
        group.version += 1
        return _saved(group)


def delete_customer_group(*, group_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a group; its customers stay. Raises NotFound, Conflict or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_CUSTOMERS)
    with transaction.atomic():
        _locked(group_id, version).delete()


def assign_customers(
    *, group_id: UUID, add: Collection[UUID], remove: Collection[UUID], version: int | None = None, actor: Actor
) -> CustomerGroup:
    """Take customers into a group and out of it; who is in it, or not in it, already is passed over.

    Raises NotFound (path `id`, or `add` and the place in it), InvalidInput for more than MOST_AT_ONCE, Conflict or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_CUSTOMERS)
    for field, ids in (("add", add), ("remove", remove)):
        if len(ids) > MOST_AT_ONCE:
            raise InvalidInput(f"At most {MOST_AT_ONCE} customers at once.", path=(field,))
    with transaction.atomic():
        group = _locked(group_id, version)
        # In one order, so that nobody who is deleted or taken in elsewhere meanwhile waits for us in a circle.
        found = User.objects.filter(id__in=add, is_staff=False).order_by("id")
        known = set(found.select_for_update(no_key=True).values_list("id", flat=True))
        missing: list[CommerceError] = [
            NotFound("There is no such customer.", path=("add", str(place)))
            for place, key in enumerate(add)
            if key not in known
        ]
        if missing:
            raise Rejected(missing)
        group.members.filter(customer_id__in=remove).delete()
        members = [CustomerGroupMember(group=group, customer_id=key) for key in sorted(known)]
        CustomerGroupMember.objects.bulk_create(members, ignore_conflicts=True)
        group.version += 1
        group.save(update_fields=["version", "updated_at"])
    return group


def _locked(group_id: UUID, version: int | None) -> CustomerGroup:
    group = CustomerGroup.objects.select_for_update(no_key=True).filter(id=group_id).first()
    if group is None:
        raise NotFound("There is no such group of customers.", path=("id",))
    if version is not None and group.version != version:
        raise Conflict("Somebody else has changed it since you read it.", path=("version",))
    return group


def _checked_name(name: str) -> str:
    require_text(name, _LONGEST_NAME, path=("name",))
    if not name.strip():
        raise Required("A group has a name.", path=("name",))
    return name.strip()


def _saved(group: CustomerGroup) -> CustomerGroup:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise NotUnique("Another group has this name.", path=("name",)) from None
    return group
