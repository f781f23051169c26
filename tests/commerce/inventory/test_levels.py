"""Partners learn that a stock runs low, out, or is back: once for each time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.core.actor import SYSTEM
from commerce.events.models import Event
from commerce.inventory.levels import tell_levels
from commerce.inventory.models import DueLevel, Stock
from commerce.inventory.services import (
    WantedLine,
    release_reservations,
    reserve,
    set_low_threshold,
    set_on_hand,
    shard_stock,
)
from tests.factories import make_channel, make_variant, make_warehouse

pytestmark = pytest.mark.django_db


def hold(variant: ProductVariant, quantity: int) -> UUID:
    checkout_id, line = uuid4(), WantedLine(uuid4(), variant.id, quantity)
    soon = timezone.now() + timedelta(minutes=5)
    reserve(checkout_id=checkout_id, lines=[line], channel=make_channel(), country="US", expires_at=soon)
    return checkout_id


def told() -> list[tuple[str, int | None]]:
    """What partners have been told since the last time: type and units."""
    tell_levels()
    assert not DueLevel.objects.exists()
    rows = Event.objects.filter(type__in=["stock.low", "stock.out", "stock.back"]).order_by("sequence", "id")
    found = [(row.type, row.payload.get("available")) for row in rows]
    rows.delete()
    return found


def test_the_first_units_of_a_stock_are_no_news() -> None:
    mug, warehouse = make_variant(stock=None), make_warehouse()
    set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=1, reason="received", actor=SYSTEM)
    assert told() == []
    hold(mug, 1)
    assert told() == [("stock.out", None)]


def threshold(variant: ProductVariant, units: int | None) -> None:
    set_low_threshold(variant_id=variant.id, warehouse_id=make_warehouse().id, threshold=units, actor=SYSTEM)


def test_each_crossing_is_told_once() -> None:
    mug = make_variant(stock=10)
    threshold(mug, 3)
    assert told() == []
    hold(mug, 6)
    assert told() == []
    cart = hold(mug, 1)
    assert told() == [("stock.low", 3)]
    hold(mug, 1)
    assert told() == []
    last = hold(mug, 2)
    assert told() == [("stock.out", None)]
    release_reservations(cart)
    assert told() == [("stock.back", 1)]
    release_reservations(last)
    assert told() == []
    hold(mug, 1)
    assert told() == []


def test_without_a_threshold_only_out_and_back_are_told() -> None:
    mug, warehouse = make_variant(stock=2), make_warehouse()
    hold(mug, 1)
    assert (told(), DueLevel.objects.count()) == ([], 0)
    set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=1, reason="set", actor=SYSTEM)
    assert told() == [("stock.out", None)]
    set_on_hand(variant_id=mug.id, warehouse_id=warehouse.id, quantity=9, reason="received", actor=SYSTEM)
    assert told() == [("stock.back", 8)]


def test_what_came_and_went_meanwhile_is_not_told() -> None:
    mug = make_variant(stock=1)
    release_reservations(hold(mug, 1))
    assert told() == []


def test_a_divided_stock_is_out_when_all_of_it_is() -> None:
    mug = make_variant(stock=8)
    shard_stock(variant_id=mug.id, warehouse_id=make_warehouse().id, shards=4, actor=SYSTEM)
    threshold(mug, 3)
    for _ in range(4):
        hold(mug, 1)
    assert told() == []
    hold(mug, 1)
    assert told() == [("stock.low", 3)]
    hold(mug, 3)
    assert told() == [("stock.out", None)]
    event_of = Stock.objects.get(shard=0)
    set_on_hand(variant_id=mug.id, warehouse_id=event_of.warehouse_id, quantity=20, reason="received", actor=SYSTEM)
    tell_levels()
    assert Event.objects.get(type="stock.back").aggregate_id == event_of.id


def test_a_threshold_that_is_set_above_what_there_is_tells_at_once() -> None:
    mug = make_variant(stock=5)
    assert told() == []
    threshold(mug, 7)
    assert told() == [("stock.low", 5)]
    threshold(mug, None)
    assert told() == []
