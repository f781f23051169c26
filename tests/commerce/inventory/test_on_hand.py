"""Counting what lies in a warehouse."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from commerce.catalog.errors import VariantNotFound
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, PermissionDenied
from commerce.events.models import Event
from commerce.inventory.errors import BelowReserved, WarehouseNotFound
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.services import Count, Refused, WantedLine, reserve, set_on_hand, set_on_hand_many
from tests.factories import make_channel, make_variant, make_warehouse
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


def test_a_count_changes_the_stock_its_account_and_tells_partners() -> None:
    mug, warehouse = make_variant(stock=5), make_warehouse()
    stock = set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=8, reason="set", actor=SYSTEM)
    assert stock.on_hand == 8
    assert [movement.delta for movement in stock.movements.order_by("id")] == [5, 3]
    (changed,) = Event.objects.get(type="stock.changed").payload["stocks"]
    assert (changed["variant_id"], changed["on_hand"]) == (str(mug.id), 8)


def test_the_same_count_again_says_nothing() -> None:
    mug, warehouse = make_variant(stock=5), make_warehouse()
    set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=5, reason="set", actor=SYSTEM)
    assert (StockMovement.objects.count(), Event.objects.count()) == (1, 0)


def test_the_first_count_of_a_variant_makes_its_stock() -> None:
    sofa, warehouse = make_variant(stock=None, backorder_allowed=True), make_warehouse()
    stock = set_on_hand(variant_id=sofa.id, warehouse_id=warehouse.id, quantity=2, reason="import", actor=SYSTEM)
    assert (stock.on_hand, stock.oversellable) == (2, True)
    assert broken_stock() == []


def test_no_fewer_than_are_promised() -> None:
    mug, warehouse = make_variant(stock=5), make_warehouse()
    line = WantedLine(uuid4(), mug.id, 4)
    soon = timezone.now() + timedelta(minutes=1)
    reserve(checkout_id=uuid4(), lines=[line], channel=make_channel(), country=None, expires_at=soon)
    with pytest.raises(BelowReserved) as refused:
        set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=3, reason="set", actor=SYSTEM)
    assert refused.value.facts == {"reserved": 4}
    assert Stock.objects.get(variant=mug).on_hand == 5


def test_nonsense_is_refused() -> None:
    mug, warehouse = make_variant(stock=5), make_warehouse()
    with pytest.raises(InvalidInput):
        set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=-1, reason="set", actor=SYSTEM)
    with pytest.raises(WarehouseNotFound):
        set_on_hand(variant_id=mug.id, warehouse_id=uuid4(), quantity=1, reason="set", actor=SYSTEM)
    with pytest.raises(VariantNotFound):
        set_on_hand(variant_id=uuid4(), warehouse_id=warehouse.id, quantity=1, reason="set", actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=1, reason="set", actor=ANONYMOUS)


def test_many_counts_take_as_many_statements_as_one_and_name_what_was_refused() -> None:
    """New stocks, their locks, whether the locks are of all rows, figures with their account, and the event."""
    warehouse = make_warehouse()
    mugs = [make_variant(stock=5) for _ in range(30)]
    line = WantedLine(uuid4(), mugs[0].id, 4)
    soon = timezone.now() + timedelta(minutes=1)
    reserve(checkout_id=uuid4(), lines=[line], channel=make_channel(), country=None, expires_at=soon)
    with recorded_statements() as statements:
        refused = set_on_hand_many(rows=[Count(mug.id, warehouse.id, 1) for mug in mugs], reason="import", actor=SYSTEM)
    assert refused == [Refused(mugs[0].id, warehouse.id, 4)]
    assert sorted(Stock.objects.values_list("on_hand", flat=True)) == [1] * 29 + [5]
    assert len(statements) <= 5, str(statements)
    assert broken_stock() == []
