"""The shopper has seen what there is to know."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout.editing import editing
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.notices import is_repriced
from commerce.checkout.quote import quote
from commerce.core.actor import Actor


def dismiss_warnings(*, checkout_id: UUID, actor: Actor) -> Checkout:
    """Forget what a cart warns of: its notices, and what its lines cost before. Raises what `editing` raises."""
    with editing(checkout_id, actor=actor) as edit:
        changed = []
        for priced in quote(edit.checkout).lines:
            if is_repriced(priced):
                priced.line.last_price_amount = priced.offered
                changed.append(priced.line)
        CheckoutLine.objects.bulk_update(changed, ["last_price_amount"])
        edit.set(notices=[])
    return edit.checkout
