"""Another gift, or none."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout import gift_choices
from commerce.checkout.editing import editing
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor


def choose_gift(*, checkout_id: UUID, promotion_id: UUID, variant_id: UUID | None, actor: Actor) -> Checkout:
    """Take this variant of what a promotion gives the cart; None takes its gift out.

    Raises GiftNotFound, OutOfStock, and what `editing` raises.
    """
    with editing(checkout_id, actor=actor) as edit:
        gift_choices.choose_gift(edit, promotion_id, variant_id)
    return edit.checkout
