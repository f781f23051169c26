"""How much of a cart is paid for, by the payment that counts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

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
    """The payment of each cart that counts, asked for once in a request."""

    def look_up(missing: list[UUID]) -> dict[UUID, PaymentAttempt | None]:
        payments = live_payments(missing)
        return {key: payments.get(key) for key in missing}

    found = context.known("payments", [checkout.id for checkout in checkouts], look_up)
    return [found[checkout.id] for checkout in checkouts]


def _kept(attempt: PaymentAttempt) -> int:
    return attempt.charged_amount - attempt.refunded_amount
