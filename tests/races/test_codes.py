"""Many shoppers with one code at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.orders.services import cancel_order
from commerce.payments.models import PaymentAttempt
from commerce.promotions.invariants import broken_vouchers
from commerce.promotions.redemptions import release_expired_redemptions
from commerce.promotions.voucher_models import VoucherCode, VoucherRedemption
from tests.factories import make_variant, staff_actor
from tests.races.crowd import crowd, deadlocks, hesitate
from tests.races.test_buyers import buy, tally
from tests.shoppers import assert_all_is_well, kept, paying, ready_checkout
from tests.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

TAKING = "commerce.promotions.redemptions._taken"
COUNTING = "commerce.promotions.redemptions._count_up"


def cart_with(*codes: VoucherCode, email: str = "shopper@example.com") -> Checkout:
    cart = ready_checkout(make_variant(price=10_000, stock=1), email=email)
    cart.voucher_code_ids = [code.id for code in codes]
    cart.save()
    return cart


def test_a_hundred_buyers_and_a_voucher_that_ten_of_them_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `used < usage_limit`: the check constraint turns the losers into errors of the database."""
    hesitate(monkeypatch, TAKING, seconds=1.0)
    code = make_voucher("FIRST-TEN", usage_limit=10)
    carts = [cart_with(code) for _ in range(100)]

    results = crowd(lambda index: buy(carts[index]), 100)

    assert tally(results) == {"order": 10, "VOUCHER_NOT_APPLICABLE": 90}
    assert VoucherRedemption.objects.exclude(order_id=None).count() == VoucherRedemption.objects.count() == 10
    assert PaymentAttempt.objects.count() == 10, "nobody else was even asked for money"
    code.voucher.refresh_from_db()
    assert code.voucher.used == 10
    assert broken_vouchers() == []
    assert_all_is_well()


def test_a_customer_with_twenty_carts_is_welcomed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the UNIQUE on voucher and e-mail address: the reads before all say that nobody was here."""
    hesitate(monkeypatch, TAKING, seconds=0.5)
    code = make_voucher("WELCOME", once_per_customer=True)
    carts = [cart_with(code, email="ada@example.com") for _ in range(20)]

    results = crowd(lambda index: buy(carts[index]), 20)

    assert tally(results) == {"order": 1, "VOUCHER_NOT_APPLICABLE": 19}
    assert VoucherRedemption.objects.count() == 1
    assert_all_is_well()


def test_two_codes_in_opposite_orders_never_wait_for_each_other_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the locks in id order before the UPDATE of several rows, and with vouchers before codes."""
    hesitate(monkeypatch, COUNTING, seconds=0.02)
    codes = [make_voucher(usage_limit=25, code_limit=25, combines_with_vouchers=True) for _ in range(4)]
    carts = [cart_with(*(codes if number % 2 else codes[::-1])) for number in range(30)]
    before = deadlocks()

    results = crowd(lambda index: buy(carts[index]), 30)

    assert tally(results)["order"] == 25
    assert deadlocks() == before
    assert broken_vouchers() == []
    assert_all_is_well()


def test_cancelling_sweeping_and_buying_at_once_lose_no_use_and_invent_none() -> None:
    code = make_voucher(usage_limit=20, code_limit=20)
    orders = [buy(cart_with(code)) for _ in range(10)]
    for _ in range(10):
        VoucherRedemption.objects.create(
            voucher=code.voucher,
            code=code,
            checkout_id=cart_with().id,
            customer="x",
            expires_at=timezone.now() - timedelta(seconds=1),
        )
    VoucherCode.objects.update(used=20)
    type(code.voucher).objects.update(used=20)
    hungry = [cart_with(code) for _ in range(10)]

    def work(index: int) -> Any:
        if index < 10:
            cancel_order(order_id=orders[index], actor=staff_actor(Permission.MANAGE_ORDERS))  # type: ignore[arg-type]
            return None
        release_expired_redemptions(limit=1)
        return complete_checkout(checkout_id=hungry[index - 10].id, payment=paying(), actor=ANONYMOUS).id

    results = crowd(work, 20)

    assert {result.codes for result in results[:10]} == {()}
    bought = Order.objects.exclude(status=Order.Status.CANCELED).count()
    assert VoucherRedemption.objects.exclude(order_id=None).count() == bought
    assert broken_vouchers() == []
    assert sum(kept(cart) > 0 for cart in hungry) == bought
