"""How much of a cart is paid for, by the payment that counts."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.checkout.models import Checkout
from commerce.payments.models import PaymentAttempt
from commerce.payments.queries import live_payments
from schema.context import RequestContext


def load_secured(checkouts: Sequence[Checkout], context: RequestContext) -> list[int]:
    """Authorized or charged, in minor units."""
    return [max(a.authorized_amount, _kept(a)) if a else 0 for a in _payments(checkouts)]


def load_charged(checkouts: Sequence[Checkout], context: RequestContext) -> list[int]:
    """Charged and kept, in minor units."""
    return [_kept(a) if a else 0 for a in _payments(checkouts)]


def _payments(checkouts: Sequence[Checkout]) -> list[PaymentAttempt | None]:
    found = live_payments([checkout.id for checkout in checkouts])
    return [found.get(checkout.id) for checkout in checkouts]


def _kept(attempt: PaymentAttempt) -> int:
    return attempt.charged_amount - attempt.refunded_amount
