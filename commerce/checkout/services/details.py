"""Who buys, and where it goes."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout.details import put_address, put_email, put_language
from commerce.checkout.editing import editing
from commerce.checkout.inputs import NewAddress
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor


def set_email(*, checkout_id: UUID, email: str, actor: Actor) -> Checkout:
    """Set where the confirmation goes. Raises Required or InvalidInput, and what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        put_email(edit, email)
    return edit.checkout


def set_language(*, checkout_id: UUID, language_code: str, actor: Actor) -> Checkout:
    """Set the language of the shopper. Raises InvalidInput, and what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        put_language(edit, language_code)
    return edit.checkout


def set_shipping_address(*, checkout_id: UUID, address: NewAddress, actor: Actor) -> Checkout:
    """Set where the goods go, as a copy. A chosen delivery that does not go there becomes a problem of the cart.

    Raises Rejected with a fault for each bad field, e.g. at ("shipping_address", "postal_code"), and what `editing`
    raises.
    """
    with editing(checkout_id, actor=actor) as edit:
        put_address(edit, "shipping", address)
    return edit.checkout


def set_billing_address(*, checkout_id: UUID, address: NewAddress, actor: Actor) -> Checkout:
    """Set whom the invoice is for, as a copy. Raises what `set_shipping_address` does."""
    with editing(checkout_id, actor=actor) as edit:
        put_address(edit, "billing", address)
    return edit.checkout
