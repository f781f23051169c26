"""What happened to the shop's customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commerce.accounts.models import User
from commerce.events.emit import emit

AGGREGATE = "customer"


@dataclass(frozen=True, slots=True)
class _CustomerEvent:
    customer_id: UUID
    email: str
    first_name: str
    last_name: str
    language_code: str
    is_active: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class CustomerCreated(_CustomerEvent):
    """Somebody registered."""

    type: ClassVar[str] = "customer.created"


@dataclass(frozen=True, slots=True)
class CustomerUpdated(_CustomerEvent):
    """The account changed: its name, its addresses, its password, or whether it is open."""

    type: ClassVar[str] = "customer.updated"


def announce_created(user: User, *, channel: str | None) -> None:
    """Emit CustomerCreated in the current transaction. `channel` is a slug."""
    _announce(CustomerCreated, user, channel)


def announce_updated(user: User) -> None:
    """Count `user.version` up and emit CustomerUpdated. The caller holds the row's lock in this transaction.

    Partners follow customers; what happens to the shop's own staff is not told to them.
    """
    user.version += 1
    user.save(update_fields=["version", "updated_at"])
    if not user.is_staff:
        _announce(CustomerUpdated, user, None)


def _announce(event: type[CustomerCreated] | type[CustomerUpdated], user: User, channel: str | None) -> None:
    fact = event(
        customer_id=user.id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        language_code=user.language_code,
        is_active=user.is_active,
        is_confirmed=user.is_confirmed,
    )
    emit(fact, aggregate=(AGGREGATE, user.id), sequence=user.version, channel=channel)
