"""Who buys, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from commerce.checkout.access import lock_checkout
from commerce.checkout.details import put_address, put_email, put_language
from commerce.checkout.editing import editing, require_open
from commerce.checkout.inputs import NewAddress
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor
from commerce.core.metadata import with_metadata
from commerce.core.permission import Permission


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


def update_metadata(*, checkout_id: UUID, metadata: Mapping[str, str], private: bool = False, actor: Actor) -> Checkout:
    """Add or replace entries of a cart's metadata, also while a payment is under way.

    Raises CheckoutNotFound, CheckoutCompleted, Required or InvalidInput, and PermissionDenied for private data
    without MANAGE_CHECKOUTS.
    """
    with transaction.atomic():
        checkout = lock_checkout(checkout_id, actor=actor)
        require_open(checkout)
        column = "private_metadata" if private else "metadata"
        if private:
            actor.require(Permission.MANAGE_CHECKOUTS, checkout.channel_id)
        setattr(checkout, column, with_metadata(getattr(checkout, column), metadata, path=("input",)))
        # The version stays: it says what a payment under way was shown, and metadata is no part of that.
        checkout.save(update_fields=[column, "updated_at"])
    return checkout
