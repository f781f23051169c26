"""Stock that is taken along with COMMIT: who is too late is told so, and nothing of theirs stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.core.errors import Rejected
from commerce.core.transactions import retry_on_deadlock
from commerce.inventory import rows
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Reservation, Stock
from commerce.inventory.services import WantedLine, reservations, reserve
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("durable")


def hold(*lines: WantedLine) -> None:
    """Set goods aside in a transaction that is repeated when it loses a race."""

    @transaction.atomic
    def verb() -> None:
        reserve(
            checkout_id=uuid4(),
            lines=lines,
            channel=make_channel(),
            country="US",
            expires_at=timezone.now() + timedelta(minutes=5),
        )

    retry_on_deadlock(verb)


def want(variant: ProductVariant, quantity: int) -> WantedLine:
    return WantedLine(uuid4(), variant.id, quantity)


def somebody_else_takes(units: int, stock: Stock) -> None:
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with other.cursor() as cursor:
            cursor.execute("UPDATE inventory_stock SET on_hand = on_hand - %s WHERE id = %s", [units, stock.id])
    finally:
        other.close()


@pytest.fixture
def too_late(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Stock], list[bool]]:
    """Somebody else takes units of a stock each time between the look and the taking; whether it was with COMMIT."""

    def arrange(units: int, stock: Stock) -> list[bool]:
        taken: list[bool] = []
        real = reservations.shift_at_commit

        def after_them(deltas: dict[UUID, int]) -> bool:
            if not taken:
                somebody_else_takes(units, stock)
            taken.append(real(deltas))
            return taken[-1]

        monkeypatch.setattr(reservations, "shift_at_commit", after_them)
        return taken

    return arrange


def test_who_is_too_late_by_a_moment_is_told_what_is_left(too_late: Callable[[int, Stock], list[bool]]) -> None:
    mug = make_variant(stock=3)
    taken = too_late(2, mug.stocks.get())
    with pytest.raises(Rejected) as refused:
        hold(want(mug, 2))
    assert taken == [True], "the second time it is seen before anything is taken"
    assert [error.facts["available_quantity"] for error in refused.value.errors] == [1]
    assert not Reservation.objects.exists()
    assert mug.stocks.get().reserved == 0


def test_who_is_too_late_at_one_warehouse_takes_from_the_next(too_late: Callable[[int, Stock], list[bool]]) -> None:
    mug = make_variant(stock=3)
    first = mug.stocks.get()
    stock_up(mug, 5, warehouse=make_warehouse("second"))
    taken = too_late(3, first)
    hold(want(mug, 2))
    assert taken == [True, False], "who repeats it looks at what became of it"
    assert Reservation.objects.get().stock.warehouse.slug == "second"
    assert Stock.objects.get(id=first.id).reserved == 0


def test_of_several_things_none_is_taken_if_one_is_gone(too_late: Callable[[int, Stock], list[bool]]) -> None:
    mug, cup = make_variant(stock=3), make_variant(stock=3)
    too_late(3, cup.stocks.get())
    with pytest.raises(Rejected):
        hold(want(mug, 1), want(cup, 1))
    assert set(Stock.objects.values_list("reserved", flat=True)) == {0}
    assert not Reservation.objects.exists()


def test_rows_are_taken_in_the_order_of_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    goods = [make_variant(stock=9) for _ in range(5)]
    asked: list[Any] = []
    monkeypatch.setattr(rows._TAKE_OR_FAIL, "run_later", lambda stock_id, delta: asked.append((stock_id, delta)))
    hold(*(want(variant, place) for place, variant in enumerate(reversed(goods), 1)))
    assert asked == sorted(asked)
    assert {delta for _, delta in asked} == {1, 2, 3, 4, 5}


def test_goods_are_set_aside_in_two_round_trips() -> None:
    mug, cup = make_variant(stock=3), make_variant(stock=3)
    hold(want(mug, 1), want(cup, 1))
    with recorded_statements() as seen:
        hold(want(mug, 1), want(cup, 1))
    assert seen.round_trips == 2 + 1, "the channel of the test, the look, the taking"


def test_very_many_rows_are_locked_in_one_statement() -> None:
    goods = [make_variant(stock=3) for _ in range(11)]
    with recorded_statements() as seen:
        hold(*(want(variant, 1) for variant in goods))
    assert not [statement for statement in seen if "or_fail" in statement]
    assert broken_stock() == []


def test_whoever_repeats_nothing_takes_at_once() -> None:
    mug = make_variant(stock=3)
    with recorded_statements() as seen, transaction.atomic():
        reserve(
            checkout_id=uuid4(),
            lines=[want(mug, 1)],
            channel=make_channel(),
            country="US",
            expires_at=timezone.now() + timedelta(minutes=5),
        )
    assert not [statement for statement in seen if "or_fail" in statement]
