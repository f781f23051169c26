"""Background work goes through the Redis of the shop, from whichever process."""

import dramatiq
from django.conf import settings
from redis import Redis

from commerce.events.broker import queue_length
from deploy import worker


def test_every_task_belongs_to_the_broker_of_the_settings() -> None:
    broker = dramatiq.get_broker()
    with Redis.from_url(settings.REDIS_BROKER_URL) as client:
        expected = client.connection_pool.connection_kwargs
        known = broker.client.connection_pool.connection_kwargs  # type: ignore[attr-defined]
    places = ("path", "host", "port", "db")
    assert [known.get(place) for place in places] == [expected.get(place) for place in places]
    actors = worker.broker.get_declared_actors()
    assert {"deliver_to_endpoint"} <= actors
    assert all(broker.get_actor(name).broker is broker for name in actors)


def test_work_that_is_put_on_a_queue_can_be_counted() -> None:
    broker = dramatiq.get_broker()
    broker.flush_all()
    broker.get_actor("deliver_to_endpoint").send("0193a1de-7c1e-7d2b-9d6e-0c1f5f3b2a11")
    assert queue_length("webhooks") == 1
    broker.flush_all()
    assert queue_length("webhooks") == 0
