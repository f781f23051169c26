"""Whose cart it is. A cart without a customer belongs to whoever knows its id, which nobody can guess."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from commerce.checkout.errors import CheckoutNotFound
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor
from commerce.core.permission import Permission


def find_checkout(checkout_id: UUID, *, actor: Actor) -> Checkout:
    """The cart, with its channel loaded; for the id of a guest's cart that was merged, the one that has its lines.

    Raises CheckoutNotFound for a missing one and for another customer's.
    """
    return _allowed(_by_id(checkout_id).first(), actor)


def lock_checkout(checkout_id: UUID, *, actor: Actor) -> Checkout:
    """`find_checkout`, locked until the end of the transaction. The first lock of every verb that takes several."""
    while True:
        locked = _by_id(checkout_id).select_for_update(of=("self",), no_key=True).first()
        if locked is None or locked.merged_into_id is None:
            return _allowed(locked, actor)
        checkout_id = locked.merged_into_id  # it was merged while this transaction waited for it


def may_use(checkout: Checkout, actor: Actor) -> bool:
    """Whether this actor may see and change the cart at all."""
    if checkout.user_id is None or checkout.user_id == actor.user_id:
        return True
    return actor.has(Permission.MANAGE_CHECKOUTS, checkout.channel_id)


def _allowed(checkout: Checkout | None, actor: Actor) -> Checkout:
    if checkout is None or not may_use(checkout, actor):
        raise CheckoutNotFound("There is no such cart.", path=("id",))
    return checkout


def _by_id(checkout_id: UUID) -> QuerySet[Checkout]:
    successor = Checkout.objects.filter(id=checkout_id).values(found=Coalesce(F("merged_into_id"), F("id")))
    return Checkout.objects.filter(id=successor[:1]).select_related("channel")
