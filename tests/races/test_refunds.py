"""Two clerks press the button at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.checkout.pay import PaymentData
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, capture_order, refund_order
from commerce.payments.gateways import gateway_by_id
from commerce.payments.invariants import broken_payments
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.services import lock_attempt, record_outcome, refund_payment, run_due_operations
from tests.factories import make_variant, staff_actor
from tests.races.crowd import crowd, hesitate, told
from tests.shoppers import assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client")
CLERK = staff_actor(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)


def an_order() -> Order:
    checkout = ready_checkout(make_variant(price=1000))
    return complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)


def test_ten_refunds_of_more_than_half_are_one_refund() -> None:
    order = an_order()
    results = crowd(lambda _: refund_order(order_id=order.id, amount=800, actor=CLERK).amount, 10)
    assert Counter(result.codes for result in results) == {(): 1, ("INVALID",): 9}
    crowd(lambda _: run_due_operations(), 10)
    payment = PaymentAttempt.objects.get()
    assert (payment.charged_amount, payment.refunded_amount) == (1500, 800)


def test_refunds_of_one_payment_wait_for_each_other_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    an_order()
    payment_id = PaymentAttempt.objects.get().id
    hesitate(monkeypatch, "commerce.payments.services.operations.queue_operation")

    def refund(_: int) -> int:
        with transaction.atomic():
            return refund_payment(attempt_id=payment_id, amount=800).amount

    results = crowd(refund, 10)
    assert Counter(result.codes for result in results) == {(): 1, ("INVALID",): 9}


@pytest.mark.parametrize("is_cancelled", [False, True], ids=["refunded", "cancelled"])
def test_a_capture_its_notice_and_a_refund_at_once_count_the_money_once(
    is_cancelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    hesitate(monkeypatch, "commerce.payments.services.operations.lock_attempt", seconds=0.5)
    checkout = ready_checkout(make_variant(price=1000))
    authorizing = PaymentData("dummy", {}, PaymentAttempt.Action.AUTHORIZE)
    order = complete_checkout(checkout_id=checkout.id, payment=authorizing, actor=ANONYMOUS)
    attempt = PaymentAttempt.objects.get()
    capture_order(order_id=order.id, actor=CLERK)

    def notice() -> None:
        time.sleep(0.2)
        news = gateway_by_id("dummy").fetch(attempt.key)
        assert news is not None
        with transaction.atomic():
            record_outcome(lock_attempt(attempt.id), news)

    def give_back() -> object:
        return (cancel_order if is_cancelled else refund_order)(order_id=order.id, actor=CLERK)

    jobs: list[Callable[[], object]] = [run_due_operations, notice, give_back]
    crowd(lambda index: told(jobs[index % 3]), 12)
    told(give_back)  # the refund may have come before there was anything to refund
    for _ in range(3):
        PaymentOperation.objects.filter(status="pending").update(next_try_at=timezone.now(), lease_until=None)
        run_due_operations()
    attempt.refresh_from_db()
    assert (attempt.charged_amount, attempt.refunded_amount) in {(1500, 1500), (0, 0)}
    outcome = gateway_by_id("dummy").fetch(attempt.key)
    assert outcome is not None
    assert outcome.status.value == ("refunded" if attempt.charged_amount else "voided")
    assert not broken_payments()


def test_cancelling_and_refunding_at_once_gives_the_money_back_once() -> None:
    order = an_order()

    def work(index: int) -> object:
        if index % 2:
            return cancel_order(order_id=order.id, actor=CLERK).status
        return refund_order(order_id=order.id, amount=300, actor=CLERK).amount

    crowd(work, 10)
    crowd(lambda _: run_due_operations(), 10)
    payment = PaymentAttempt.objects.get()
    assert payment.refunded_amount == payment.charged_amount == 1500
    assert_all_is_well()
