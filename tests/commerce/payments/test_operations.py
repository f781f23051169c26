"""Captures, voids and refunds, carried out later and until they succeed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from commerce.core.money import Money
from commerce.events.models import Event
from commerce.payments.gateways import gateway_by_id
from commerce.payments.invariants import broken_payments
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.provider import Charge, GatewayBusy, OutcomeUnknown
from commerce.payments.services import (
    abandon,
    capture_payment,
    lock_attempt,
    open_attempt,
    record_outcome,
    refund_payment,
    run_due_operations,
)
from commerce.payments.states import AttemptState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
TEN = Money(1000, "USD")


def paid(action: str = "charge") -> PaymentAttempt:
    attempt = open_attempt(
        checkout_id=uuid4(), gateway="dummy", action=action, amount=TEN, frozen={}, live=None
    ).attempt
    gateway = gateway_by_id("dummy")
    verb = gateway.charge if action == "charge" else gateway.authorize
    record_outcome(attempt, verb(Charge(attempt.id, TEN, "ada@example.com"), key=attempt.key))
    return attempt


def at_the_gateway(attempt: PaymentAttempt) -> tuple[str, int]:
    outcome = gateway_by_id("dummy").fetch(attempt.key)
    assert outcome is not None
    return outcome.status.value, outcome.amount.amount


def test_a_refund_reaches_the_gateway_and_the_ledger() -> None:
    attempt = paid()
    refund_payment(attempt_id=attempt.id, amount=300)
    assert run_due_operations() == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.refunded_amount) == (AttemptState.CHARGED, 300)
    refund_payment(attempt_id=attempt.id, amount=700)
    run_due_operations()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.REFUNDED
    assert at_the_gateway(attempt)[0] == "refunded"
    assert broken_payments() == []


def test_a_capture_in_parts() -> None:
    attempt = paid("authorize")
    for amount in (400, 600):
        capture_payment(attempt_id=attempt.id, amount=amount)
    run_due_operations()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.charged_amount) == (AttemptState.CHARGED, 1000)
    assert broken_payments() == []


def test_what_was_given_up_is_let_go() -> None:
    attempt = paid("authorize")
    abandon(attempt)
    run_due_operations()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.VOIDED
    assert at_the_gateway(attempt)[0] == "voided"


def test_what_was_given_up_and_captured_meanwhile_is_refunded() -> None:
    attempt = paid("authorize")
    gateway_by_id("dummy").capture(attempt.reference, TEN, key="somebody in the gateway's own back office")
    abandon(attempt)
    run_due_operations()
    attempt.refresh_from_db()
    assert attempt.charged_amount == attempt.refunded_amount == 1000
    assert broken_payments() == []


class Moody:
    """The test gateway on a bad day: it refunds, and then loses the answer; or it is too busy to begin."""

    def __init__(self, failures: list[Exception], *, after_the_effect: bool) -> None:
        self._real = gateway_by_id("dummy")
        self._failures = failures
        self._after = after_the_effect

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def refund(self, reference: str, amount: Money, *, key: str) -> Any:
        if self._failures and not self._after:
            raise self._failures.pop()
        outcome = self._real.refund(reference, amount, key=key)
        if self._failures:
            raise self._failures.pop()
        return outcome


@pytest.mark.parametrize(
    ("failures", "after"),
    [
        ([GatewayBusy("busy")], False),
        ([OutcomeUnknown("lost")], True),
        ([OutcomeUnknown("a"), OutcomeUnknown("b")], True),
    ],
)
def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_key_and_refunds_once(
    failures: list[Exception], after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = paid()
    refund_payment(attempt_id=attempt.id, amount=600)
    moody = Moody(list(failures), after_the_effect=after)
    monkeypatch.setattr("commerce.payments.services.operations.gateway_by_id", lambda _: moody)
    for _ in range(len(failures)):
        assert run_due_operations() == 1
        assert run_due_operations() == 0, "it is put off, not hammered"
        PaymentOperation.objects.update(next_try_at=timezone.now())
    run_due_operations()
    attempt.refresh_from_db()
    assert attempt.refunded_amount == 600
    assert PaymentOperation.objects.get().status == PaymentOperation.Status.DONE
    gateway = gateway_by_id("dummy")
    assert gateway.refund(attempt.reference, Money(401, "USD"), key="more than is left").status.value == "declined"
    assert gateway.refund(attempt.reference, Money(400, "USD"), key="what is left").status.value == "refunded"


class Forgetful(Moody):
    """The test gateway: it captures, and loses the answer."""

    def capture(self, reference: str, amount: Money, *, key: str) -> Any:
        outcome = self._real.capture(reference, amount, key=key)
        if self._failures:
            raise self._failures.pop()
        return outcome


@pytest.mark.parametrize("parts", [(1000,), (400, 600), (400,)])
def test_a_capture_whose_news_come_twice_is_counted_once(
    parts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = paid("authorize")
    for amount in parts:
        capture_payment(attempt_id=attempt.id, amount=amount)
    forgetful = Forgetful([OutcomeUnknown("lost")] * len(parts), after_the_effect=True)
    monkeypatch.setattr("commerce.payments.services.operations.gateway_by_id", lambda _: forgetful)
    assert run_due_operations() == len(parts)
    news = gateway_by_id("dummy").fetch(attempt.key)
    assert news is not None
    record_outcome(lock_attempt(attempt.id), news)
    PaymentOperation.objects.update(next_try_at=timezone.now())
    run_due_operations()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.charged_amount) == (AttemptState.CHARGED, sum(parts))
    assert broken_payments() == []


def test_what_is_given_up_while_its_capture_is_on_the_way_is_refunded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = paid("authorize")
    capture_payment(attempt_id=attempt.id, amount=1000)
    forgetful = Forgetful([OutcomeUnknown("lost")], after_the_effect=True)
    monkeypatch.setattr("commerce.payments.services.operations.gateway_by_id", lambda _: forgetful)
    run_due_operations()
    abandon(lock_attempt(attempt.id))
    run_due_operations()
    PaymentOperation.objects.update(next_try_at=timezone.now())
    run_due_operations()
    attempt.refresh_from_db()
    assert (attempt.charged_amount, attempt.refunded_amount) == (1000, 1000)
    assert not PaymentOperation.objects.filter(status=PaymentOperation.Status.FAILED).exclude(kind="void").exists()
    assert broken_payments() == []


def test_a_refund_that_is_refused_for_good_raises_the_alarm() -> None:
    attempt = paid()
    gateway_by_id("dummy").refund(attempt.reference, TEN, key="somebody in the gateway's own back office")
    refund_payment(attempt_id=attempt.id, amount=500)
    run_due_operations()
    assert PaymentOperation.objects.get().status == PaymentOperation.Status.FAILED
    assert Event.objects.filter(type="payment.operation_failed").count() == 1
