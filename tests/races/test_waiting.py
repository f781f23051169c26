"""Who had to wait for goods of several kinds gets, or gives back, all of them."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.pay import initialize_transaction
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.inventory.models import Allocation, Reservation, Stock
from commerce.inventory.services import WantedLine, release_expired_reservations, reserve
from commerce.orders.services import cancel_order
from tests.factories import make_channel, make_variant, staff_actor
from tests.races.crowd import crowd, hesitate, told
from tests.shoppers import add_line, assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")
CLERK = staff_actor(Permission.MANAGE_ORDERS)
MANY = 20


def carts_of_three_goods(stock: int = 100) -> list[Checkout]:
    goods = [make_variant(stock=stock) for _ in range(3)]
    carts = [ready_checkout(goods[number % 3]) for number in range(MANY)]
    for number, cart in enumerate(carts):
        for other in (1, 2):
            add_line(cart, goods[(number + other) % 3])
    return carts


def test_orders_that_are_cancelled_at_once_give_everything_back() -> None:
    carts = carts_of_three_goods()
    orders = [complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS) for cart in carts]
    results = crowd(lambda index: told(lambda: cancel_order(order_id=orders[index].id, actor=CLERK)), MANY)
    assert Counter(result.value for result in results) == {"done": MANY}
    assert set(Stock.objects.values_list("reserved", flat=True)) == {0}
    assert not Allocation.objects.exists()


def test_sweepers_at_work_together_give_everything_back() -> None:
    for cart in carts_of_three_goods():
        initialize_transaction(checkout_id=cart.id, payment=paying("3ds"), actor=ANONYMOUS)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    results = crowd(lambda _: release_expired_reservations(limit=7), 10)
    assert sum(result.value for result in results) == 3 * MANY
    assert set(Stock.objects.values_list("reserved", flat=True)) == {0}


def test_what_is_being_given_back_is_there_for_the_cart_that_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.inventory.services.reservations._give_back", seconds=0.8)
    mugs = [make_variant(stock=1) for _ in range(4)]
    lines = [WantedLine(uuid4(), mug.id, 1) for mug in mugs]
    carts = [uuid4() for _ in mugs]
    channel = make_channel()

    def set_aside(number: int) -> None:
        with transaction.atomic():
            reserve(
                checkout_id=carts[number],
                lines=[lines[number]],
                channel=channel,
                country="US",
                expires_at=timezone.now() + timedelta(minutes=5),
            )

    for number in range(4):
        set_aside(number)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def work(index: int) -> object:
        if index == 4:
            return release_expired_reservations()
        time.sleep(0.3)
        return told(lambda: set_aside(index))

    results = crowd(work, 5)
    assert [result.value for result in sorted(results, key=lambda each: str(each.value))] == [4, *["done"] * 4]
    assert set(Stock.objects.values_list("reserved", flat=True)) == {1}


def test_buyers_who_wait_for_each_other_pick_their_goods_once(monkeypatch: pytest.MonkeyPatch) -> None:
    places = (f"commerce.inventory.services.reservations.{name}" for name in ("shift_at_commit", "shift_reserved"))
    hesitate(monkeypatch, *places, seconds=0.3)
    carts = carts_of_three_goods(stock=MANY)

    def buy(index: int) -> str:
        return told(lambda: complete_checkout(checkout_id=carts[index].id, payment=paying(), actor=ANONYMOUS))

    results = crowd(buy, MANY)
    assert Counter(result.value for result in results) == {"done": MANY}
    assert_all_is_well()
