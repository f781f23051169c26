"""Every endpoint that wants an event gets one delivery of it, and nobody else does."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis import Redis

from commerce.core.actor import SYSTEM
from commerce.core.ids import uuid7
from commerce.events.models import Event
from tests.commerce.events.story import paint
from tests.factories import make_channel
from tests.webhooks.partner import delivery, make_endpoint, relay_events
from webhooks.fanout import consume
from webhooks.models import Delivery
from webhooks.payloads import MAX_BYTES
from webhooks.services import ping_endpoint, recover_deliveries, update_endpoint
from webhooks.tasks import deliver_to_endpoint

pytestmark = pytest.mark.usefixtures("durable")

NOWHERE = "http://127.0.0.1:1/"


def told() -> set[tuple[str, str]]:
    return set(Delivery.objects.values_list("endpoint__name", "event_type"))


def test_endpoints_are_told_of_the_types_and_channels_that_they_asked_for() -> None:
    make_channel("eu")
    make_channel("us")
    make_endpoint(NOWHERE, name="everything")
    make_endpoint(NOWHERE, name="painted", event_types=["mug.painted", "mug.sold"])
    make_endpoint(NOWHERE, name="broken", event_types=["mug.broken"])
    make_endpoint(NOWHERE, name="eu", channels=["eu"])
    make_endpoint(NOWHERE, name="us", channels=["us"])
    off = make_endpoint(NOWHERE, name="off")
    update_endpoint(endpoint_id=off.id, is_active=False, actor=SYSTEM)
    paint(channel="eu")
    relay_events()
    assert {name for name, _ in told()} == {"everything", "painted", "eu"}


def test_an_event_of_no_channel_concerns_every_channel() -> None:
    make_channel("eu")
    make_endpoint(NOWHERE, channels=["eu"])
    paint(channel=None)
    relay_events()
    assert Delivery.objects.count() == 1


def test_all_endpoints_get_the_same_bytes() -> None:
    make_endpoint(NOWHERE, name="one")
    make_endpoint(NOWHERE, name="two")
    paint()
    relay_events()
    assert Delivery.objects.count() == 2
    assert len(set(Delivery.objects.values_list("body", flat=True))) == 1


def test_handing_an_event_on_twice_makes_one_delivery() -> None:
    make_endpoint(NOWHERE)
    paint()
    relay_events()
    consume(list(Event.objects.all()))
    assert Delivery.objects.count() == 1


def test_a_ping_goes_to_its_endpoint_alone() -> None:
    pinged = make_endpoint(NOWHERE, name="pinged", event_types=["order.placed"])
    make_endpoint(NOWHERE, name="other")
    ping_endpoint(endpoint_id=pinged.id, actor=SYSTEM)
    relay_events()
    assert told() == {("pinged", "webhook.ping")}


def test_a_payload_that_is_too_large_names_the_object_only() -> None:
    make_endpoint(NOWHERE)
    mug = uuid7()
    paint(mug, colour="ü" * (MAX_BYTES // 2))
    relay_events()
    payload = json.loads(delivery().body)
    assert payload["truncated"] is True
    assert payload["data"] == {"id": str(mug)}


def test_a_hundred_events_are_fanned_out_in_few_statements() -> None:
    make_endpoint(NOWHERE)
    for _ in range(100):
        paint()
    with CaptureQueriesContext(connection) as statements:
        relay_events()
    assert Delivery.objects.count() == 100
    assert len(statements) < 20


def test_hints_for_the_workers_are_few(redis_client: Redis) -> None:
    broker = deliver_to_endpoint.broker
    broker.flush_all()
    make_endpoint(NOWHERE)
    for _ in range(100):
        paint()
    relay_events()
    assert 1 <= broker.do_qsize("webhooks") <= 5  # type: ignore[attr-defined]
    broker.flush_all()


def test_what_happened_while_an_endpoint_was_off_can_be_recovered() -> None:
    endpoint = make_endpoint(NOWHERE)
    update_endpoint(endpoint_id=endpoint.id, is_active=False, actor=SYSTEM)
    first = paint()
    paint()
    relay_events()
    assert Delivery.objects.count() == 0
    update_endpoint(endpoint_id=endpoint.id, is_active=True, actor=SYSTEM)
    begin = Event.objects.get(id=first).created_at
    assert recover_deliveries(endpoint_id=endpoint.id, since=begin, dry_run=True, actor=SYSTEM) == 2
    assert Delivery.objects.count() == 0
    assert recover_deliveries(endpoint_id=endpoint.id, since=begin, actor=SYSTEM) == 2
    assert Delivery.objects.count() == 2
    assert recover_deliveries(endpoint_id=endpoint.id, since=begin, actor=SYSTEM) == 0
