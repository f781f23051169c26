"""Asking gateways what became of payments that nobody waits for any more, and finishing what a crash left undone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from commerce.checkout.complete import settle
from commerce.checkout.models import Checkout
from commerce.checkout.pay import HELD_WHILE_PAYING
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError, Rejected
from commerce.core.money import Money
from commerce.core.transactions import retry_on_deadlock
from commerce.giftcards.holds import release_holds
from commerce.inventory.services import release_reservations
from commerce.payments.errors import GatewayNotFound
from commerce.payments.gateways import gateway_by_id
from commerce.payments.models import PaymentAttempt
from commerce.payments.provider import GatewayBusy, Outcome, OutcomeUnknown, Status
from commerce.payments.services import abandon, lock_attempt, record_outcome
from commerce.payments.states import IN_FLIGHT, LIVE_VALUES, PAID, AttemptState
from commerce.promotions.redemptions import release_redemptions

QUIET_FOR: Final = timedelta(seconds=60)
"""Nothing has been heard of an attempt for so long: whoever called the gateway has crashed or given up."""

logger = logging.getLogger(__name__)


def reconcile_payments(quiet_for: timedelta = QUIET_FOR, limit: int = 50) -> int:
    """Bring up to `limit` quiet attempts of each sort to their end; how many were looked at. Run it every few seconds.

    Unknown outcomes are asked for, abandoned 3-D Secure steps are given up, and money without an order becomes one, or
    is given back where that cannot be.
    """
    paid = _quiet(quiet_for).filter(state__in=sorted(PAID), abandoned_at=None, order_id=None)
    unknown = _quiet(quiet_for).filter(state__in=sorted(IN_FLIGHT))
    waiting = _quiet(max(quiet_for, HELD_WHILE_PAYING)).filter(state=AttemptState.ACTION_REQUIRED, abandoned_at=None)
    return _each(paid[:limit], _finish) + _each(unknown[:limit], _ask_again) + _each(waiting[:limit], _ask_again)


def _quiet(since: timedelta) -> QuerySet[PaymentAttempt]:
    quiet = PaymentAttempt.objects.filter(updated_at__lt=timezone.now() - since, state__in=LIVE_VALUES)
    return quiet.order_by("updated_at")


def _each(attempts: Iterable[PaymentAttempt], work: Callable[[PaymentAttempt], None]) -> int:
    """Do `work` for each, the longest waiting first; whatever cannot be done now goes to the end of the queue."""
    found = list(attempts)
    for attempt in found:
        PaymentAttempt.objects.filter(id=attempt.id).update(updated_at=Now())
        work(attempt)
    return len(found)


def _ask_again(attempt: PaymentAttempt) -> None:
    """One call outside any transaction; then what it said is recorded, unless somebody else has moved on meanwhile."""
    try:
        outcome = gateway_by_id(attempt.gateway).fetch(attempt.key)
    except (OutcomeUnknown, GatewayBusy, GatewayNotFound) as error:
        logger.warning("payment %s: its gateway cannot be asked: %s", attempt.id, error)
        return
    if outcome is None:
        nothing = Money(0, attempt.currency)
        outcome = Outcome(Status.DECLINED, "", nothing, "The payment never reached the gateway.")

    def record() -> PaymentAttempt:
        with transaction.atomic(durable=True):
            _lock_cart(attempt.checkout_id)
            current = lock_attempt(attempt.id)
            if (current.state, current.calls) != (attempt.state, attempt.calls):
                return current
            record_outcome(current, outcome)
            if current.state == AttemptState.ACTION_REQUIRED and attempt.state == AttemptState.ACTION_REQUIRED:
                abandon(current)
                _give_back_what_was_held(current.checkout_id)
            if current.state == AttemptState.DECLINED:
                _give_back_what_was_held(current.checkout_id)
            return current

    current = retry_on_deadlock(record)
    if current.state in PAID and current.abandoned_at is None and current.order_id is None:
        _finish(current)


def _finish(attempt: PaymentAttempt) -> None:
    """Place the order of a payment; where it cannot be placed, give the money back."""
    try:
        settle(checkout_id=attempt.checkout_id, attempt_id=attempt.id, actor=SYSTEM)
    except (CommerceError, Rejected) as refusal:
        logger.warning("payment %s becomes no order: %s", attempt.id, refusal)
        if attempt.submitted_at < timezone.now() - HELD_WHILE_PAYING or not _has_cart(attempt):
            retry_on_deadlock(lambda: _give_back(attempt))


def _give_back(attempt: PaymentAttempt) -> None:
    with transaction.atomic(durable=True):
        _lock_cart(attempt.checkout_id)
        current = lock_attempt(attempt.id)
        if current.order_id is None:
            abandon(current)


def _has_cart(attempt: PaymentAttempt) -> bool:
    return Checkout.objects.filter(id=attempt.checkout_id).exists()


def _lock_cart(checkout_id: UUID) -> None:
    Checkout.objects.select_for_update(no_key=True).filter(id=checkout_id).first()


def _give_back_what_was_held(checkout_id: UUID) -> None:
    release_holds(checkout_id)
    release_redemptions(checkout_id)
    release_reservations(checkout_id)
