"""Many buyers of few gifts."""

from __future__ import annotations

import pytest

from commerce.catalog.models import ProductVariant
from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock
from commerce.orders.invariants import broken_orders
from commerce.orders.models import Order, OrderLine
from commerce.payments.models import PaymentAttempt
from tests.commerce.promotions.promoting import promote
from tests.factories import make_variant
from tests.races.crowd import crowd, hesitate
from tests.shoppers import assert_all_is_well, paying, ready_checkout, total_of

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

BUYERS = 8


def gift(*variants: ProductVariant, **fields: object) -> None:
    reward = {"reward_type": "gift", "reward": {"variants": [str(variant.id) for variant in variants]}}
    promote(reward, kind="order", **fields)  # type: ignore[arg-type]


def given() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in OrderLine.objects.filter(is_gift=True):
        found[line.sku] = found.get(line.sku, 0) + line.quantity
    return found


def rush(monkeypatch: pytest.MonkeyPatch, mug: ProductVariant, *, is_paid: bool) -> None:
    """Everybody has read that there is a gift before anybody has it; then all of them pay."""
    hesitate(monkeypatch, "commerce.checkout.complete.priced", "commerce.checkout.pay.reserve", seconds=0.05)
    carts = [ready_checkout(mug) for _ in range(BUYERS)]
    shown = {cart.id: total_of(cart) for cart in carts}
    if not is_paid:
        carts[0].channel.__class__.objects.update(allow_unpaid_orders=True)

    def work(index: int) -> str:
        cart = carts[index]
        payment = paying() if is_paid else None
        order = complete_checkout(checkout_id=cart.id, payment=payment, expected_total=shown[cart.id], actor=ANONYMOUS)
        return str(order.id)

    results = crowd(work, BUYERS)

    assert [result.codes for result in results] == [()] * BUYERS, "a gift stops nobody"
    assert Order.objects.count() == BUYERS
    assert set(Order.objects.values_list("total_gross", flat=True)) == {1500}
    assert PaymentAttempt.objects.count() == (BUYERS if is_paid else 0)
    assert not broken_stock() + broken_orders()
    if is_paid:
        assert_all_is_well()


@pytest.mark.parametrize("is_paid", [True, False])
def test_the_last_gift_goes_to_one_and_the_others_buy_without(monkeypatch: pytest.MonkeyPatch, is_paid: bool) -> None:
    mug, pen = make_variant(price=1000, stock=100), make_variant(price=400, stock=1, sku="pen")
    gift(pen)
    rush(monkeypatch, mug, is_paid=is_paid)
    assert given() == {"pen": 1}
    assert Stock.objects.get(variant=pen).reserved == 1


def test_who_is_too_late_for_the_first_gift_gets_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    mug, pen = make_variant(price=1000, stock=100), make_variant(price=400, stock=2, sku="pen")
    pad = make_variant(price=500, stock=3, sku="pad")
    gift(pen, pad)
    rush(monkeypatch, mug, is_paid=True)
    assert given() == {"pen": 2, "pad": 3}


def test_a_gift_with_two_uses_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    mug, pen = make_variant(price=1000, stock=100), make_variant(price=400, stock=100, sku="pen")
    gift(pen, usage_limit=2)
    rush(monkeypatch, mug, is_paid=True)
    assert given() == {"pen": 2}
