"""Goods that come in, get lost, or go from one warehouse to another."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from commerce.catalog.bulk import ErrorPolicy
from commerce.catalog.errors import VariantNotFound
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import CommerceError, InvalidInput, PermissionDenied
from commerce.core.permission import Permission
from commerce.inventory.errors import BelowReserved, StockNotFound, WarehouseNotFound
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.services import (
    Count,
    WantedLine,
    adjust_on_hand,
    count_stocks,
    reserve,
    shard_stock,
    transfer_stock,
)
from tests.factories import make_channel, make_variant, make_warehouse, staff_actor
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


def hold(variant_id: object, quantity: int) -> None:
    line = WantedLine(uuid4(), variant_id, quantity)  # type: ignore[arg-type]
    soon = timezone.now() + timedelta(minutes=5)
    reserve(checkout_id=uuid4(), lines=[line], channel=make_channel(), country="US", expires_at=soon)


def test_a_change_adds_to_whatever_there_is_and_says_why() -> None:
    mug, main = make_variant(stock=5), make_warehouse()
    stock = adjust_on_hand(
        variant_id=mug.id, warehouse_id=main.id, delta=-2, reason="damaged", note=" fell ", actor=SYSTEM
    )
    assert stock.total_on_hand == 3  # type: ignore[attr-defined]
    last = StockMovement.objects.order_by("-id")[0]
    assert (last.delta, last.reason, last.note) == (-2, "damaged", "fell")
    assert broken_stock() == []


def test_neither_more_than_there_are_nor_what_is_promised_can_be_lost() -> None:
    mug, main = make_variant(stock=5), make_warehouse()
    hold(mug.id, 4)

    def lose(delta: int) -> None:
        adjust_on_hand(variant_id=mug.id, warehouse_id=main.id, delta=delta, reason="lost", actor=SYSTEM)

    with pytest.raises(BelowReserved):
        lose(-2)
    for delta in (-6, 0, 2**31, -(2**31)):
        with pytest.raises(InvalidInput):
            lose(delta)
    lose(-1)
    with pytest.raises(VariantNotFound):
        adjust_on_hand(variant_id=uuid4(), warehouse_id=main.id, delta=1, reason="received", actor=SYSTEM)
    with pytest.raises(WarehouseNotFound):
        adjust_on_hand(variant_id=mug.id, warehouse_id=uuid4(), delta=1, reason="received", actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        adjust_on_hand(variant_id=mug.id, warehouse_id=main.id, delta=1, reason="received", actor=ANONYMOUS)
    for note in ("a\0b", "x" * 501):
        with pytest.raises(InvalidInput):
            adjust_on_hand(variant_id=mug.id, warehouse_id=main.id, delta=1, reason="received", note=note, actor=SYSTEM)


def test_goods_move_between_warehouses_and_both_accounts_say_so() -> None:
    mug, east, west = make_variant(stock=5), make_warehouse(), make_warehouse("west")
    shard_stock(variant_id=mug.id, warehouse_id=east.id, shards=3, actor=SYSTEM)
    source, target = transfer_stock(variant_id=mug.id, from_id=east.id, to_id=west.id, quantity=4, actor=SYSTEM)
    assert (source.total_on_hand, target.total_on_hand) == (1, 4)  # type: ignore[attr-defined]
    moved = StockMovement.objects.filter(reason="transferred").order_by("delta")
    assert [(row.stock_id, row.delta, row.reference) for row in moved] == [
        (source.id, -4, target.id),
        (target.id, 4, source.id),
    ]
    assert broken_stock() == []


def test_what_cannot_move_stays() -> None:
    mug, east, west = make_variant(stock=5), make_warehouse(), make_warehouse("west")
    hold(mug.id, 3)
    for quantity, error in ((3, BelowReserved), (6, InvalidInput), (0, InvalidInput), (-1, InvalidInput)):
        with pytest.raises(error):
            transfer_stock(variant_id=mug.id, from_id=east.id, to_id=west.id, quantity=quantity, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        transfer_stock(variant_id=mug.id, from_id=east.id, to_id=east.id, quantity=1, actor=SYSTEM)
    with pytest.raises(StockNotFound):
        transfer_stock(variant_id=mug.id, from_id=west.id, to_id=east.id, quantity=1, actor=SYSTEM)
    with pytest.raises(VariantNotFound):
        transfer_stock(variant_id=uuid4(), from_id=east.id, to_id=west.id, quantity=1, actor=SYSTEM)
    restricted = staff_actor(Permission.MANAGE_STOCK, channels=[make_channel()])
    with pytest.raises(PermissionDenied):
        transfer_stock(variant_id=mug.id, from_id=east.id, to_id=west.id, quantity=1, actor=restricted)
    assert list(Stock.objects.values_list("on_hand", flat=True)) == [5]


def faults(found: list[CommerceError | None]) -> list[tuple[str, tuple[str, ...]] | None]:
    return [None if fault is None else (fault.code, fault.path) for fault in found]


@pytest.mark.parametrize("policy", ErrorPolicy)
def test_every_count_that_is_refused_is_named(policy: ErrorPolicy) -> None:
    main = make_warehouse()
    good, promised = make_variant(stock=5), make_variant(stock=5)
    hold(promised.id, 4)
    counts = [
        Count(good.id, main.id, 7),
        Count(uuid4(), main.id, 1),
        Count(good.id, uuid4(), 1),
        Count(good.id, main.id, 9),
        Count(promised.id, main.id, -1),
    ]
    found = count_stocks(counts=counts, policy=policy, reason="set", actor=SYSTEM)
    assert faults(found) == [
        None,
        ("NOT_FOUND", ("variantId",)),
        ("NOT_FOUND", ("warehouseId",)),
        ("INVALID", ("variantId",)),
        ("INVALID", ("quantity",)),
    ]
    everything = policy is ErrorPolicy.REJECT_EVERYTHING
    assert Stock.objects.get(variant=good).on_hand == (5 if everything else 7)
    late = count_stocks(
        counts=[Count(good.id, main.id, 8), Count(promised.id, main.id, 3)], policy=policy, reason="set", actor=SYSTEM
    )
    assert faults(late) == [None, ("INVALID", ("quantity",))]
    assert Stock.objects.get(variant=good).on_hand == (5 if everything else 8)
    assert broken_stock() == []


def test_a_thousand_counts_take_as_many_statements_as_ten() -> None:
    main = make_warehouse()
    variants = [make_variant(stock=5) for _ in range(10)]
    counts = [Count(variant.id, main.id, 6) for variant in variants]

    def statements(of: list[Count]) -> int:
        with recorded_statements() as found:
            count_stocks(counts=of, policy=ErrorPolicy.REJECT_EVERYTHING, reason="set", actor=SYSTEM)
        return len(found)

    assert statements(counts[:1]) == statements(counts[1:]) <= 14
    with pytest.raises(InvalidInput):
        count_stocks(counts=counts * 101, policy=ErrorPolicy.IGNORE_FAILED, reason="set", actor=SYSTEM)
