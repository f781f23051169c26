"""Giving a cart a code, and taking it away."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout import promo_codes
from commerce.checkout.code_throttle import CodeAttempt
from commerce.checkout.editing import editing
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor


def add_promo_code(*, checkout_id: UUID, code: str, ip: str = "", actor: Actor) -> Checkout:
    """Put a code into a cart. Raises what `give_code` raises at ("promo_code",), and what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        attempt = CodeAttempt(checkout_id=edit.checkout.id, ip=ip)
        promo_codes.give_code(edit, code, attempt=attempt, path=("promo_code",))
    return edit.checkout


def remove_promo_code(*, checkout_id: UUID, code: str, actor: Actor) -> Checkout:
    """Take a code out of a cart. Raises NotFound at ("promo_code",), and what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        promo_codes.take_code(edit, code, path=("promo_code",))
    return edit.checkout


def remove_gift_card(*, checkout_id: UUID, card_id: UUID, actor: Actor) -> Checkout:
    """Take a gift card out of a cart by its id. Raises NotFound at ("promo_code_id",), and what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        promo_codes.take_card_by_id(edit, card_id, path=("promo_code_id",))
    return edit.checkout


def remove_promo_code_by_id(*, checkout_id: UUID, code_id: UUID, actor: Actor) -> Checkout:
    """`remove_promo_code` by the code's id, at ("promo_code_id",)."""
    with editing(checkout_id, actor=actor) as edit:
        promo_codes.take_code_by_id(edit, code_id, path=("promo_code_id",))
    return edit.checkout
