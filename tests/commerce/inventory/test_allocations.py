"""From a cart's reservation to a parcel."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from commerce.core.actor import SYSTEM
from commerce.core.errors import Rejected
from commerce.events.models import Event
from commerce.inventory.errors import NothingToSend
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Allocation, Reservation, Stock, StockMovement
from commerce.inventory.services import (
    AllocatedLine,
    WantedLine,
    allocate,
    fulfil_allocations,
    release_allocations,
    release_expired_reservations,
    reserve,
)
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


class Cart:
    """A checkout with one line, and the order that it becomes."""

    def __init__(self, variant_id: UUID, quantity: int, *, ttl: timedelta = timedelta(minutes=5)) -> None:
        self.checkout_id, self.order_id, self.order_line_id = uuid4(), uuid4(), uuid4()
        self.line = WantedLine(uuid4(), variant_id, quantity)
        reserve(
            checkout_id=self.checkout_id,
            lines=[self.line],
            channel=make_channel(),
            country="US",
            expires_at=timezone.now() + ttl,
        )

    def become_an_order(self) -> None:
        allocate(
            order_id=self.order_id,
            checkout_id=self.checkout_id,
            lines=[AllocatedLine(self.order_line_id, self.line)],
            channel=make_channel(),
            country="US",
        )


def test_a_live_reservation_becomes_an_allocation_without_touching_the_stock() -> None:
    mug = make_variant(stock=5)
    cart = Cart(mug.id, 3)
    with recorded_statements() as statements:
        cart.become_an_order()
    assert not any(re.search(r'(UPDATE|FROM) "?inventory_stock', statement) for statement in statements)
    locks = [statement for statement in statements if " FOR " in statement]
    assert all(' OF "inventory_reservation"' in statement for statement in locks), locks
    assert (Reservation.objects.count(), Allocation.objects.get().quantity) == (0, 3)
    assert broken_stock() == []


def test_what_was_swept_meanwhile_is_set_aside_anew_if_it_is_still_there() -> None:
    mug = make_variant(stock=3)
    cart = Cart(mug.id, 3, ttl=timedelta(seconds=-1))
    release_expired_reservations()
    cart.become_an_order()
    assert Stock.objects.get(variant=mug).reserved == 3
    assert broken_stock() == []


def test_what_was_swept_and_sold_to_another_is_refused() -> None:
    mug = make_variant(stock=3)
    late = Cart(mug.id, 3, ttl=timedelta(seconds=-1))
    release_expired_reservations()
    Cart(mug.id, 1).become_an_order()
    with pytest.raises(Rejected):
        late.become_an_order()


def test_sent_units_leave_the_shelf_and_the_account_says_why() -> None:
    mug = make_variant(stock=2)
    second = make_warehouse("second")
    stock_up(mug, 5, warehouse=second)
    cart = Cart(mug.id, 4)
    cart.become_an_order()

    sent = fulfil_allocations(
        order_id=cart.order_id, lines={cart.order_line_id: 3}, left={cart.order_line_id: 4}, actor=SYSTEM
    )

    assert sorted(units.quantity for units in sent) == [1, 2]
    assert sum(stock.on_hand for stock in Stock.objects.all()) == 4
    assert Allocation.objects.get().quantity == 1
    moved = StockMovement.objects.filter(reason=StockMovement.Reason.FULFILLED, reference=cart.order_id)
    assert sum(movement.delta for movement in moved) == -3
    told = [stock for event in Event.objects.filter(type="stock.changed") for stock in event.payload["stocks"]]
    assert sum(stock["on_hand"] for stock in told) == 4
    assert broken_stock() == []


def test_no_more_is_sent_than_belongs_to_the_order_or_lies_there() -> None:
    mug, sofa = make_variant(stock=5), make_variant(stock=1, backorder_allowed=True)
    cart, waiting = Cart(mug.id, 2), Cart(sofa.id, 3)
    cart.become_an_order()
    waiting.become_an_order()
    with pytest.raises(NothingToSend):
        fulfil_allocations(
            order_id=cart.order_id, lines={cart.order_line_id: 3}, left={cart.order_line_id: 2}, actor=SYSTEM
        )
    with pytest.raises(NothingToSend):
        fulfil_allocations(
            order_id=waiting.order_id, lines={waiting.order_line_id: 3}, left={waiting.order_line_id: 3}, actor=SYSTEM
        )


def test_a_cancelled_order_gives_its_goods_back() -> None:
    mug = make_variant(stock=5)
    cart = Cart(mug.id, 3)
    cart.become_an_order()
    release_allocations(cart.order_id)
    release_allocations(cart.order_id)
    assert Stock.objects.get(variant=mug).reserved == 0
    assert broken_stock() == []
