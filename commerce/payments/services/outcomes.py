"""Taking note of what became of a call. Late, repeated and contradicting news change nothing that is better known."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.utils import timezone

from commerce.core.writes import Writes
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.provider import Outcome
from commerce.payments.services.ledger import save_and_tell, write_down
from commerce.payments.services.reversal import queue_reversal
from commerce.payments.states import PAID, AttemptState, may_move

logger = logging.getLogger(__name__)


def record_outcome(
    attempt: PaymentAttempt,
    outcome: Outcome,
    writes: Writes | None = None,
    lines: Sequence[PaymentEvent] | None = None,
) -> bool:
    """Move a locked attempt to where the gateway says that it stands; whether it moved. It is saved with `writes`.

    `lines` are all that its account has, if they were read since it was locked.

    Money that arrives for an attempt that was given up, or that the shopper was told had failed, is queued to be given
    back in this same transaction.
    """
    current, to = AttemptState(attempt.state), AttemptState(outcome.status.value)
    if outcome.amount.currency != attempt.currency:
        logger.error(
            "payment %s: the gateway speaks of %s, not %s", attempt.id, outcome.amount.currency, attempt.currency
        )
        return record_unknown(attempt, "The gateway answered in another currency.", writes, lines)
    if not may_move(current, to):
        return False
    attempt.state = to.value
    attempt.reference = outcome.reference or attempt.reference
    attempt.message = outcome.message[:500]
    attempt.client_data = dict(outcome.client_data) if outcome.client_data is not None else None
    attempt.lease_until = None
    moved = outcome.amount.amount if to in PAID else 0
    if to is AttemptState.CHARGED:  # all that was ever charged: captures are counted already
        moved = max(0, moved - attempt.charged_amount)
    write_down(
        attempt,
        to,
        reference=outcome.reference,
        sequence=attempt.calls,
        amount=moved,
        message=outcome.message,
        lines=lines,
        writes=writes,
    )
    if to in PAID and current in (AttemptState.DECLINED, AttemptState.VOIDED) and attempt.abandoned_at is None:
        attempt.abandoned_at = timezone.now()
    save_and_tell(attempt, writes)
    if attempt.abandoned_at is not None:
        queue_reversal(attempt)
    return True


def record_unknown(
    attempt: PaymentAttempt,
    message: str,
    writes: Writes | None = None,
    lines: Sequence[PaymentEvent] | None = None,
) -> bool:
    """Say of a locked attempt that only the gateway can tell what became of its call; whether that is news.

    With `writes` and `lines` as `record_outcome`.
    """
    if not may_move(AttemptState(attempt.state), AttemptState.UNKNOWN):
        return False
    attempt.state, attempt.message, attempt.lease_until = AttemptState.UNKNOWN.value, message[:500], None
    write_down(
        attempt,
        AttemptState.UNKNOWN,
        reference="",
        sequence=attempt.calls,
        amount=0,
        message=message,
        lines=lines,
        writes=writes,
    )
    save_and_tell(attempt, writes)
    return True
