"""Holes of stock that is sold ahead, moved about or swept up while somebody buys it; see `holes`."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.core.actor import SYSTEM
from commerce.inventory.models import Reservation, Stock, StockMovement
from commerce.inventory.rows import StockRow, WholeStock
from commerce.inventory.services import (
    WantedLine,
    offer_preorder,
    release_expired_reservations,
    reserve,
    set_backorders,
    transfer_stock,
)
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.races.crowd import crowd, deadlocks, hesitate, told
from tests.races.holes import AT_COMMIT, RESERVING, buy, sold
from tests.shoppers import assert_all_is_well, paying, ready_checkout

Stocks = dict[tuple[UUID, UUID], WholeStock]


def everybody_buys(mug: ProductVariant, buyers: int) -> Counter[str]:
    """So many buyers of one unit each, all at once; what they are told."""
    carts = [ready_checkout(mug) for _ in range(buyers)]
    results = crowd(lambda index: told(lambda: buy(carts[index])), buyers)
    return Counter(result.value for result in results)


def more_is_sold_than_may_be_ordered_back(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, AT_COMMIT, RESERVING, seconds=1)
    mug = make_variant(stock=3)
    set_backorders(variant_id=mug.id, is_allowed=True, limit=4, actor=SYSTEM)
    assert everybody_buys(mug, 20) == {"done": 7, "INSUFFICIENT_STOCK": 13}
    assert sold() == {mug.id: 7}
    assert PaymentAttempt.objects.count() == 7, "nobody else was even asked for money"
    assert_all_is_well()


def more_is_sold_than_may_be_ordered_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, AT_COMMIT, RESERVING, seconds=1)
    console = make_variant(stock=0)
    offer_preorder(
        variant_id=console.id,
        warehouse_id=make_warehouse().id,
        channel=make_channel(),
        end_date=timezone.now() + timedelta(days=1),
        limit=5,
        actor=SYSTEM,
    )
    assert everybody_buys(console, 20) == {"done": 5, "INSUFFICIENT_STOCK": 15}
    assert sold() == {console.id: 5}
    assert_all_is_well()


def units_are_lost_or_sold_twice_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.inventory.services.moving.write_entries", seconds=0.1)
    mug, west = make_variant(stock=10), make_warehouse("west")
    stock_up(mug, 10, warehouse=west)
    places = [make_warehouse().id, west.id]
    carts = [ready_checkout(mug) for _ in range(28)]
    before = deadlocks()

    def work(index: int) -> str:
        if index < len(carts):
            return told(lambda: buy(carts[index]))
        source, target = places if index % 2 else places[::-1]
        return told(
            lambda: transfer_stock(
                variant_id=mug.id, from_id=source, to_id=target, quantity=1 + index % 3, actor=SYSTEM
            )
        )

    results = crowd(work, len(carts) + 12)

    assert {result.value for result in results} <= {"done", "INSUFFICIENT_STOCK", "INVALID"}
    there = Stock.objects.filter(variant=mug).aggregate(units=Sum("on_hand"), promised=Sum("reserved"))
    assert (there["units"], there["promised"]) == (20, Order.objects.count())
    assert Order.objects.count() <= 20
    moved = StockMovement.objects.filter(reason="transferred")
    assert (moved.aggregate(sum=Sum("delta"))["sum"], moved.exists()) == (0, True)
    assert deadlocks() == before
    assert_all_is_well()


def goods_are_given_away_while_they_are_paid_for(_: pytest.MonkeyPatch) -> None:
    mug, channel = make_variant(stock=8), make_channel()
    buyers, others = [ready_checkout(mug) for _ in range(8)], [ready_checkout(mug) for _ in range(8)]
    for cart in buyers:
        line = cart.lines.get()
        past = timezone.now() - timedelta(seconds=1)
        wanted = [WantedLine(line.id, mug.id, 1)]
        reserve(checkout_id=cart.id, lines=wanted, channel=channel, country="US", expires_at=past)
    assert Reservation.objects.filter(expires_at__lt=timezone.now()).count() == 8

    def work(index: int) -> str:
        if index < 8:
            return told(lambda: buy(buyers[index], payment=paying(delay_ms=1500)))
        while PaymentAttempt.objects.count() < 8:
            time.sleep(0.02)
        release_expired_reservations(limit=1)
        return told(lambda: buy(others[index - 8]))

    results = crowd(work, 16)

    assert Counter(result.value for result in results) == {"done": 8, "INSUFFICIENT_STOCK": 8}
    assert set(Order.objects.values_list("checkout_id", flat=True)) == {cart.id for cart in buyers}
    assert PaymentAttempt.objects.count() == 8, "the others were not even asked for money"
    assert_all_is_well()


def looked_at_only(_real: Callable[..., Any], variant_ids: Collection[UUID]) -> Stocks:
    """The stocks, not locked: whoever buys meanwhile is overwritten."""
    return _whole(Stock.objects.filter(variant__in=variant_ids, channel=None).order_by("id"))


def locked_as_they_come(_real: Callable[..., Any], variant_ids: Collection[UUID]) -> Stocks:
    """The locking of others: one row, then the next, in any order."""
    keys = list(Stock.objects.filter(variant__in=variant_ids, channel=None).values_list("id", flat=True))
    random.shuffle(keys)
    rows = []
    for key in keys:
        rows.append(Stock.objects.select_for_update(no_key=True).get(id=key))
        time.sleep(0.05)
    return _whole(rows)


def _whole(stocks: Any) -> Stocks:
    found: defaultdict[tuple[UUID, UUID], list[StockRow]] = defaultdict(list)
    for stock in stocks:
        row = StockRow(*(getattr(stock, name) for name in StockRow._fields))
        found[row.warehouse_id, row.variant_id].append(row)
    return {key: WholeStock(rows) for key, rows in found.items()}
