"""Many buyers of one promotion."""

from __future__ import annotations

from collections import Counter

import pytest

from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.promotion_uses import release_forgotten_uses
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.orders.models import Order, OrderDiscount
from commerce.orders.services import cancel_order
from commerce.payments.errors import PaymentDeclined
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import run_due_operations
from commerce.promotions.models import Promotion, PromotionBudget, PromotionUse
from commerce.promotions.services import update_rule
from tests.commerce.promotions.promoting import MERCHANT, fixed, percent, promote
from tests.factories import make_variant
from tests.races.crowd import Result, crowd, hesitate
from tests.shoppers import assert_all_is_well, kept, paying, ready_checkout, total_of

pytestmark = pytest.mark.usefixtures("durable", "redis_client")


def tally(results: list[Result]) -> Counter[str]:
    return Counter("order" if not result.codes else ",".join(result.codes) for result in results)


def buy(checkout: Checkout) -> str:
    shown = total_of(checkout)
    order = complete_checkout(checkout_id=checkout.id, payment=paying(), expected_total=shown, actor=ANONYMOUS)
    return str(order.id)


def test_fifty_buyers_of_a_promotion_with_ten_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.promotions.taking._take", seconds=0.02)
    mug = make_variant(price=1000, stock=100)
    promotion = promote(percent(10), kind="order", usage_limit=10, budgets={"USD": 100_000})
    carts = [ready_checkout(mug) for _ in range(50)]
    shown = {cart.id: total_of(cart) for cart in carts}

    def work(index: int) -> str:
        cart = carts[index]
        order = complete_checkout(checkout_id=cart.id, payment=paying(), expected_total=shown[cart.id], actor=ANONYMOUS)
        return str(order.id)

    results = crowd(work, 50)

    assert tally(results) == {"order": 10, "TOTAL_CHANGED": 40}
    assert PaymentAttempt.objects.count() == 10, "nobody else was even asked for money"
    assert set(Order.objects.values_list("total_gross", flat=True)) == {1400}
    assert OrderDiscount.objects.count() == PromotionUse.objects.count() == 10
    promotion.refresh_from_db()
    assert (promotion.used, PromotionBudget.objects.get().spent) == (10, 1000)
    assert_all_is_well()
    again = next(cart for cart in carts if not Order.objects.filter(checkout_id=cart.id).exists())
    assert buy(again), "who is shown the new total may pay it"
    assert Order.objects.get(checkout_id=again.id).total_gross == 1500

    first = Order.objects.filter(total_gross=1400).first()
    assert first is not None
    cancel_order(order_id=first.id, actor=SYSTEM)
    run_due_operations()
    promotion.refresh_from_db()
    assert (promotion.used, PromotionBudget.objects.get().spent) == (9, 900)
    assert_all_is_well()


def test_a_budget_is_never_overdrawn() -> None:
    mug = make_variant(price=1000, stock=100)
    promote(fixed(300), kind="order", budgets={"USD": 1000})
    carts = [ready_checkout(mug) for _ in range(12)]

    results = crowd(lambda index: buy(carts[index]), 12)

    assert set(tally(results)) <= {"order", "TOTAL_CHANGED"}
    assert OrderDiscount.objects.count() == 3
    assert PromotionBudget.objects.get().spent == 900
    assert_all_is_well()


def test_a_declined_card_gives_its_use_back_and_so_does_a_cart_that_is_forgotten() -> None:
    mug = make_variant(price=1000, stock=100)
    promotion = promote(percent(10), kind="order", usage_limit=1)
    cart = ready_checkout(mug)
    with pytest.raises(PaymentDeclined):
        complete_checkout(checkout_id=cart.id, payment=paying("decline"), actor=ANONYMOUS)
    promotion.refresh_from_db()
    assert (promotion.used, PromotionUse.objects.count()) == (0, 0)
    use = PromotionUse.objects.create(promotion=promotion, checkout_id=cart.id, currency="USD", amount=100)
    Promotion.objects.update(used=1)
    assert release_forgotten_uses() == 0, "it may still be paid"
    PromotionUse.objects.filter(id=use.id).update(created_at="2020-01-01T00:00:00Z")
    assert release_forgotten_uses() == 1
    promotion.refresh_from_db()
    assert promotion.used == 0


def test_nobody_pays_more_than_was_shown_while_a_merchant_edits_the_promotion() -> None:
    mug = make_variant(price=1000, stock=100)
    promotion = promote(percent(10), kind="order")
    rule = promotion.rules.get()
    carts = [ready_checkout(mug) for _ in range(20)]

    def work(index: int) -> object:
        if index % 5 == 0:
            share = 1000 if index % 2 else 3000
            update_rule(rule_id=rule.id, changes={"reward": {"basis_points": share}}, actor=MERCHANT)
            return None
        shown = total_of(carts[index])
        order = complete_checkout(checkout_id=carts[index].id, payment=paying(), expected_total=shown, actor=ANONYMOUS)
        return (shown.amount, order.total_gross, kept(carts[index]))

    results = crowd(work, 20)

    assert set(tally(results)) <= {"order", "TOTAL_CHANGED"}
    for result in results:
        if isinstance(result.value, tuple):
            assert len(set(result.value)) == 1
            assert result.value[0] in {1400, 1200}
    assert_all_is_well()
