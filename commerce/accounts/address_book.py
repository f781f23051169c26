"""A customer's address book. Everybody writes in their own only."""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.accounts.addresses import STRICT, AddressData, AddressRules, save_address_copy, validate_address
from commerce.accounts.addresses import write_address as write
from commerce.accounts.errors import AddressBookFull
from commerce.accounts.events import announce_updated
from commerce.accounts.models import Address, User
from commerce.accounts.own_account import lock_own_account
from commerce.core.actor import Actor
from commerce.core.errors import NotFound

MOST_ADDRESSES: Final = 100
"""So many addresses fit into one book."""


class AddressType(StrEnum):
    """What an address is the customer's usual one for."""

    BILLING = "billing"
    SHIPPING = "shipping"


def create_address(
    *, data: AddressData, type: AddressType | None = None, rules: AddressRules = STRICT, actor: Actor
) -> Address:
    """Add an address; with `type` it becomes the default for that.

    Raises PermissionDenied for who is not signed in, Rejected for the address, AddressBookFull at 100 addresses.
    """
    data = validate_address(data, rules)
    with transaction.atomic():
        user = lock_own_account(actor)
        if user.addresses.count() >= MOST_ADDRESSES:
            raise AddressBookFull(f"An address book holds {MOST_ADDRESSES} addresses.", limit=MOST_ADDRESSES)
        address = save_address_copy(data, user=user)
        if type is not None:
            _make_default(user, address, type)
        announce_updated(user)
    return address


def keep_address(*, data: AddressData, user_id: UUID) -> None:
    """Put a validated address into a customer's book unless the very same is in it, or it is full.

    For a checkout whose shopper asked for it; in the caller's transaction. It becomes the default where there is none.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(id=user_id)
        values = {name: getattr(data, name) for name in _COMPARED}
        if user.addresses.filter(**values).exists() or user.addresses.count() >= MOST_ADDRESSES:
            return
        address = save_address_copy(data, user=user)
        if user.default_shipping_address_id is None:
            _make_default(user, address, AddressType.SHIPPING)
        if user.default_billing_address_id is None:
            _make_default(user, address, AddressType.BILLING)
        announce_updated(user)


def update_address(*, address_id: UUID, data: AddressData, rules: AddressRules = STRICT, actor: Actor) -> Address:
    """Overwrite one of the actor's addresses. Raises PermissionDenied, NotFound, Rejected."""
    data = validate_address(data, rules)
    with transaction.atomic():
        user = lock_own_account(actor)
        address = _own(user, address_id)
        write(address, data)
        announce_updated(user)
    return address


def delete_address(*, address_id: UUID, actor: Actor) -> Address:
    """Remove one of the actor's addresses and return what it was. Raises PermissionDenied, NotFound."""
    with transaction.atomic():
        user = lock_own_account(actor)
        address = _own(user, address_id)
        Address.objects.filter(id=address_id).delete()
        user.refresh_from_db()  # its defaults may have gone with it
        announce_updated(user)
    return address


def set_default_address(*, address_id: UUID, type: AddressType, actor: Actor) -> User:
    """Make one of the actor's addresses the default for shipping or billing. Raises PermissionDenied, NotFound."""
    with transaction.atomic():
        user = lock_own_account(actor)
        _make_default(user, _own(user, address_id), type)
        announce_updated(user)
    return user


_COMPARED: Final = tuple(name for name in AddressData.__dataclass_fields__ if name != "metadata")


def _own(user: User, address_id: UUID) -> Address:
    address = user.addresses.filter(id=address_id).first()
    if address is None:
        raise NotFound("There is no such address.", path=("id",))
    return address


def _make_default(user: User, address: Address, type: AddressType) -> None:
    if type is AddressType.SHIPPING:
        user.default_shipping_address = address
    else:
        user.default_billing_address = address
    user.save(update_fields=["default_shipping_address", "default_billing_address", "updated_at"])
