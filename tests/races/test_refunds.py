"""Two clerks press the button at once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, refund_order
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import refund_payment, run_due_operations
from tests.factories import make_variant, staff_actor
from tests.races.crowd import crowd, hesitate
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
