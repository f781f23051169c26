"""Reads of accounts, already narrowed to what the actor may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from commerce.accounts.models import Address, CustomerGroup, User
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.text import is_storable


def user_of(actor: Actor) -> User | None:
    """The account that the actor is signed in with."""
    return User.objects.filter(id=actor.user_id).first() if actor.user_id is not None else None


def visible_users(actor: Actor) -> QuerySet[User]:
    """Oneself; customers with MANAGE_CUSTOMERS; staff with MANAGE_STAFF."""
    seen = Q(id=actor.user_id) if actor.user_id is not None else Q(pk__in=())
    if actor.has(Permission.MANAGE_CUSTOMERS):
        seen |= Q(is_staff=False)
    if actor.has(Permission.MANAGE_STAFF):
        seen |= Q(is_staff=True)
    return User.objects.filter(seen)


def own_addresses(actor: Actor) -> QuerySet[Address]:
    """The actor's address book, oldest first. Nobody else's, whatever permission the actor holds."""
    if actor.user_id is None:
        return Address.objects.none()
    return Address.objects.filter(user=actor.user_id).order_by("created_at", "id")


def own_address(address_id: UUID, actor: Actor) -> Address | None:
    """One address of the actor's own book; None for anybody else's and for none at all."""
    return own_addresses(actor).filter(id=address_id).first()


def search_customers(text: str | None, *, actor: Actor) -> QuerySet[User]:
    """Customers whose e-mail address or name holds `text`. Raises PermissionDenied without MANAGE_CUSTOMERS."""
    actor.require(Permission.MANAGE_CUSTOMERS)
    found = User.objects.filter(is_staff=False)
    if text and is_storable(text):
        found = found.filter(Q(email__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text))
    return found


def customer_groups(*, actor: Actor) -> QuerySet[CustomerGroup]:
    """All groups of customers. Raises PermissionDenied without MANAGE_CUSTOMERS."""
    actor.require(Permission.MANAGE_CUSTOMERS)
    return CustomerGroup.objects.all()
