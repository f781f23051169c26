"""Whichever process dies, and whenever, every committed event still reaches its partner."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django import Settings
from redis import Redis

from commerce.core.ids import uuid7
from commerce.events.emit import emit
from commerce.events.models import Event
from tests.commerce.events.story import MugPainted, paint
from tests.receiver import Answer, Receiver
from tests.webhooks.partner import ids, make_endpoint, sequences, verified
from tests.webhooks.processes import RELAY, SWEEP, WORKER, OwnRedis, Process, running, until
from webhooks.models import Delivery

pytestmark = [pytest.mark.usefixtures("durable"), pytest.mark.timeout(120)]


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[OwnRedis]:
    server = OwnRedis()
    settings.REDIS_BROKER_URL = server.url
    yield server
    server.close()


def finished() -> int:
    return Delivery.objects.filter(status="DELIVERED").count()


def test_relay_and_worker_bring_a_committed_event_to_the_partner(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    with running(RELAY, WORKER) as (relay, worker):
        warm = paint()
        receiver.wait_for(1, seconds=30)
        begin = time.time()
        event_id = paint()
        receiver.wait_for(2)
        assert receiver.requests[1].at - begin < 2
        assert ids(receiver.requests) == [warm, event_id]
        verified(receiver.requests[1], endpoint.secret)
        until(lambda: finished() == 2)
        assert relay.terminate() == 0, relay.output
        assert worker.terminate() == 0, worker.output


def test_two_relays_at_once_hand_each_event_on_once_and_in_order(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    mugs = [uuid7() for _ in range(10)]
    for sequence in range(1, 16):
        with transaction.atomic():
            for mug in mugs:
                emit(MugPainted("blue"), aggregate=("mug", mug), sequence=sequence)
    with running(RELAY, RELAY, SWEEP):
        until(lambda: not Event.objects.filter(status="PENDING").exists(), seconds=40)
    rows = Delivery.objects.filter(endpoint=endpoint).order_by("created_at", "sequence")
    assert rows.count() == 150
    for mug in mugs:
        assert list(rows.filter(aggregate_id=mug).values_list("sequence", flat=True)) == list(range(1, 16))


def test_a_relay_killed_in_the_middle_loses_nothing(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    with running(RELAY) as (relay,):
        warm = paint()
        until(lambda: Event.objects.filter(id=warm, status="DONE").exists())
        for _ in range(100):
            paint()
        relay.kill()
    with running(RELAY):
        until(lambda: not Event.objects.filter(status="PENDING").exists())
    assert Delivery.objects.count() == 101


def test_worker_and_redis_killed_between_the_order_and_its_delivery(receiver: Receiver, own_redis: OwnRedis) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(Answer(delay=3))
    with running(RELAY, SWEEP, WORKER) as (_, _, worker):
        event_id = paint()
        receiver.wait_for(1, seconds=30)
        worker.kill()
        own_redis.kill()
        other = paint()
        # The first one is held by the dead worker until its lease ends.
        Delivery.objects.filter(event=event_id).update(leased_until=Now())
        until(lambda: finished() == 2, seconds=30)
    assert set(ids(receiver.requests)) == {event_id, other}
    for request in receiver.requests:
        verified(request, endpoint.secret)


def test_when_redis_comes_back_empty_the_workers_go_on(receiver: Receiver, own_redis: OwnRedis) -> None:
    make_endpoint(receiver.url)
    with running(RELAY, SWEEP, WORKER) as (_, sweep, _):
        paint()
        until(lambda: finished() == 1, seconds=30)
        own_redis.kill()
        for _ in range(5):
            paint()
        until(lambda: finished() == 6)
        own_redis.start()
        sweep.kill()  # so that nobody but the worker can deliver
        time.sleep(1.2)  # the relay does not try Redis again at once
        paint()
        until(lambda: finished() == 7)
    assert len(receiver.requests) == 7


def test_hints_that_were_flushed_away_are_given_again(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    with running(RELAY):
        paint()
        until(lambda: Delivery.objects.count() == 1)
    with Redis.from_url(configured.REDIS_BROKER_URL) as client:
        client.flushdb()
    with running(SWEEP, WORKER):
        until(lambda: finished() == 1, seconds=30)


def test_the_relay_outlives_a_database_that_drops_its_connection(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    with running(RELAY) as (relay,):
        paint()
        until(lambda: Delivery.objects.count() == 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        paint()
        until(lambda: Delivery.objects.count() == 2)
        assert relay.terminate() == 0, relay.output


def test_a_worker_asked_to_stop_finishes_what_it_is_sending(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    receiver.answer_with(Answer(delay=1))
    with running(RELAY, WORKER) as (_, worker):
        paint()
        receiver.wait_for(1, seconds=30)
        assert worker.terminate() == 0, worker.output
    assert finished() == 1
    assert len(receiver.requests) == 1


def test_under_kills_nothing_is_lost_and_each_aggregate_keeps_its_order(receiver: Receiver) -> None:
    make_endpoint(receiver.url)
    mugs = [uuid7() for _ in range(5)]
    stop = threading.Event()

    def kill_now_and_then() -> None:
        while not stop.wait(1.5):
            victims.append(Process(WORKER))
            victims.pop(0).close()

    with running(RELAY, SWEEP):
        victims = [Process(WORKER)]
        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        try:
            for sequence in range(1, 21):
                for mug in mugs:
                    paint(mug, sequence=sequence)
                time.sleep(0.1)
        finally:
            stop.set()
            killer.join()
        victims[0].close()
        # Nobody waits 25 seconds for the lease of a worker that this test killed.
        Delivery.objects.filter(status="PENDING").update(leased_until=Now())
        with running(WORKER):
            until(lambda: finished() == 100, seconds=40)
    assert finished() == 100
    for mug in mugs:
        mine = [request for request in receiver.requests if str(mug).encode() in request.body]
        assert sorted(set(sequences(mine))) == list(range(1, 21))
        assert sequences(mine) == sorted(sequences(mine))
