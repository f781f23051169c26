"""Whose cart it is."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout.details import give_to
from commerce.checkout.editing import editing
from commerce.checkout.errors import CheckoutNotFound, SignInRequired
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor


def attach_customer(*, checkout_id: UUID, actor: Actor) -> Checkout:
    """Make a guest's cart the caller's own; from then on only they can use it. Their e-mail is put in if there is none.

    Raises SignInRequired, and what `editing` raises: somebody else's cart is not found.
    """
    if actor.user_id is None:
        raise SignInRequired("Sign in to have a cart of your own.", path=("id",))
    with editing(checkout_id, actor=actor) as edit:
        if edit.checkout.user_id not in (None, actor.user_id):
            raise CheckoutNotFound("There is no such cart.", path=("id",))
        give_to(edit, actor)
    return edit.checkout


def detach_customer(*, checkout_id: UUID, actor: Actor) -> Checkout:
    """Make a customer's cart one for whoever knows its id. Raises SignInRequired, and what `editing` raises."""
    if actor.user_id is None:
        raise SignInRequired("Only its customer can let go of a cart.", path=("id",))
    with editing(checkout_id, actor=actor) as edit:
        edit.set(user=None)
    return edit.checkout
