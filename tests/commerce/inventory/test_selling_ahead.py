"""Backorders with limits and preorders: what may be sold before it is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from commerce.catalog.card_models import ProductCard
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import Conflict, InvalidInput, PermissionDenied, Rejected
from commerce.core.permission import Permission
from commerce.inventory.errors import NothingToSend, PreorderNotFound, WarehouseNotFound
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock
from commerce.inventory.queries import available_quantity, preorders_of_variants, whole_stocks
from commerce.inventory.services import (
    AllocatedLine,
    WantedLine,
    allocate,
    end_due_preorders,
    end_preorder,
    fulfil_allocations,
    offer_preorder,
    release_allocations,
    release_reservations,
    reserve,
    set_backorders,
    set_on_hand,
    shard_stock,
)
from tests.factories import list_variant, make_channel, make_variant, make_warehouse, staff_actor

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=5)


def hold(variant: ProductVariant, quantity: int, channel: Channel | None = None) -> tuple[UUID, WantedLine]:
    checkout_id, line = uuid4(), WantedLine(uuid4(), variant.id, quantity)
    until = timezone.now() + SOON
    reserve(checkout_id=checkout_id, lines=[line], channel=channel or make_channel(), country="US", expires_at=until)
    return checkout_id, line


def order(variant: ProductVariant, quantity: int) -> tuple[UUID, UUID]:
    cart, line = hold(variant, quantity)
    order_id, line_id = uuid4(), uuid4()
    lines = [AllocatedLine(line_id, line)]
    allocate(order_id=order_id, checkout_id=cart, lines=lines, channel=make_channel(), country="US")
    return order_id, line_id


def send(order: tuple[UUID, UUID], quantity: int, left: int) -> None:
    order_id, line_id = order
    with transaction.atomic():
        fulfil_allocations(order_id=order_id, lines={line_id: quantity}, left={line_id: left}, actor=SYSTEM)


def count(variant: ProductVariant, quantity: int) -> None:
    set_on_hand(
        variant_id=variant.id, warehouse_id=make_warehouse().id, quantity=quantity, reason="received", actor=SYSTEM
    )


def ahead(variant: ProductVariant, **given: Any) -> Stock:
    defaults: dict[str, Any] = {
        "warehouse_id": make_warehouse().id,
        "channel": make_channel(),
        "end_date": timezone.now() + SOON,
        "actor": SYSTEM,
    }
    return offer_preorder(variant_id=variant.id, **(defaults | given))


def left(variant: ProductVariant, channel: Channel | None = None) -> int | None:
    return available_quantity([variant.id], channel or make_channel())[variant.id]


def is_shown_in_stock(variant: ProductVariant, channel: Channel | None = None) -> bool:
    return ProductCard.objects.get(product=variant.product_id, channel=channel or make_channel()).in_stock


def test_so_many_units_beyond_the_stock_and_not_one_more() -> None:
    sofa = make_variant(stock=2)
    set_backorders(variant_id=sofa.id, is_allowed=True, limit=3, actor=SYSTEM)
    assert left(sofa) == 5
    hold(sofa, 4)
    with pytest.raises(Rejected) as refused:
        hold(sofa, 2)
    assert refused.value.errors[0].facts == {"available_quantity": 1}
    assert is_shown_in_stock(sofa)
    hold(sofa, 1)
    assert (left(sofa), is_shown_in_stock(sofa)) == (0, False)
    assert broken_stock() == []


def test_the_limit_is_divided_with_the_stock() -> None:
    sofa = make_variant(stock=0)
    set_backorders(variant_id=sofa.id, is_allowed=True, limit=7, actor=SYSTEM)
    shard_stock(variant_id=sofa.id, warehouse_id=make_warehouse().id, shards=3, actor=SYSTEM)
    assert sorted(Stock.objects.values_list("backorder_limit", flat=True)) == [2, 2, 3]
    hold(sofa, 7)
    with pytest.raises(Rejected):
        hold(sofa, 1)
    assert broken_stock() == []


def test_a_rule_that_is_taken_back_leaves_promises_alone_and_allows_no_more() -> None:
    sofa = make_variant(stock=1, backorder_allowed=True)
    cart, _ = hold(sofa, 6)
    set_backorders(variant_id=sofa.id, is_allowed=False, actor=SYSTEM)
    assert (left(sofa), whole_stocks().get().total_overdrawn) == (0, 5)
    assert broken_stock() == []
    count(sofa, 4)
    assert (left(sofa), whole_stocks().get().total_overdrawn) == (0, 2)
    release_reservations(cart)
    assert (left(sofa), whole_stocks().get().total_overdrawn) == (4, 0)
    assert broken_stock() == []


def test_a_variant_that_gets_stock_later_has_the_same_limit_there() -> None:
    sofa = make_variant(stock=None)
    set_backorders(variant_id=sofa.id, is_allowed=True, limit=3, actor=SYSTEM)
    count(sofa, 1)
    assert left(sofa) == 4


def test_limits_that_mean_nothing_are_refused() -> None:
    sofa = make_variant(stock=0)
    for allowed, limit in ((False, 1), (True, 0), (True, -1), (True, 2**31)):
        with pytest.raises(InvalidInput):
            set_backorders(variant_id=sofa.id, is_allowed=allowed, limit=limit, actor=SYSTEM)
    with pytest.raises(VariantNotFound):
        set_backorders(variant_id=uuid4(), is_allowed=True, actor=SYSTEM)
    with pytest.raises(Conflict):
        set_backorders(variant_id=sofa.id, is_allowed=True, version=99, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        set_backorders(
            variant_id=sofa.id,
            is_allowed=True,
            actor=staff_actor(Permission.MANAGE_STOCK, channels=[make_channel()]),
        )


def test_a_channel_sells_ahead_up_to_its_own_limit() -> None:
    console, default, europe = make_variant(stock=None), make_channel(), make_channel("eu")
    list_variant(console, europe, price=100)
    make_warehouse(channels=[default, europe])
    ahead(console, limit=3)
    assert (left(console), left(console, europe)) == (3, 0)
    assert is_shown_in_stock(console)
    hold(console, 3)
    with pytest.raises(Rejected):
        hold(console, 1)
    with pytest.raises(Rejected):
        hold(console, 1, europe)
    ahead(console, channel=europe, limit=None)
    assert left(console, europe) is None
    hold(console, 50, europe)
    assert (left(console), is_shown_in_stock(console)) == (0, False)
    assert broken_stock() == []


def test_what_is_there_is_sold_before_what_will_come() -> None:
    console = make_variant(stock=2)
    row = ahead(console, limit=5)
    hold(console, 3)
    assert Stock.objects.get(id=row.id).reserved == 1
    assert (whole_stocks().get().total_reserved, left(console)) == (2, 4)


def test_when_it_ends_promises_wait_for_the_goods_like_all_others() -> None:
    console = make_variant(stock=0)
    ahead(console, limit=10)
    first, second = order(console, 4), order(console, 2)
    with pytest.raises(NothingToSend):
        send(first, 4, 4)
    Stock.objects.filter(channel__isnull=False).update(preorder_until=timezone.now() - SOON)
    assert left(console) == 0
    with pytest.raises(Rejected):
        hold(console, 1)
    assert end_due_preorders() == 1
    assert end_due_preorders() == 0
    stock = whole_stocks().get()
    assert (stock.total_reserved, stock.total_overdrawn, stock.shards) == (6, 6, 1)
    assert (left(console), is_shown_in_stock(console)) == (0, False)
    assert broken_stock() == []
    count(console, 5)
    assert left(console) == 0
    send(first, 4, 4)
    release_allocations(second[0])
    assert (left(console), broken_stock()) == (1, [])
    hold(console, 1)


def test_units_that_are_there_when_it_ends_cover_what_was_promised() -> None:
    console = make_variant(stock=0)
    ahead(console, limit=10)
    promised = order(console, 4)
    count(console, 6)
    assert left(console) == 12
    end_preorder(variant_id=console.id, channel=make_channel(), actor=SYSTEM)
    assert (left(console), whole_stocks().get().total_overdrawn) == (2, 0)
    send(promised, 4, 4)
    assert (whole_stocks().get().total_on_hand, broken_stock()) == (2, [])


def test_a_preorder_that_nobody_wanted_leaves_nothing() -> None:
    console = make_variant(stock=0)
    ahead(console)
    end_preorder(variant_id=console.id, channel=make_channel(), actor=SYSTEM)
    assert Stock.objects.get().shard == 0
    with pytest.raises(PreorderNotFound):
        end_preorder(variant_id=console.id, channel=make_channel(), actor=SYSTEM)


def test_its_day_and_limit_can_be_changed_and_promises_stay() -> None:
    console = make_variant(stock=0)
    ahead(console, limit=10)
    cart, _ = hold(console, 8)
    later = timezone.now() + timedelta(days=3)
    ahead(console, limit=5, end_date=later)
    assert left(console) == 0
    (found,) = preorders_of_variants([(make_channel().id, console.id)]).values()
    assert (found.end_date, found.left) == (later, 0)
    release_reservations(cart)
    assert (left(console), broken_stock()) == (5, [])


def test_preorders_that_mean_nothing_are_refused() -> None:
    console, file = make_variant(stock=0), make_variant(stock=None, track_inventory=False)
    elsewhere = make_warehouse("elsewhere", channels=[make_channel("eu")])
    past: list[datetime] = [timezone.now() - SOON, datetime(2999, 1, 1)]  # noqa: DTZ001 - that it is refused
    for moment in past:
        with pytest.raises(InvalidInput):
            ahead(console, end_date=moment)
    for limit in (0, -1, 2**31):
        with pytest.raises(InvalidInput):
            ahead(console, limit=limit)
    with pytest.raises(InvalidInput):
        ahead(file)
    for warehouse_id in (uuid4(), elsewhere.id):
        with pytest.raises(WarehouseNotFound):
            ahead(console, warehouse_id=warehouse_id)
    with pytest.raises(PermissionDenied):
        ahead(console, actor=ANONYMOUS)
    with pytest.raises(PermissionDenied):
        ahead(console, actor=staff_actor(Permission.MANAGE_STOCK, channels=[make_channel("eu")]))
    assert Stock.objects.filter(channel__isnull=False).count() == 0


def test_a_preorder_comes_into_one_warehouse() -> None:
    console = make_variant(stock=0)
    ahead(console)
    with pytest.raises(InvalidInput):
        ahead(console, warehouse_id=make_warehouse("second").id)
