"""Tries to pay: opening one, waiting for one, giving one up. Every verb that writes wants the checkout's row locked."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from commerce.core.ids import uuid7
from commerce.core.money import Money
from commerce.core.records import Records, fresh, insert_together
from commerce.core.writes import Writes
from commerce.inventory.services import release_reservations
from commerce.payments.errors import AlreadyProcessed, AttemptNotFound, PaymentInProgress
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.provider import DEADLINE_SECONDS
from commerce.payments.services.reversal import queue_reversal
from commerce.payments.states import IN_FLIGHT, LIVE_VALUES, PAID, AttemptState

LEASE: Final = timedelta(seconds=DEADLINE_SECONDS + 10)
"""How long a claimant may be calling. After that it has crashed, and only the gateway knows what became of the call."""
WAIT_SECONDS: Final = 5.0
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25

_FOUND: Final = Records("payment_attempt_by_id", PaymentAttempt, "WHERE it.id = $1", "uuid")
LOCKED: Final = Records("payment_attempt_locked", PaymentAttempt, "WHERE it.id = $1 FOR NO KEY UPDATE", "uuid")
LIVE_ATTEMPTS: Final = Records(
    "payment_attempt_live",
    PaymentAttempt,
    "WHERE it.checkout_id = $1 AND it.abandoned_at IS NULL AND it.state = ANY($2) FOR NO KEY UPDATE",
    "uuid",
    "text[]",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """An attempt, and whether this caller is the one who calls the gateway."""

    attempt: PaymentAttempt
    mine: bool


def open_attempts(checkout_id: UUID) -> list[PaymentAttempt]:
    """The attempts of a checkout that may still become, or already are, its payment: none or one."""
    return list(PaymentAttempt.objects.filter(checkout_id=checkout_id, abandoned_at=None, state__in=LIVE_VALUES))


def live_attempt(checkout_id: UUID) -> PaymentAttempt | None:
    """`open_attempts`, locked."""
    return LIVE_ATTEMPTS.first(str(checkout_id), list(LIVE_VALUES))


def found_locked(attempts: Sequence[PaymentAttempt]) -> PaymentAttempt:
    """The one that was to be locked. Raises AttemptNotFound without any."""
    if not attempts:
        raise AttemptNotFound("There is no such payment.", path=("id",))
    return attempts[0]


def lock_attempt(attempt_id: UUID) -> PaymentAttempt:
    """The attempt, locked. Raises AttemptNotFound."""
    return found_locked(LOCKED.all(str(attempt_id)))


def open_attempt(
    *,
    checkout_id: UUID,
    gateway: str,
    action: str,
    amount: Money,
    frozen: Mapping[str, Any],
    live: PaymentAttempt | None,
    writes: Writes | None = None,
) -> Opened:
    """Open an attempt for `amount`, or return the one that is live, so that nobody is charged twice.

    A new one is written with `writes`, if there are any, else at once.

    `live` is what `live_attempt` has said in this transaction, which holds the checkout's row. One of another amount,
    or one that waits for the shopper, is given up first: its void or refund is queued in this transaction. One whose
    outcome nobody knows yet is returned whatever its amount: the caller has to wait for it.
    """
    if live is not None:
        same = (live.amount, live.currency) == (amount.amount, amount.currency)
        if live.state in IN_FLIGHT or (live.state in PAID and same):
            return Opened(live, mine=False)
        abandon(live)
    now = timezone.now()
    attempt_id = uuid7()
    attempt = fresh(
        PaymentAttempt,
        id=attempt_id,
        checkout_id=checkout_id,
        gateway=gateway,
        action=action,
        amount=amount.amount,
        currency=amount.currency,
        key=f"handcart-{attempt_id}",
        submitted_at=now,
        lease_until=now + LEASE,
        frozen=frozen,
    )
    own = Writes() if writes is None else writes
    own.insert(attempt, _submission(attempt))
    if writes is None:
        own.send()
    return Opened(attempt, mine=True)


def claim_for_processing(attempt: PaymentAttempt) -> Opened:
    """Claim the next call for a locked attempt whose shopper has done what was asked of them.

    Raises AlreadyProcessed for one that ended without payment or was given up.
    """
    if attempt.abandoned_at is not None or attempt.state not in LIVE_VALUES:
        raise AlreadyProcessed("This payment has ended.", path=("id",))
    if attempt.state != AttemptState.ACTION_REQUIRED:
        return Opened(attempt, mine=False)
    now = timezone.now()
    attempt.state, attempt.calls = AttemptState.SUBMITTED.value, attempt.calls + 1
    attempt.submitted_at, attempt.lease_until = now, now + LEASE
    attempt.save(update_fields=["state", "calls", "submitted_at", "lease_until", "updated_at"])
    insert_together(_submission(attempt))
    return Opened(attempt, mine=True)


def wait_for(attempt_id: UUID, seconds: float = WAIT_SECONDS) -> PaymentAttempt:
    """The attempt, as soon as its call has an outcome. Raises PaymentInProgress after `seconds`. Holds no lock."""
    until = time.monotonic() + seconds
    pause = _FIRST_PAUSE
    while True:
        attempt = _FOUND.first(str(attempt_id))
        if attempt is None:
            raise AttemptNotFound("There is no such payment.", path=("id",))
        if attempt.state != AttemptState.SUBMITTED:
            return attempt
        if time.monotonic() + pause > until:
            raise PaymentInProgress("The payment of this cart is still under way.")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def guard_cart_edit(checkout_id: UUID, live: PaymentAttempt | None) -> None:
    """Call before every change of a cart, with its row and its `live_attempt` locked.

    While nobody knows whether money moves it raises PaymentInProgress. A payment that waits for the shopper is given
    up: its void is queued, and the goods that it held are given back. One that is paid stays; completion compares
    amounts.
    """
    if live is None:
        return
    if live.state in IN_FLIGHT:
        raise PaymentInProgress("A payment of this cart is under way: it cannot be changed now.")
    if live.state == AttemptState.ACTION_REQUIRED:
        abandon(live)
        release_reservations(checkout_id)


def void_action_required(checkout_id: UUID) -> None:
    """Give up the payment that waits for the shopper, if there is one. The checkout's row is locked."""
    live = live_attempt(checkout_id)
    if live is not None and live.state == AttemptState.ACTION_REQUIRED:
        abandon(live)


def abandon(attempt: PaymentAttempt) -> None:
    """Say of a locked attempt that it will not pay for an order; whatever it has moved or may move is given back."""
    if attempt.abandoned_at is None:
        attempt.abandoned_at = timezone.now()
        attempt.save(update_fields=["abandoned_at", "updated_at"])
    queue_reversal(attempt)


def _submission(attempt: PaymentAttempt) -> PaymentEvent:
    return fresh(
        PaymentEvent,
        attempt=attempt,
        gateway=attempt.gateway,
        type="submitted",
        sequence=attempt.calls,
        amount=attempt.amount,
    )
