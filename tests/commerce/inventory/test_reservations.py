"""Setting goods aside for carts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.core.errors import CommerceError, Rejected
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Reservation, Stock, WarehouseChannel
from commerce.inventory.queries import available_quantity
from commerce.inventory.services import WantedLine, release_expired_reservations, release_reservations, reserve
from tests.factories import make_channel, make_variant, make_warehouse, stock_up

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=5)


def hold(
    lines: Sequence[WantedLine], *, checkout_id: UUID | None = None, country: str = "US", ttl: timedelta = SOON
) -> UUID:
    checkout_id = checkout_id or uuid4()
    reserve(
        checkout_id=checkout_id,
        lines=lines,
        channel=make_channel(),
        country=country,
        expires_at=timezone.now() + ttl,
    )
    return checkout_id


def want(variant: ProductVariant, quantity: int) -> WantedLine:
    return WantedLine(uuid4(), variant.id, quantity)


def held_where(checkout_id: UUID) -> dict[str, int]:
    rows = Reservation.objects.filter(checkout_id=checkout_id).select_related("stock__warehouse")
    return {row.stock.warehouse.slug: row.quantity for row in rows}


def shortages(refused: Rejected) -> list[tuple[tuple[str, ...], object]]:
    def of(error: CommerceError) -> tuple[tuple[str, ...], object]:
        assert error.code == "INSUFFICIENT_STOCK"
        return error.path, error.facts["available_quantity"]

    return [of(error) for error in refused.errors]


def test_what_is_set_aside_is_not_available_to_others() -> None:
    mug = make_variant(stock=5)
    hold([want(mug, 3)])
    assert available_quantity([mug.id], make_channel()) == {mug.id: 2}
    assert broken_stock() == []


def test_every_line_that_cannot_be_had_is_named_and_nothing_is_taken() -> None:
    mug, cup, jar = make_variant(stock=5), make_variant(stock=1), make_variant(stock=None)
    with pytest.raises(Rejected) as refused:
        hold([want(mug, 1), want(cup, 2), want(jar, 1)])
    assert shortages(refused.value) == [(("lines", "1", "quantity"), 1), (("lines", "2", "quantity"), 0)]
    assert not Reservation.objects.exists()
    assert not Stock.objects.exclude(reserved=0).exists()


def test_asking_again_takes_nothing_more_and_only_ever_lasts_longer() -> None:
    mug = make_variant(stock=5)
    line = want(mug, 3)
    checkout_id = hold([line], ttl=timedelta(hours=1))
    first = Reservation.objects.get()
    hold([line], checkout_id=checkout_id)
    again = Reservation.objects.get()
    assert (again.id, again.expires_at) == (first.id, first.expires_at)
    hold([line], checkout_id=checkout_id, ttl=timedelta(hours=2))
    assert Reservation.objects.get().expires_at > first.expires_at
    assert Stock.objects.get(variant=mug).reserved == 3


def test_a_cart_may_grow_and_shrink_within_what_it_holds_and_what_is_free() -> None:
    mug, cup = make_variant(stock=5), make_variant(stock=2)
    line = want(mug, 3)
    checkout_id = hold([line])
    hold([WantedLine(line.line_id, mug.id, 5)], checkout_id=checkout_id)
    assert Stock.objects.get(variant=mug).reserved == 5
    hold([WantedLine(line.line_id, mug.id, 1), want(cup, 2)], checkout_id=checkout_id)
    assert (Stock.objects.get(variant=mug).reserved, Stock.objects.get(variant=cup).reserved) == (1, 2)
    assert broken_stock() == []


def test_release_gives_everything_back() -> None:
    mug = make_variant(stock=5)
    checkout_id = hold([want(mug, 3)])
    release_reservations(checkout_id)
    release_reservations(checkout_id)
    assert Stock.objects.get(variant=mug).reserved == 0


def test_only_what_has_expired_is_swept() -> None:
    mug = make_variant(stock=9)
    hold([want(mug, 2)], ttl=-SOON)
    hold([want(mug, 3)], ttl=-SOON)
    alive = hold([want(mug, 4)])
    assert release_expired_reservations(limit=1) == 2
    assert held_where(alive) == {"main": 4}
    assert Stock.objects.get(variant=mug).reserved == 4
    assert broken_stock() == []


def test_warehouses_are_emptied_in_the_order_of_their_priority() -> None:
    mug = make_variant(stock=2)
    second = make_warehouse("second")
    WarehouseChannel.objects.filter(warehouse=second).update(priority=5)
    stock_up(mug, 10, warehouse=second)
    assert held_where(hold([want(mug, 5)])) == {"main": 2, "second": 3}


def test_or_the_fullest_first_where_the_channel_says_so() -> None:
    channel = make_channel(allocation_strategy="highest_stock")
    mug = make_variant(stock=2, channel=channel)
    stock_up(mug, 10, warehouse=make_warehouse("second"))
    assert held_where(hold([want(mug, 5)])) == {"second": 5}


def test_a_warehouse_sends_only_to_its_countries_and_for_its_channels() -> None:
    mug = make_variant(stock=3, warehouse=make_warehouse("europe", countries=["DE", "FR"]))
    closed = make_warehouse("closed", is_active=False)
    stock_up(mug, 10, warehouse=closed)
    elsewhere = make_warehouse("elsewhere", channels=[make_channel("eu")])
    stock_up(mug, 10, warehouse=elsewhere)
    with pytest.raises(Rejected):
        hold([want(mug, 1)], country="US")
    assert held_where(hold([want(mug, 1)], country="DE")) == {"europe": 1}
    assert available_quantity([mug.id], make_channel(), "US") == {mug.id: 0}
    assert available_quantity([mug.id], make_channel()) == {mug.id: 2}


def test_what_is_not_tracked_needs_no_stock_and_what_may_be_backordered_goes_below_zero() -> None:
    file = make_variant(stock=None, track_inventory=False)
    sofa = make_variant(stock=1, backorder_allowed=True)
    hold([want(file, 1000), want(sofa, 7)])
    assert Stock.objects.get(variant=sofa).reserved == 7
    assert available_quantity([file.id, sofa.id], make_channel()) == {file.id: None, sofa.id: None}
    assert broken_stock() == []


def test_a_cart_of_many_lines_takes_as_many_statements_as_one_of_few(query_count) -> None:  # type: ignore[no-untyped-def]
    few = [want(make_variant(stock=5), 1) for _ in range(2)]
    many = [want(make_variant(stock=5), 1) for _ in range(20)]
    with query_count() as for_few:
        hold(few)
    with query_count() as for_many:
        hold(many)
    assert len(for_few) == len(for_many)
