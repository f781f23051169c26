"""More people than goods, and one person who presses the button fifty times."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS
from commerce.events.models import Event
from commerce.inventory.models import Stock
from commerce.orders.models import Order, OrderLine
from commerce.payments.models import PaymentAttempt, PaymentEvent
from tests.api import Api
from tests.factories import make_variant, make_warehouse, stock_up
from tests.races.crowd import crowd, deadlocks, told
from tests.schema.buying import APPROVED, ready
from tests.schema.doing import Shopper
from tests.shoppers import assert_all_is_well, kept, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")
BUYERS, AT_ONCE = 300, 50


def test_three_hundred_buyers_of_a_hundred_units_in_two_warehouses() -> None:
    mug = make_variant(stock=64)
    stock_up(mug, 36, warehouse=make_warehouse("second"))
    random = Random(300)
    wanted = [random.choice([1, 1, 2, 3]) for _ in range(BUYERS)]
    carts = [ready_checkout(mug, quantity) for quantity in wanted]
    before = deadlocks()

    def buy(buyer: int) -> str:
        return told(lambda: complete_checkout(checkout_id=carts[buyer].id, payment=paying(), actor=ANONYMOUS))

    def stand_in_line(index: int) -> dict[int, str]:
        return {buyer: buy(buyer) for buyer in range(index, BUYERS, AT_ONCE)}

    results = crowd(stand_in_line, AT_ONCE)

    said = {buyer: what for result in results for buyer, what in result.value.items()}
    assert set(said.values()) == {"done", "INSUFFICIENT_STOCK"}
    assert len(said) == BUYERS
    sold = sum(OrderLine.objects.values_list("quantity", flat=True))
    assert sold == sum(wanted[buyer] for buyer, what in said.items() if what == "done") == 100
    assert Order.objects.count() == sum(what == "done" for what in said.values())
    assert Stock.objects.filter(variant=mug).count() == 2
    assert {stock.on_hand - stock.reserved for stock in Stock.objects.filter(variant=mug)} == {0}
    for buyer, what in said.items():
        if what != "done":
            assert kept(carts[buyer]) == 0
    assert PaymentAttempt.objects.count() == Order.objects.count(), "nobody else was even asked for money"
    assert deadlocks() == before
    assert_all_is_well()


def test_fifty_requests_with_one_key_are_one_charge_and_fifty_equal_answers() -> None:
    for _ in range(2):  # a document that came twice is known, and does not wait to be read
        ready().do("checkoutComplete", payment=APPROVED)
    shopper = ready()
    slow = {**APPROVED, "data": {"outcome": "approve", "delay_ms": 300}}

    def complete(_: int) -> Any:
        client = Shopper(Api(), shopper.cart)
        while True:
            answer = client.ask("checkoutComplete", key="a-key-of-this-shopper", payment=slow)
            if "IN_PROGRESS" not in {error["code"] for error in answer.payload["errors"]}:
                return answer.status, answer.payload

    results = crowd(complete, 50)

    status, payload = results[0].value
    assert (status, payload["errors"]) == (200, [])
    assert payload["order"]["isPaid"] is True
    assert [result.value for result in results] == [(status, payload)] * 50
    assert Counter(PaymentEvent.objects.values_list("type", flat=True)) == {"submitted": 3, "charged": 3}
    assert Event.objects.filter(type="order.placed").count() == Order.objects.count() == 3
    assert_all_is_well()
