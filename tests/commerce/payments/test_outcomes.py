"""Taking note of what gateways say, in whatever order they say it."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commerce.core.money import Money
from commerce.payments.errors import AlreadyProcessed, AmountTooLarge, PaymentInProgress
from commerce.payments.invariants import broken_payments
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.provider import Outcome, Status
from commerce.payments.services import (
    Opened,
    abandon,
    claim_for_processing,
    guard_cart_edit,
    live_attempt,
    lock_attempt,
    open_attempt,
    record_outcome,
    record_unknown,
    refund_payment,
    wait_for,
)
from commerce.payments.states import MOVES, AttemptState, may_move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
PRICE = Money(1500, "USD")


def tried(checkout_id: UUID, amount: Money = PRICE, gateway: str = "dummy") -> Opened:
    return open_attempt(
        checkout_id=checkout_id,
        gateway=gateway,
        action="charge",
        amount=amount,
        frozen={},
        live=live_attempt(checkout_id),
    )


def opened(checkout_id: UUID | None = None, amount: Money = PRICE, gateway: str = "dummy") -> PaymentAttempt:
    found = tried(checkout_id or uuid4(), amount, gateway)
    assert found.mine
    return found.attempt


def outcome(status: Status, amount: int = 1500, currency: str = "USD") -> Outcome:
    moved = amount if status in (Status.AUTHORIZED, Status.CHARGED) else 0
    return Outcome(status, "ref-1", Money(moved, currency))


def queued(attempt: PaymentAttempt) -> list[tuple[str, int]]:
    return list(attempt.operations.order_by("id").values_list("kind", "amount"))


def test_a_late_pending_never_undoes_charged() -> None:
    attempt = opened()
    assert record_outcome(attempt, outcome(Status.CHARGED))
    assert not record_outcome(attempt, outcome(Status.PENDING))
    assert not record_outcome(attempt, outcome(Status.CHARGED))
    assert (attempt.state, attempt.charged_amount) == (AttemptState.CHARGED, 1500)
    assert broken_payments() == []


@pytest.mark.parametrize("order", list(permutations([Status.PENDING, Status.AUTHORIZED, Status.CHARGED])))
def test_news_may_arrive_in_any_order(order: tuple[Status, ...]) -> None:
    attempt = opened()
    for status in order:
        record_outcome(attempt, outcome(status))
    assert (attempt.state, attempt.charged_amount) == (AttemptState.CHARGED, 1500)
    assert broken_payments() == []


def test_the_first_opens_and_the_second_waits_for_the_same() -> None:
    checkout_id = uuid4()
    first = opened(checkout_id)
    second = tried(checkout_id)
    assert (second.attempt.id, second.mine) == (first.id, False)
    with pytest.raises(PaymentInProgress):
        wait_for(first.id, seconds=0.05)


def test_the_table_itself_refuses_a_second_live_payment_of_one_cart() -> None:
    first = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.create(
            checkout_id=first.checkout_id,
            gateway="dummy",
            action="charge",
            amount=1,
            currency="USD",
            key="another",
            submitted_at=first.submitted_at,
        )


def test_a_paid_attempt_of_another_amount_is_given_back_when_a_new_one_opens() -> None:
    checkout_id = uuid4()
    first = opened(checkout_id)
    record_outcome(first, outcome(Status.CHARGED))
    opened(checkout_id, Money(1700, "USD"))
    first.refresh_from_db()
    assert first.abandoned_at is not None
    assert queued(first) == [("refund", 1500)]


def test_giving_up_twice_gives_back_once() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.CHARGED))
    abandon(attempt)
    abandon(attempt)
    assert queued(attempt) == [("refund", 1500)]


def test_money_that_comes_after_a_no_is_given_back_even_if_another_payment_is_under_way() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.DECLINED))
    opened(attempt.checkout_id)
    record_outcome(attempt, outcome(Status.CHARGED))
    assert queued(attempt) == [("refund", 1500)]
    assert broken_payments() == []


def test_money_that_comes_after_the_cart_was_changed_is_given_back() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.ACTION_REQUIRED))
    guard_cart_edit(attempt.checkout_id, attempt)
    attempt.refresh_from_db()
    assert queued(attempt) == [("void", 0)]
    record_outcome(attempt, outcome(Status.CHARGED))
    assert queued(attempt) == [("void", 0), ("refund", 1500)]


def test_another_currency_is_not_believed() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.CHARGED, currency="JPY"))
    assert (attempt.state, attempt.charged_amount) == (AttemptState.UNKNOWN, 0)


def test_a_challenge_may_be_answered_by_one_at_a_time() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.ACTION_REQUIRED))
    assert claim_for_processing(attempt).mine
    assert not claim_for_processing(lock_attempt(attempt.id)).mine
    record_outcome(attempt, outcome(Status.DECLINED))
    with pytest.raises(AlreadyProcessed):
        claim_for_processing(attempt)


def test_refunds_that_are_queued_count() -> None:
    attempt = opened()
    record_outcome(attempt, outcome(Status.CHARGED))
    refund_payment(attempt_id=attempt.id, amount=1000)
    with pytest.raises(AmountTooLarge) as refused:
        refund_payment(attempt_id=attempt.id, amount=501)
    assert refused.value.facts == {"available": 500}
    refund_payment(attempt_id=attempt.id, amount=500)
    assert PaymentOperation.objects.count() == 2


def test_unknown_is_left_for_every_answer_and_entered_from_the_call_alone() -> None:
    assert {state for state in AttemptState if may_move(state, AttemptState.UNKNOWN)} == {AttemptState.SUBMITTED}
    assert MOVES[AttemptState.UNKNOWN] >= {AttemptState.CHARGED, AttemptState.DECLINED, AttemptState.ACTION_REQUIRED}


class TestAnySequenceOfNews(TestCase):
    """Hypothesis plays a gateway that says anything at any time."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from([*Status, None]), max_size=8))
    def test_balances_are_sums_and_money_is_never_lost_sight_of(self, news: list[Status | None]) -> None:
        attempt = opened()
        for status in news:
            if status is None:
                record_unknown(attempt, "silence")
            elif status not in (Status.VOIDED, Status.REFUNDED):
                record_outcome(attempt, outcome(status))
        assert broken_payments() == []
        if Status.CHARGED in news:
            assert attempt.charged_amount == 1500
