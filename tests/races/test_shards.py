"""Many buyers of a stock that is kept in several rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from commerce.catalog.card_models import ProductCard
from commerce.catalog.models import ProductVariant
from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.models import Stock
from commerce.inventory.queries import available_quantity, whole_stocks
from commerce.inventory.services import set_on_hand, shard_stock
from commerce.orders.models import Order
from tests.factories import make_channel, make_variant, make_warehouse
from tests.races.crowd import crowd, deadlocks, hesitate
from tests.shoppers import add_line, assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")

TAKING = (
    "commerce.inventory.services.reservations.shift_at_commit",
    "commerce.inventory.services.reservations.shift_reserved",
)


def divide(variant: ProductVariant, shards: int) -> None:
    shard_stock(variant_id=variant.id, warehouse_id=make_warehouse().id, shards=shards, actor=SYSTEM)


def buy(checkout_id: Any) -> str:
    return str(complete_checkout(checkout_id=checkout_id, payment=paying(), actor=ANONYMOUS).id)


def test_sixty_buyers_of_thirty_units_in_eight_rows_place_exactly_thirty_orders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hesitate(monkeypatch, *TAKING, seconds=0.05)
    mug = make_variant(stock=30)
    divide(mug, 8)
    carts = [ready_checkout(mug) for _ in range(60)]
    before = deadlocks()

    results = crowd(lambda index: buy(carts[index].id), 60)

    assert Counter(result.codes for result in results) == {(): 30, ("INSUFFICIENT_STOCK",): 30}
    assert Order.objects.count() == 30
    assert not ProductCard.objects.get(product=mug.product_id).in_stock
    assert deadlocks() == before
    assert_all_is_well()


def test_carts_that_want_several_units_of_two_divided_variants_do_not_wait_in_a_circle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hesitate(monkeypatch, *TAKING, seconds=0.02)
    mug, cup = make_variant(stock=24), make_variant(stock=31)
    divide(mug, 5)
    divide(cup, 3)
    carts = [ready_checkout(mug if number % 2 else cup) for number in range(40)]
    for number, cart in enumerate(carts):
        add_line(cart, cup if number % 2 else mug)
        add_line(cart, mug)
    before = deadlocks()

    results = crowd(lambda index: buy(carts[index].id), 40)

    assert Counter(result.codes == () for result in results) == {True: 12, False: 28}
    assert available_quantity([mug.id, cup.id], make_channel()) == {mug.id: 0, cup.id: 19}
    assert deadlocks() == before
    assert_all_is_well()


def test_a_stock_that_is_divided_counted_and_sold_at_once_keeps_its_figures() -> None:
    mug = make_variant(stock=40)
    carts = [ready_checkout(mug) for _ in range(20)]
    warehouse = make_warehouse()
    before = deadlocks()

    def work(index: int) -> Any:
        if index < 20:
            return buy(carts[index].id)
        if index % 2:
            return shard_stock(variant_id=mug.id, warehouse_id=warehouse.id, shards=1 + index % 7, actor=SYSTEM).id
        return set_on_hand(
            variant_id=mug.id, warehouse_id=warehouse.id, quantity=40 + index, reason="set", actor=SYSTEM
        ).id

    results = crowd(work, 32)

    assert {result.codes for result in results} == {()}
    stock = whole_stocks().get()
    assert (stock.total_on_hand >= 60, stock.total_reserved) == (True, 20)
    assert Stock.objects.filter(is_closed=False).count() == stock.shards
    assert deadlocks() == before
    assert_all_is_well()
