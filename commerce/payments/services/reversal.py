"""Queueing what undoes a payment, in the transaction that decides so."""

from __future__ import annotations

from django.utils import timezone

from commerce.core.ids import uuid7
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.queries import refundable
from commerce.payments.states import AttemptState

Kind = PaymentOperation.Kind


def queue_reversal(attempt: PaymentAttempt) -> PaymentOperation | None:
    """Queue whatever gives all the money of a locked attempt back: a refund if charged, a void if it may yet be.

    Nothing is queued twice. An attempt that ended without money needs nothing; one whose call is still under way gets
    its reversal when the outcome is recorded.
    """
    if attempt.state == AttemptState.CHARGED:
        left = refundable(attempt)
        return queue_operation(attempt, Kind.REFUND, left) if left > 0 else None
    if attempt.state in (AttemptState.AUTHORIZED, AttemptState.ACTION_REQUIRED, AttemptState.PENDING):
        if attempt.operations.filter(kind=Kind.VOID, status=PaymentOperation.Status.PENDING).exists():
            return None
        return queue_operation(attempt, Kind.VOID, attempt.authorized_amount)
    return None


def queue_operation(attempt: PaymentAttempt, kind: Kind, amount: int) -> PaymentOperation:
    """Leave work for the sweeper. The key stays the same however often it is tried."""
    operation_id = uuid7()
    return PaymentOperation.objects.create(
        id=operation_id,
        attempt=attempt,
        kind=kind,
        amount=amount,
        key=f"handcart-{kind}-{operation_id}",
        next_try_at=timezone.now(),
    )
