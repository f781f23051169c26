"""Captures, voids and refunds: queued by the transaction that needs them, carried out by a sweeper."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from commerce.core.money import Money
from commerce.events.emit import emit
from commerce.payments.crash import crash_point
from commerce.payments.errors import AmountTooLarge, GatewayNotFound
from commerce.payments.events import PaymentOperationFailed
from commerce.payments.gateways import gateway_by_id
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.provider import GatewayBusy, Outcome, OutcomeUnknown, PaymentGateway, Status
from commerce.payments.queries import capturable, refundable
from commerce.payments.services.attempts import LEASE, lock_attempt
from commerce.payments.services.ledger import save_and_tell, write_down
from commerce.payments.services.outcomes import record_outcome
from commerce.payments.services.reversal import queue_operation, queue_reversal
from commerce.payments.states import AttemptState, may_move

Kind = PaymentOperation.Kind

BACKOFF_SECONDS: Final = (2, 5, 15, 60, 300, 900, 3600)
_DONE_AS: Final = {
    Kind.CAPTURE: (Status.CHARGED, AttemptState.CHARGED),
    Kind.VOID: (Status.VOIDED, AttemptState.VOIDED),
    Kind.REFUND: (Status.REFUNDED, AttemptState.REFUNDED),
}

logger = logging.getLogger(__name__)


def capture_payment(*, attempt_id: UUID, amount: int) -> PaymentOperation:
    """Queue a capture of `amount` minor units, in the caller's transaction. Raises AttemptNotFound, AmountTooLarge."""
    attempt = lock_attempt(attempt_id)
    return _queue_checked(attempt, Kind.CAPTURE, amount, capturable(attempt))


def refund_payment(*, attempt_id: UUID, amount: int) -> PaymentOperation:
    """Queue a refund of `amount` minor units. Raises AttemptNotFound or AmountTooLarge. In the caller's transaction.

    What other queued refunds will give back is counted, under the attempt's lock: two at once never exceed the charge.
    """
    attempt = lock_attempt(attempt_id)
    return _queue_checked(attempt, Kind.REFUND, amount, refundable(attempt))


def run_due_operations(limit: int = 50) -> int:
    """Carry out what is due; how many were tried. Run it every second or two; any number may run at once."""
    tried = 0
    while tried < limit and (operation := _claim()) is not None:
        _carry_out(operation)
        tried += 1
    return tried


def _queue_checked(attempt: PaymentAttempt, kind: Kind, amount: int, available: int) -> PaymentOperation:
    if not 0 < amount <= available:
        raise AmountTooLarge(
            f"{Money(available, attempt.currency).decimal} {attempt.currency} are left.",
            path=("amount",),
            available=available,
        )
    return queue_operation(attempt, kind, amount)


def _claim() -> PaymentOperation | None:
    with transaction.atomic(durable=True):
        free = Q(lease_until=None) | Q(lease_until__lt=Now())
        due = PaymentOperation.objects.filter(
            free, status=PaymentOperation.Status.PENDING, next_try_at__lte=Now()
        ).select_for_update(skip_locked=True, no_key=True)
        operation = due.order_by("next_try_at").first()
        if operation is None:
            return None
        operation.tries += 1
        PaymentOperation.objects.filter(id=operation.id).update(lease_until=Now() + LEASE, tries=operation.tries)
        operation.attempt = PaymentAttempt.objects.get(id=operation.attempt_id)
        return operation


def _carry_out(operation: PaymentOperation) -> None:
    """One call, outside any transaction, then one transaction for its outcome."""
    crash_point(f"before_{operation.kind}")
    truth: Outcome | None = None
    try:
        gateway = gateway_by_id(operation.attempt.gateway)
        outcome = _call(gateway, operation)
        wanted, _ = _DONE_AS[Kind(operation.kind)]
        if outcome.status not in (wanted, Status.PENDING) or _has_news(operation):
            truth = gateway.fetch(operation.attempt.key)
    except (OutcomeUnknown, GatewayBusy, GatewayNotFound) as error:
        _put_off(operation, str(error))
        return
    crash_point(f"after_{operation.kind}")
    if outcome.status is Status.PENDING:
        _put_off(operation, outcome.message)
        return
    with transaction.atomic(durable=True):
        attempt = lock_attempt(operation.attempt_id)
        if outcome.status is wanted and truth is None and _has_news(operation):
            _put_off(operation, "The gateway has told of it meanwhile: it is asked how much that was.")
        elif outcome.status is wanted:
            _succeed(attempt, operation, outcome, truth)
        else:
            _fail(attempt, operation, outcome, truth)


def _call(gateway: PaymentGateway, operation: PaymentOperation) -> Outcome:
    attempt = operation.attempt
    amount = Money(operation.amount, attempt.currency)
    match Kind(operation.kind):
        case Kind.CAPTURE:
            return gateway.capture(attempt.reference, amount, key=operation.key)
        case Kind.VOID:
            return gateway.void(attempt.reference, key=operation.key)
        case Kind.REFUND:
            return gateway.refund(attempt.reference, amount, key=operation.key)


def _has_news(operation: PaymentOperation) -> bool:
    """Whether a capture may be counted already, in what the gateway has said of the payment as a whole.

    Such lines of the ledger carry the number of our call, those of operations 0.
    """
    news = operation.attempt.events.filter(type=AttemptState.CHARGED.value, sequence__gt=0)
    return operation.kind == Kind.CAPTURE and news.exists()


def _succeed(attempt: PaymentAttempt, operation: PaymentOperation, outcome: Outcome, truth: Outcome | None) -> None:
    _, done_as = _DONE_AS[Kind(operation.kind)]
    amount = operation.amount if done_as is AttemptState.VOIDED else outcome.amount.amount
    if truth is not None and done_as is AttemptState.CHARGED:
        amount = max(0, truth.amount.amount - attempt.charged_amount)
    write_down(attempt, done_as, reference=operation.key, sequence=0, amount=amount, message=outcome.message)
    complete = done_as is not AttemptState.REFUNDED or attempt.refunded_amount >= attempt.charged_amount
    if complete and may_move(AttemptState(attempt.state), done_as):
        attempt.state = done_as.value
    save_and_tell(attempt)
    _close(operation, PaymentOperation.Status.DONE, outcome.message)
    if attempt.abandoned_at is not None and done_as is AttemptState.CHARGED:
        queue_reversal(attempt)


def _fail(attempt: PaymentAttempt, operation: PaymentOperation, outcome: Outcome, truth: Outcome | None) -> None:
    """The gateway refused for good. A void that came too late becomes a refund of what was charged meanwhile."""
    _close(operation, PaymentOperation.Status.FAILED, outcome.message)
    if truth is not None:
        record_outcome(attempt, truth)
    if operation.kind == Kind.VOID and attempt.state in (AttemptState.CHARGED, AttemptState.DECLINED):
        if attempt.abandoned_at is not None or attempt.order_id is not None:
            queue_reversal(attempt)
        return
    logger.error("payment %s: %s refused: %s", attempt.id, operation.kind, outcome.message)
    emit(
        PaymentOperationFailed(
            payment_id=attempt.id,
            order_id=attempt.order_id,
            kind=operation.kind,
            amount=operation.amount,
            currency=attempt.currency,
            message=outcome.message,
        ),
        aggregate=("payment", attempt.id),
        sequence=attempt.version,
    )


def _close(operation: PaymentOperation, status: str, message: str) -> None:
    PaymentOperation.objects.filter(id=operation.id).update(
        status=status, message=message[:500], lease_until=None, updated_at=Now()
    )


def _put_off(operation: PaymentOperation, message: str) -> None:
    """The same key is used again: a gateway that has done it already does it no second time."""
    wait = BACKOFF_SECONDS[min(operation.tries, len(BACKOFF_SECONDS)) - 1]
    PaymentOperation.objects.filter(id=operation.id).update(
        next_try_at=timezone.now() + timedelta(seconds=wait), lease_until=None, message=message[:500], updated_at=Now()
    )
