"""An event exists if and only if its change committed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django import Settings
from redis import Redis

from commerce.core.ids import uuid7
from commerce.events.emit import EmittedOutsideTransaction, NotJson, emit
from commerce.events.models import Event
from commerce.events.wake import CHANNEL, _Waker
from tests.commerce.events.story import MugBroken, MugPainted, paint

MUG = UUID("018f0000-0000-7000-8000-000000000001")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Handle:
    side: str


@dataclass(frozen=True)
class MugDescribed:
    type: ClassVar[str] = "mug.described"

    value: Any


def test_an_event_of_a_committed_change_is_there_with_all_it_says(durable: None) -> None:
    with transaction.atomic():
        event_id = emit(MugPainted("blue"), aggregate=("mug", MUG), sequence=7, channel="eu")
    event = Event.objects.get()
    assert (event.id, event.type, event.payload) == (event_id, "mug.painted", {"colour": "blue"})
    assert (event.aggregate_type, event.aggregate_id, event.sequence, event.channel) == ("mug", MUG, 7, "eu")
    assert (event.status, event.attempts) == ("PENDING", 0)


def test_a_change_that_is_rolled_back_leaves_no_event(durable: None) -> None:
    with transaction.atomic():
        emit(MugPainted("blue"), aggregate=("mug", MUG), sequence=1)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_emitting_outside_a_transaction_is_refused(durable: None) -> None:
    with pytest.raises(EmittedOutsideTransaction):
        emit(MugPainted("blue"), aggregate=("mug", MUG), sequence=1)
    assert not Event.objects.exists()


def test_an_event_costs_one_statement(query_count: Any) -> None:
    with query_count() as statements:
        emit(MugPainted("blue"), aggregate=("mug", MUG), sequence=1)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, True),
        (12, 12),
        ("Zoë", "Zoë"),
        (MUG, str(MUG)),
        (Colour.RED, "red"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), "2024-02-29T12:00:00+00:00"),
        ((Handle("left"), Handle("right")), [{"side": "left"}, {"side": "right"}]),
        ({"a": [1, {"b": MUG}]}, {"a": [1, {"b": str(MUG)}]}),
    ],
)
def test_fields_become_json(db: None, value: object, stored: object) -> None:
    emit(MugDescribed(value), aggregate=("mug", MUG), sequence=1)
    assert Event.objects.get().payload == {"value": stored}


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        b"raw",
        object(),
        {1: "a"},
        "nul \x00",
        "half a pair \ud83d",
        datetime.fromisoformat("2024-01-01T00:00"),
        {1, 2},
    ],
)
def test_what_json_cannot_hold_is_refused_before_the_database_sees_it(db: None, value: object) -> None:
    with pytest.raises(NotJson, match=r"mug\.described\.value"):
        emit(MugDescribed(value), aggregate=("mug", MUG), sequence=1)
    assert not Event.objects.exists()


def test_events_of_one_transaction_keep_their_order(durable: None) -> None:
    with transaction.atomic():
        emitted = [emit(MugBroken(n), aggregate=("mug", MUG), sequence=1) for n in range(200)]
    assert list(Event.objects.order_by("id").values_list("id", flat=True)) == emitted


def test_a_commit_wakes_the_relay_and_a_rollback_does_not(durable: None) -> None:
    with Redis.from_url(settings.REDIS_BROKER_URL) as client, client.pubsub() as ear:
        ear.subscribe(CHANNEL)
        assert ear.get_message(timeout=10)
        paint()
        message = ear.get_message(timeout=10)
        assert message is not None
        assert message["type"] == "message"


def test_nobody_waits_for_a_redis_that_is_gone(durable: None, settings: Settings) -> None:
    settings.REDIS_BROKER_URL = "redis://127.0.0.1:1/0"
    wake = _Waker()
    wake()
    wake()
    paint(uuid7())
    assert Event.objects.count() == 1
    assert connection.is_usable()
