"""Everything in one call."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout import lines as cart
from commerce.checkout.code_throttle import CodeAttempt
from commerce.checkout.deliveries import delivery_for
from commerce.checkout.details import put_address, put_email, put_gift, put_language, put_note
from commerce.checkout.editing import editing
from commerce.checkout.inputs import CheckoutChanges
from commerce.checkout.models import Checkout
from commerce.checkout.promo_codes import give_codes, take_codes
from commerce.core.actor import Actor
from commerce.core.metadata import with_metadata


def update_checkout(*, checkout_id: UUID, changes: CheckoutChanges, ip: str = "", actor: Actor) -> Checkout:
    """Apply all of `changes`, or none: the whole cart page in one call, saved as one version.

    Raises what the single verbs raise, lines at ("update_lines", ...) and ("add_lines", ...), the delivery at
    ("delivery_method_id",), codes at ("remove_promo_codes", ...) and ("promo_codes", ...). `ip` is who tries codes.
    """
    with editing(checkout_id, named=changes.delivery_id, actor=actor) as edit:
        if changes.email is not None:
            put_email(edit, changes.email)
        if changes.language_code is not None:
            put_language(edit, changes.language_code)
        if changes.customer_note is not None:
            put_note(edit, changes.customer_note)
        if changes.is_gift is not None or changes.gift_message is not None:
            put_gift(edit, changes.is_gift, changes.gift_message)
        if changes.shipping_address is not None:
            put_address(edit, "shipping", changes.shipping_address)
        if changes.billing_address is not None:
            put_address(edit, "billing", changes.billing_address)
        if changes.remove_line_ids:
            cart.remove(edit, changes.remove_line_ids, field="remove_line_ids")
        if changes.update_lines:
            cart.update(edit, changes.update_lines, field="update_lines")
        if changes.add_lines:
            cart.add(edit, changes.add_lines, field="add_lines")
        if changes.metadata:
            edit.set(metadata=with_metadata(edit.checkout.metadata, changes.metadata, path=("metadata",)))
        if changes.delivery_id is not None:
            edit.set(delivery=delivery_for(edit, changes.delivery_id))
        if changes.remove_promo_codes:
            take_codes(edit, changes.remove_promo_codes, field="remove_promo_codes")
        if changes.promo_codes:
            attempt = CodeAttempt(checkout_id=edit.checkout.id, ip=ip)
            give_codes(edit, changes.promo_codes, attempt=attempt, field="promo_codes")
    return edit.checkout
