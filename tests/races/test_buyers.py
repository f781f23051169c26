"""Many buyers at once, and what is left in the shop afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.pay import initialize_transaction
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Allocation, Reservation, Stock
from commerce.inventory.services import Count, release_expired_reservations, set_on_hand_many
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.services import run_due_operations
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.races.crowd import Result, crowd, deadlocks, hesitate
from tests.shoppers import add_line, assert_all_is_well, kept, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")


TAKING = (
    "commerce.inventory.services.reservations.shift_at_commit",
    "commerce.inventory.services.reservations.shift_reserved",
)
JUDGING = "commerce.inventory.services.allocations._is_enough"


def tally(results: list[Result]) -> Counter[str]:
    return Counter("order" if not result.codes else ",".join(result.codes) for result in results)


def buy(checkout: Checkout, **data: Any) -> str:
    order = complete_checkout(checkout_id=checkout.id, payment=paying(**data), actor=ANONYMOUS)
    return str(order.id)


def test_fifty_buyers_of_one_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, *TAKING, seconds=1.5)
    mug = make_variant(stock=1)
    carts = [ready_checkout(mug) for _ in range(50)]

    results = crowd(lambda index: buy(carts[index], delay_ms=50), 50)

    assert tally(results) == {"order": 1, "INSUFFICIENT_STOCK": 49}
    assert Order.objects.count() == 1
    assert PaymentAttempt.objects.count() == 1, "nobody else was even asked for money"
    assert_all_is_well()


def test_sixty_buyers_of_twenty_units_in_two_warehouses_and_a_cup(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, *TAKING, seconds=0.02)
    mug, cup = make_variant(stock=12), make_variant(stock=100)
    stock_up(mug, 8, warehouse=make_warehouse("second"))
    carts = [ready_checkout(mug) for _ in range(60)]
    for cart in carts:
        add_line(cart, cup)

    results = crowd(lambda index: buy(carts[index]), 60)

    assert tally(results) == {"order": 20, "INSUFFICIENT_STOCK": 40}
    assert {stock.reserved - stock.on_hand for stock in Stock.objects.filter(variant=mug)} == {0}
    assert Stock.objects.get(variant=cup).reserved == 20
    assert_all_is_well()


def test_forty_carts_that_are_paid_later_and_fifteen_units_in_two_warehouses(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take their goods straight out of stock: no reservation is ever written."""
    hesitate(monkeypatch, *TAKING, seconds=0.02)
    channel = make_channel(allow_unpaid_orders=True)
    mug, cup = make_variant(stock=9), make_variant(stock=100)
    stock_up(mug, 6, warehouse=make_warehouse("second"))
    carts = [ready_checkout(mug, channel=channel) for _ in range(40)]
    for cart in carts:
        add_line(cart, cup)

    results = crowd(lambda index: str(complete_checkout(checkout_id=carts[index].id, actor=ANONYMOUS).id), 40)

    assert tally(results) == {"order": 15, "INSUFFICIENT_STOCK": 25}
    assert {stock.reserved - stock.on_hand for stock in Stock.objects.filter(variant=mug)} == {0}
    assert Stock.objects.get(variant=cup).reserved == 15
    assert Allocation.objects.count() == 30
    assert Reservation.objects.count() == 0
    assert broken_stock() == []


def test_fifty_completions_of_one_cart() -> None:
    cart = ready_checkout(make_variant(stock=50))

    results = crowd(lambda _: buy(cart, delay_ms=300), 50)

    assert {result.value for result in results} == {str(Order.objects.get().id)}
    assert PaymentAttempt.objects.count() == 1
    assert PaymentEvent.objects.filter(type="submitted").count() == 1, "one of them called the gateway"
    assert_all_is_well()


def test_carts_with_the_same_goods_in_opposite_orders_never_wait_for_each_other_in_a_circle() -> None:
    goods = [make_variant(stock=100) for _ in range(6)]
    carts = []
    for number in range(40):
        first, *others = goods if number % 2 else goods[::-1]
        cart = ready_checkout(first)
        for variant in others:
            add_line(cart, variant)
        carts.append(cart)
    before = deadlocks()

    results = crowd(lambda index: buy(carts[index]), 40)

    assert tally(results) == {"order": 40}
    assert deadlocks() == before
    assert_all_is_well()


def test_the_sweeper_and_the_order_do_not_both_get_the_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, JUDGING)
    mug = make_variant(stock=20)
    paid = [ready_checkout(mug) for _ in range(20)]
    for cart in paid:
        initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def work(index: int) -> Any:
        if index % 2:
            return release_expired_reservations(limit=1)
        return str(complete_checkout(checkout_id=paid[index // 2].id, actor=ANONYMOUS).id)

    results = crowd(work, 40)

    assert tally(results) == {"order": 40}
    assert Order.objects.count() == 20
    assert Stock.objects.get().reserved == 20
    assert_all_is_well()


def test_the_sweeper_gives_to_another_what_a_paid_cart_lost_and_the_money_goes_back() -> None:
    mug = make_variant(stock=10)
    paid = [ready_checkout(mug) for _ in range(10)]
    hungry = [ready_checkout(mug) for _ in range(10)]
    for cart in paid:
        initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def work(index: int) -> Any:
        if index < 10:
            return complete_checkout(checkout_id=paid[index].id, actor=ANONYMOUS).id
        release_expired_reservations(limit=1)
        return buy(hungry[index - 10])

    results = crowd(work, 20)

    assert tally(results) == {"order": 10, "INSUFFICIENT_STOCK": 10}
    run_due_operations()
    assert sum(kept(cart) for cart in [*paid, *hungry]) == sum(order.total_gross for order in Order.objects.all())
    assert_all_is_well()


def test_two_imports_of_the_same_goods_in_opposite_orders_lose_no_count() -> None:
    goods = [make_variant(stock=1) for _ in range(30)]
    warehouse = make_warehouse()
    before = deadlocks()

    def import_all(index: int) -> Any:
        ordered = goods if index % 2 else goods[::-1]
        for quantity in (10 + index, 100 + index):
            rows = [Count(mug.id, warehouse.id, quantity) for mug in ordered]
            assert set_on_hand_many(rows=rows, reason="import", actor=SYSTEM) == []
        return index

    results = crowd(import_all, 10)

    assert {result.codes for result in results} == {()}
    assert len(set(Stock.objects.values_list("on_hand", flat=True))) == 1, "each import is all or nothing"
    assert deadlocks() == before
    assert_all_is_well()
