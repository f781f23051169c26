"""A stock in several rows: the same figures for everybody, and one row less to wait for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, PermissionDenied, Rejected
from commerce.inventory.errors import BelowReserved, StockNotFound
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Allocation, Reservation, Stock, StockMovement
from commerce.inventory.queries import available_quantity, whole_stocks
from commerce.inventory.services import (
    AllocatedLine,
    WantedLine,
    allocate,
    fulfil_allocations,
    release_allocations,
    release_reservations,
    reserve,
    set_on_hand,
    shard_stock,
)
from tests.factories import make_channel, make_variant, make_warehouse

pytestmark = pytest.mark.django_db


def divided(variant: ProductVariant, shards: int) -> Stock:
    warehouse = Stock.objects.filter(variant=variant, shard=0).get().warehouse_id
    return shard_stock(variant_id=variant.id, warehouse_id=warehouse, shards=shards, actor=SYSTEM)


def hold(variant: ProductVariant, quantity: int, checkout_id: UUID | None = None) -> tuple[UUID, WantedLine]:
    checkout_id, line = checkout_id or uuid4(), WantedLine(uuid4(), variant.id, quantity)
    soon = timezone.now() + timedelta(minutes=5)
    reserve(checkout_id=checkout_id, lines=[line], channel=make_channel(), country="US", expires_at=soon)
    return checkout_id, line


def order(variant: ProductVariant, quantity: int, checkout_id: UUID | None = None) -> tuple[UUID, UUID]:
    """An order and its line."""
    cart, line = hold(variant, quantity, checkout_id)
    order_id, line_id = uuid4(), uuid4()
    lines = [AllocatedLine(line_id, line)]
    allocate(order_id=order_id, checkout_id=cart, lines=lines, channel=make_channel(), country="US")
    return order_id, line_id


def figures(variant: ProductVariant) -> list[tuple[int, int]]:
    return list(Stock.objects.filter(variant=variant).order_by("shard").values_list("on_hand", "reserved"))


def test_the_stock_is_dealt_out_and_stays_one_stock() -> None:
    mug = make_variant(stock=10)
    stock = divided(mug, 4)
    assert figures(mug) == [(3, 0), (3, 0), (2, 0), (2, 0)]
    assert (stock.shard, stock.total_on_hand, stock.total_reserved, stock.shards) == (0, 10, 0, 4)  # type: ignore[attr-defined]
    assert whole_stocks().count() == 1
    assert available_quantity([mug.id], make_channel()) == {mug.id: 10}
    assert StockMovement.objects.count() == 1
    assert broken_stock() == []


def test_buyers_begin_at_different_rows() -> None:
    mug = make_variant(stock=40)
    divided(mug, 4)
    for number in range(4):
        hold(mug, 1, UUID(int=number))
    assert figures(mug) == [(10, 1)] * 4


def test_a_row_that_has_enough_is_preferred_to_two_that_have_it_together() -> None:
    mug = make_variant(stock=8)
    divided(mug, 2)
    hold(mug, 3, UUID(int=0))
    hold(mug, 2, UUID(int=2))
    assert figures(mug) == [(4, 3), (4, 2)]


def test_every_last_unit_is_sold_and_not_one_more() -> None:
    mug = make_variant(stock=10)
    divided(mug, 4)
    hold(mug, 9)
    with pytest.raises(Rejected) as refused:
        hold(mug, 2)
    assert refused.value.errors[0].facts == {"available_quantity": 1}
    hold(mug, 1)
    assert available_quantity([mug.id], make_channel()) == {mug.id: 0}
    assert broken_stock() == []


def test_dividing_anew_keeps_what_is_promised_where_it_is() -> None:
    mug = make_variant(stock=10)
    divided(mug, 4)
    carts = [hold(mug, 1, UUID(int=number))[0] for number in range(4)]
    held = set(Reservation.objects.values_list("checkout_id", "stock_id", "quantity"))
    assert divided(mug, 2).shards == 2  # type: ignore[attr-defined]
    assert set(Reservation.objects.values_list("checkout_id", "stock_id", "quantity")) == held
    assert figures(mug) == [(4, 1), (4, 1), (1, 1), (1, 1)]
    assert available_quantity([mug.id], make_channel()) == {mug.id: 6}
    for cart in carts:
        release_reservations(cart)
    hold(mug, 10)
    assert available_quantity([mug.id], make_channel()) == {mug.id: 0}
    assert broken_stock() == []


def test_merged_into_one_row_the_empty_ones_go() -> None:
    mug = make_variant(stock=10)
    divided(mug, 8)
    cart, _ = hold(mug, 1, UUID(int=3))
    divided(mug, 1)
    assert figures(mug) == [(9, 0), (1, 1)]
    release_reservations(cart)
    divided(mug, 1)
    assert figures(mug) == [(10, 0)]
    assert broken_stock() == []


def test_a_count_is_of_all_rows_together() -> None:
    mug = make_variant(stock=10)
    divided(mug, 4)
    hold(mug, 5)
    warehouse = make_warehouse()
    stock = set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=21, reason="set", actor=SYSTEM)
    assert (stock.total_on_hand, stock.total_reserved) == (21, 5)  # type: ignore[attr-defined]
    assert [movement.delta for movement in stock.movements.order_by("id")] == [10, 11]
    with pytest.raises(BelowReserved):
        set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=4, reason="set", actor=SYSTEM)
    set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=5, reason="set", actor=SYSTEM)
    assert available_quantity([mug.id], make_channel()) == {mug.id: 0}
    assert broken_stock() == []


def test_goods_are_sent_from_whichever_row_has_them() -> None:
    sofa = make_variant(stock=0, backorder_allowed=True)
    divided(sofa, 3)
    first, second = order(sofa, 2, UUID(int=1)), order(sofa, 2, UUID(int=2))
    set_on_hand(variant_id=sofa.id, warehouse_id=make_warehouse().id, quantity=2, reason="set", actor=SYSTEM)
    for order_id, line_id in (second,):
        sent = fulfil_allocations(order_id=order_id, lines={line_id: 2}, left={line_id: 2}, actor=SYSTEM)
        base = Stock.objects.get(shard=0)
        assert [(units.stock_id, units.quantity) for units in sent] == [(base.id, 2)]
    assert whole_stocks().get().total_on_hand == 0
    release_allocations(first[0])
    assert not Allocation.objects.exists()
    assert broken_stock() == []


def test_nonsense_is_refused() -> None:
    mug, warehouse = make_variant(stock=5), make_warehouse()
    for shards in (-1, 0, 65, 2**31):
        with pytest.raises(InvalidInput):
            shard_stock(variant_id=mug.id, warehouse_id=warehouse.id, shards=shards, actor=SYSTEM)
    with pytest.raises(StockNotFound):
        shard_stock(variant_id=mug.id, warehouse_id=uuid4(), shards=2, actor=SYSTEM)
    with pytest.raises(StockNotFound):
        shard_stock(variant_id=uuid4(), warehouse_id=warehouse.id, shards=2, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        shard_stock(variant_id=mug.id, warehouse_id=warehouse.id, shards=2, actor=ANONYMOUS)
    assert figures(mug) == [(5, 0)]
