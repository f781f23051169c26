"""Crashes, silence, sweepers and second thoughts in any order that chance brings. (HANDCART_FIRE: 1,000 schedules.)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone

import commerce
from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.pay import initialize_transaction, process_transaction
from commerce.checkout.reconcile import reconcile_payments
from commerce.checkout.services import set_email
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Reservation
from commerce.inventory.services import release_expired_reservations
from commerce.orders.invariants import broken_orders
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, capture_order
from commerce.payments.invariants import broken_payments
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.services import run_due_operations
from tests.factories import make_variant
from tests.fire import SEED, at_length
from tests.races.crowd import told
from tests.races.test_crashes import dies_somewhere, time_passes_and_sweepers_come_by
from tests.shoppers import kept, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client")
AT_A_TIME = 20
POINTS = [
    "before_call",
    "after_call",
    "before_order",
    "inside_order",
    "before_capture",
    "after_capture",
    "before_void",
    "after_void",
    "before_refund",
    "after_refund",
]
CARDS = ["approve", "approve", "approve", "decline", "3ds", "timeout_charged", "timeout_lost", "busy"]


class Schedule:
    """One cart and all that befalls it; the seed says what."""

    def __init__(self, seed: int) -> None:
        self.random = Random(SEED * 1_000_000 + seed)
        self.mug = make_variant(stock=self.random.randint(1, 2), price=self.random.randint(1, 9999))
        self.cart, self.rival = ready_checkout(self.mug), ready_checkout(self.mug)
        self.log: list[str] = []

    def run(self) -> None:
        """A handful of events, each of which may be somebody's last."""
        events: list[Callable[[], object]] = [
            self.complete,
            self.complete,
            self.complete,
            self.begin,
            self.go_on,
            self.edit,
            self.rival_buys,
            self.sweep,
            self.let_reservations_go,
            self.cancel,
            self.capture,
            self.operations,
        ]
        for event in self.random.choices(events, k=self.random.randint(3, 7)):
            point = self.random.choice(POINTS)
            self.log.append(event.__name__)
            if self.random.random() < 0.35:
                self.log[-1] += f" until {point}: {dies_somewhere(point, lambda event=event: told(event))}"  # type: ignore[misc]
            else:
                self.log[-1] += f": {told(event)}"

    def complete(self) -> None:
        """Pay and buy, as a card or a set-aside."""
        payment = paying(self.random.choice(CARDS))
        action = self.random.choice(list(PaymentAttempt.Action))
        payment = type(payment)(payment.gateway, payment.data, action)
        complete_checkout(checkout_id=self.cart.id, payment=payment, actor=ANONYMOUS)

    def begin(self) -> None:
        """Begin to pay."""
        initialize_transaction(checkout_id=self.cart.id, payment=paying(self.random.choice(CARDS)), actor=ANONYMOUS)

    def go_on(self) -> None:
        """Answer the challenge, if there is one."""
        attempt = PaymentAttempt.objects.filter(checkout_id=self.cart.id).order_by("-id").first()
        if attempt is not None:
            answer = {"challenge": self.random.choice(["passed", "failed"])}
            process_transaction(attempt_id=attempt.id, data=answer, actor=ANONYMOUS)

    def edit(self) -> None:
        """Have second thoughts."""
        set_email(checkout_id=self.cart.id, email="second@example.com", actor=ANONYMOUS)

    def rival_buys(self) -> None:
        """Somebody else buys the same."""
        complete_checkout(checkout_id=self.rival.id, payment=paying(), actor=ANONYMOUS)

    def sweep(self) -> None:
        """The sweepers come by early."""
        ago = timezone.now() - timedelta(minutes=2)
        PaymentAttempt.objects.filter(checkout_id=self.cart.id).update(updated_at=ago, submitted_at=ago)
        reconcile_payments()

    def let_reservations_go(self) -> None:
        """What was set aside is given back."""
        ago = timezone.now() - timedelta(minutes=2)
        Reservation.objects.filter(checkout_id__in=[self.cart.id, self.rival.id]).update(expires_at=ago)
        release_expired_reservations()

    def cancel(self) -> None:
        """Cancel the order, if there is one."""
        for order in Order.objects.filter(checkout_id=self.cart.id):
            cancel_order(order_id=order.id, actor=SYSTEM)

    def capture(self) -> None:
        """Take what was set aside."""
        for order in Order.objects.filter(checkout_id=self.cart.id):
            capture_order(order_id=order.id, actor=SYSTEM)

    def operations(self) -> None:
        """Carry out what is queued."""
        PaymentOperation.objects.filter(status="pending").update(lease_until=None, next_try_at=timezone.now())
        run_due_operations()


def test_after_every_crash_point_there_is_a_call_in_the_shop() -> None:
    """Guards the list above: a point that nobody passes is no crash."""
    source = "".join(path.read_text() for path in Path(commerce.__file__).parent.rglob("*.py"))
    for point in POINTS:
        before, _, verb = point.partition("_")
        known = f'crash_point("{point}")' in source or f'crash_point(f"{before}_{{operation.kind}}")' in source
        assert known, point
        assert verb


@pytest.mark.timeout(300)
@pytest.mark.parametrize("batch", range(at_length(1, 1_000 // AT_A_TIME)))
def test_whatever_happens_the_money_is_for_an_order_or_given_back(batch: int) -> None:
    schedules = [Schedule(batch * AT_A_TIME + number) for number in range(AT_A_TIME)]
    for schedule in schedules:
        schedule.run()
    for _ in range(4):
        time_passes_and_sweepers_come_by()
    logs = "\n".join(f"{place}: {schedule.log}" for place, schedule in enumerate(schedules))
    for schedule in schedules:
        for cart in (schedule.cart, schedule.rival):
            assert_settled(cart, logs)
    assert not PaymentOperation.objects.filter(status="pending").exists(), logs
    assert_goods_add_up(logs)


def assert_settled(cart: Checkout, logs: str) -> None:
    """At most one order; the money is its total, set aside or taken, or nothing."""
    orders = list(Order.objects.filter(checkout_id=cart.id))
    assert len(orders) <= 1, logs
    live = PaymentAttempt.objects.filter(checkout_id=cart.id, state__in=["authorized", "charged"])
    held = sum(
        (attempt.charged_amount - attempt.refunded_amount) or attempt.authorized_amount * (attempt.charged_amount == 0)
        for attempt in live
    )
    owed = sum(order.total_gross for order in orders if order.status != Order.Status.CANCELED)
    assert held == owed, f"{held} held for {owed} of {cart.id}\n{logs}"
    assert kept(cart) in (0, owed), logs


def assert_goods_add_up(logs: str) -> None:
    """Stock, ledgers and orders agree; nothing is set aside for anybody but orders."""
    assert broken_stock() + broken_payments() + broken_orders() == [], logs
    assert not Reservation.objects.exists(), logs
