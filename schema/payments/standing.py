"""How much of a cart is paid for, by the payment that counts."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.checkout.models import Checkout
from commerce.payments.models import PaymentAttempt
from commerce.payments.queries import live_payments
from schema.context import RequestContext


def load_secured(checkouts: Sequence[Checkout], context: RequestContext) -> list[int]:
    """Authorized or charged, in minor units."""
    return [max(a.authorized_amount, _kept(a)) if a else 0 for a in _payments(checkouts, context)]


def load_charged(checkouts: Sequence[Checkout], context: RequestContext) -> list[int]:
    """Charged and kept, in minor units."""
    return [_kept(a) if a else 0 for a in _payments(checkouts, context)]


def _payments(checkouts: Sequence[Checkout], context: RequestContext) -> list[PaymentAttempt | None]:
    """The payment of each cart that counts, asked for once for the level."""

    def look_up(members: Sequence[Checkout]) -> list[PaymentAttempt | None]:
        found = live_payments([member.id for member in members])
        return [found.get(member.id) for member in members]

    return [context.levels.answer(checkout, "payment", look_up) for checkout in checkouts]


def _kept(attempt: PaymentAttempt) -> int:
    return attempt.charged_amount - attempt.refunded_amount
