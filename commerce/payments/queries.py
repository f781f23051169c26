"""How payments stand."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Sum

from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.states import LIVE_VALUES

Kind = PaymentOperation.Kind


def live_payments(checkout_ids: Collection[UUID]) -> dict[UUID, PaymentAttempt]:
    """The payment of each checkout that counts, by the checkout's id; nothing for a checkout without one."""
    live = PaymentAttempt.objects.filter(checkout_id__in=checkout_ids, abandoned_at=None, state__in=LIVE_VALUES)
    return {attempt.checkout_id: attempt for attempt in live}


def pending(attempt: PaymentAttempt, kind: Kind) -> int:
    """Minor units that queued operations of this kind are going to move."""
    queued = attempt.operations.filter(kind=kind, status=PaymentOperation.Status.PENDING)
    return queued.aggregate(units=Sum("amount"))["units"] or 0


def refundable(attempt: PaymentAttempt) -> int:
    """Minor units that are charged, and neither refunded nor about to be."""
    return attempt.charged_amount - attempt.refunded_amount - pending(attempt, Kind.REFUND)


def capturable(attempt: PaymentAttempt) -> int:
    """Minor units that are authorized, and neither charged nor about to be."""
    return attempt.authorized_amount - attempt.charged_amount - pending(attempt, Kind.CAPTURE)
