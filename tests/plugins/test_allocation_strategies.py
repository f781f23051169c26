"""A channel empties its warehouses as a plugin says, and sells on without it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.metadata import EntryPoint
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as draw

from commerce.channels.models import Channel
from commerce.checkout.complete import complete_checkout
from commerce.core import plugins as registry
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.inventory import strategies as module
from commerce.inventory.models import Reservation
from commerce.inventory.provider import Place
from commerce.inventory.services import WantedLine, reserve
from commerce.inventory.strategies import in_order, strategies
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.schema.doing import Merchant, merchant
from tests.shoppers import paying, ready_checkout

EPOCH = timezone.now()


class NearestFirst:
    """A package's strategy: the buyer's own country first."""

    id: ClassVar[str] = "nearest"
    name: ClassVar[str] = "The buyer's own country first"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        return sorted(places, key=lambda place: (place.country != destination, place.priority, place.warehouse_id))


class Broken(NearestFirst):
    """One that fails."""

    id: ClassVar[str] = "broken"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        raise ZeroDivisionError


class Inventive(NearestFirst):
    """One that names places twice, and one that there is not."""

    id: ClassVar[str] = "inventive"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        return [*places, Place(uuid4(), EPOCH, "US", 0, 99, True), *places]


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """The registry remembers; forget before and after."""
    for remembered in (strategies, module._report_missing):
        remembered.cache_clear()
    yield
    for remembered in (strategies, module._report_missing):
        remembered.cache_clear()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had said `pip install nearest-first`, among other plugins."""
    points = [
        EntryPoint(f"allocation.{made.id}", f"{__name__}:{made.__name__}", registry.GROUP)
        for made in (NearestFirst, Broken, Inventive)
    ]
    tax = EntryPoint("taxes.nothing", "nowhere:Nothing", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [tax, *points])


def removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had said `pip uninstall` and started the shop anew."""
    monkeypatch.setattr(registry, "entry_points", lambda group: [])
    strategies.cache_clear()


@pytest.fixture
def clerk(redis_client: Any) -> Merchant:
    """Staff who manage channels."""
    return merchant(Permission.MANAGE_CHANNELS)


def choose(clerk: Merchant, strategy: str, **more: Any) -> Any:
    select = "channel { slug allocationStrategy version } errors { code path }"
    document = (
        "mutation($channel: String!, $strategy: String!, $version: Int) { channelAllocationStrategySet("
        f"channel: $channel, strategy: $strategy, version: $version) {{ {select} }} }}"
    )
    return clerk.api.send(document, **({"channel": "default-channel", "strategy": strategy} | more)).payload


def sent_from(variant: Any, country: str) -> list[str]:
    """Set a unit aside for somebody in a country; the warehouse that it comes from."""
    checkout_id, channel = uuid4(), Channel.objects.get()
    soon = timezone.now() + timedelta(minutes=5)
    lines = [WantedLine(uuid4(), variant.id, 1)]
    reserve(checkout_id=checkout_id, lines=lines, channel=channel, country=country, expires_at=soon)
    held = Reservation.objects.filter(checkout_id=checkout_id)
    return list(held.values_list("stock__warehouse__slug", flat=True))


def mug_in_two_countries() -> Any:
    make_channel(countries=["US", "DE"])
    make_warehouse()
    mug = make_variant(stock=5)
    stock_up(mug, 5, warehouse=make_warehouse("berlin", country="DE"))
    return mug


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_a_channel_chooses_a_strategy_of_a_plugin(clerk: Merchant) -> None:
    mug = mug_in_two_countries()
    assert sent_from(mug, "DE") == ["main"]
    known = clerk.api.send("{ allocationStrategies { key name } }").payload
    assert {"key": "nearest", "name": "The buyer's own country first"} in known
    assert [each["key"] for each in known][:2] == ["priority", "highest_stock"]

    chosen = choose(clerk, "nearest", version=1)

    assert chosen["errors"] == []
    assert chosen["channel"] == {"slug": "default-channel", "allocationStrategy": "nearest", "version": 2}
    assert (sent_from(mug, "DE"), sent_from(mug, "US")) == (["berlin"], ["main"])


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_what_is_not_installed_or_not_allowed_changes_nothing(clerk: Merchant) -> None:
    make_channel()
    for unknown in ("astrology", "", "x" * 5000, "a\0b"):
        assert choose(clerk, unknown)["errors"] == [{"code": "NOT_FOUND", "path": ["strategy"]}]
    late = choose(clerk, "nearest", version=7)
    assert late["errors"] == [{"code": "CONFLICT", "path": ["version"]}]
    assert late["channel"] == {"slug": "default-channel", "allocationStrategy": "priority", "version": 1}
    for nowhere in ("nowhere", "a\0b"):
        assert choose(clerk, "nearest", channel=nowhere)["errors"] == [{"code": "NOT_FOUND", "path": ["channel"]}]
    other = merchant(Permission.MANAGE_STOCK)
    document = (
        'mutation { channelAllocationStrategySet(channel: "default-channel", strategy: "nearest") { errors { code } } }'
    )
    assert other.api.send(document).codes == ["PERMISSION_DENIED"]
    assert other.api.send("{ allocationStrategies { key } }").codes == ["PERMISSION_DENIED"]
    assert Channel.objects.get().allocation_strategy == "priority"


@pytest.mark.django_db
@pytest.mark.usefixtures("installed", "redis_client")
def test_the_shop_sells_on_when_the_plugin_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mug = mug_in_two_countries()
    Channel.objects.update(allocation_strategy="nearest")
    assert sent_from(mug, "DE") == ["berlin"]
    removed(monkeypatch)
    with caplog.at_level(logging.ERROR, logger="commerce.inventory.strategies"):
        assert [sent_from(mug, "DE") for _ in range(3)] == [["main"]] * 3
    assert [record.getMessage() for record in caplog.records] == [
        "There is no allocation strategy 'nearest': warehouses are emptied by priority."
    ]
    shown = merchant(Permission.MANAGE_CHANNELS).api.send("{ channels { allocationStrategy } }").payload
    assert shown == [{"allocationStrategy": "nearest"}]


@pytest.mark.django_db
@pytest.mark.usefixtures("installed", "redis_client")
@pytest.mark.parametrize("wrong", ["broken", "inventive"])
def test_nor_does_a_purchase_fail_by_a_plugin_that_does(wrong: str, caplog: pytest.LogCaptureFixture) -> None:
    mug = mug_in_two_countries()
    Channel.objects.update(allocation_strategy=wrong)
    assert sent_from(mug, "US") == ["main"]
    cart = ready_checkout(mug, 9)
    order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert order.lines.get().quantity == 9
    assert (wrong == "broken") == any("has failed" in record.getMessage() for record in caplog.records)


def test_two_of_the_same_id_are_refused_when_the_shop_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint(f"allocation.{n}", f"{__name__}:NearestFirst", registry.GROUP) for n in "ab"]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    with pytest.raises(ImproperlyConfigured):
        strategies()


PLACES = draw.lists(
    draw.builds(
        Place,
        warehouse_id=draw.uuids(version=4),
        opened_at=draw.just(EPOCH),
        country=draw.sampled_from(["US", "DE"]),
        priority=draw.integers(-3, 3),
        free=draw.integers(0, 5),
        endless=draw.booleans(),
    ),
    unique_by=lambda place: place.warehouse_id,
    max_size=6,
)


@given(places=PLACES, units=draw.integers(1, 9), destination=draw.sampled_from([None, "US", "DE"]))
def test_every_strategy_of_the_shop_names_each_place_once_whatever_their_order(
    places: list[Place], units: int, destination: str | None
) -> None:
    for key in strategies():
        ordered = in_order(key, places, units, destination)
        assert sorted(place.warehouse_id for place in ordered) == sorted(place.warehouse_id for place in places)
        assert in_order(key, places[::-1], units, destination) == ordered
