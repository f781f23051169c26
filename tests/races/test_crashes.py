"""The process dies at the worst moments; then the sweepers come by."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.checkout.pay import initialize_transaction, process_transaction
from commerce.checkout.reconcile import reconcile_payments
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.inventory.models import Reservation, Stock
from commerce.inventory.services import release_expired_reservations
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, refund_order
from commerce.payments.crash import crash_at
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.services import run_due_operations
from commerce.payments.states import IN_FLIGHT
from tests.factories import make_variant, staff_actor
from tests.shoppers import assert_all_is_well, kept, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client")
CLERK = staff_actor(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)
CRASHED = 70


def dies_at(point: str, work: Callable[[], Any]) -> None:
    """Run `work` in a process of its own that ends at `point`; fails if it does not get there."""
    assert dies_somewhere(point, work)


def dies_somewhere(point: str, work: Callable[[], Any]) -> bool:
    """Run `work` in a process of its own that ends at `point` if it gets there; whether it did."""
    connections.close_all()

    def child() -> None:
        crash_at(point)
        work()

    process = multiprocessing.get_context("fork").Process(target=child, daemon=True)
    process.start()
    process.join(20)
    assert process.exitcode in (0, CRASHED)
    return process.exitcode == CRASHED


def time_passes_and_sweepers_come_by() -> None:
    """As if eleven minutes had gone by."""
    ago = timezone.now() - timedelta(minutes=11)
    PaymentAttempt.objects.update(updated_at=ago, submitted_at=ago)
    PaymentOperation.objects.filter(status="pending").update(lease_until=None, next_try_at=ago)
    Reservation.objects.update(expires_at=ago)
    release_expired_reservations()
    reconcile_payments()
    run_due_operations()
    assert not PaymentAttempt.objects.filter(state__in=sorted(IN_FLIGHT)).exists()


@pytest.mark.parametrize(
    ("point", "orders"), [("before_call", 0), ("after_call", 1), ("before_order", 1), ("inside_order", 1)]
)
def test_a_crash_while_a_cart_completes(point: str, orders: int) -> None:
    mug = make_variant(stock=3)
    cart = ready_checkout(mug)

    dies_at(point, lambda: complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS))
    time_passes_and_sweepers_come_by()

    assert Order.objects.count() == orders
    assert kept(cart) == sum(order.total_gross for order in Order.objects.all())
    assert Stock.objects.get().reserved == orders
    assert_all_is_well()
    order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert kept(cart) == order.total_gross
    assert_all_is_well()


@pytest.mark.parametrize(("outcome", "orders"), [("timeout_charged", 1), ("timeout_lost", 0)])
def test_a_crash_after_the_gateways_silence(outcome: str, orders: int) -> None:
    cart = ready_checkout(make_variant(stock=3))
    dies_at("after_call", lambda: complete_checkout(checkout_id=cart.id, payment=paying(outcome), actor=ANONYMOUS))
    time_passes_and_sweepers_come_by()
    assert Order.objects.count() == orders
    assert_all_is_well()


@pytest.mark.parametrize("point", ["before_call", "after_call", "before_order"])
def test_a_crash_after_the_challenge(point: str) -> None:
    cart = ready_checkout(make_variant(stock=3))
    begun = initialize_transaction(checkout_id=cart.id, payment=paying("3ds"), actor=ANONYMOUS)
    passed = {"challenge": "passed"}
    dies_at(point, lambda: process_transaction(attempt_id=begun.id, data=passed, actor=ANONYMOUS))
    time_passes_and_sweepers_come_by()
    if point == "before_call":
        process_transaction(attempt_id=begun.id, data=passed, actor=ANONYMOUS)
        complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert Order.objects.get().charged_amount == kept(cart)
    assert_all_is_well()


def test_an_abandoned_challenge_is_given_up_and_its_goods_are_free() -> None:
    mug = make_variant(stock=1)
    cart = ready_checkout(mug)
    initialize_transaction(checkout_id=cart.id, payment=paying("3ds"), actor=ANONYMOUS)
    time_passes_and_sweepers_come_by()
    assert PaymentAttempt.objects.get().state == "voided"
    assert Stock.objects.get().reserved == 0
    complete_checkout(checkout_id=ready_checkout(mug).id, payment=paying(), actor=ANONYMOUS)
    assert_all_is_well()


def test_money_whose_goods_are_gone_by_the_time_the_shop_is_back_is_given_back() -> None:
    mug = make_variant(stock=1)
    unlucky, lucky = ready_checkout(mug), ready_checkout(mug)
    dies_at("after_call", lambda: complete_checkout(checkout_id=unlucky.id, payment=paying(), actor=ANONYMOUS))
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    release_expired_reservations()
    complete_checkout(checkout_id=lucky.id, payment=paying(), actor=ANONYMOUS)
    time_passes_and_sweepers_come_by()
    time_passes_and_sweepers_come_by()
    assert (Order.objects.count(), kept(unlucky)) == (1, 0)
    assert_all_is_well()


@pytest.mark.parametrize("point", ["before_refund", "after_refund"])
def test_a_crash_around_a_refund_refunds_once(point: str) -> None:
    cart = ready_checkout(make_variant(price=1000))
    order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    refund_order(order_id=order.id, amount=600, actor=CLERK)
    dies_at(point, run_due_operations)
    time_passes_and_sweepers_come_by()
    assert kept(cart) == 900
    cancel_order(order_id=order.id, actor=CLERK)
    time_passes_and_sweepers_come_by()
    assert kept(cart) == 0
    assert_all_is_well()
