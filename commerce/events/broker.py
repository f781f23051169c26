"""The dramatiq broker. It carries hints and work, never the only copy of anything."""

from __future__ import annotations

from typing import Any, Final

import dramatiq
import redis
from django.db import close_old_connections
from dramatiq.broker import Consumer
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Callbacks, Retries, ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

IDLE_POLL_MS: Final = 100
"""How long an idle worker may sleep before it looks again; dramatiq's own default lets it doze for a second."""


class CloseOldConnections(dramatiq.Middleware):
    """Drop database connections that died or grew too old, so that a worker outlives a restart of PostgreSQL."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        close_old_connections()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any | None = None,
        exception: BaseException | None = None,
    ) -> None:
        close_old_connections()


class QuickRedisBroker(RedisBroker):
    """A Redis broker whose idle consumers notice new work within IDLE_POLL_MS."""

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        return super().consume(queue_name, prefetch, min(timeout, IDLE_POLL_MS))


def queue_length(queue_name: str) -> int:
    """How many messages are waiting or being worked on. Raises redis.RedisError."""
    broker = dramatiq.get_broker()
    return int(broker.do_qsize(queue_name)) if isinstance(broker, RedisBroker) else 0


def make_broker(url: str) -> QuickRedisBroker:
    """A broker on the Redis database `url`, which should hold nothing else and must not evict keys.

    With dramatiq's defaults the messages of a killed worker wait for more than four minutes; here another worker takes
    them after about ten seconds. Calls fail at once while Redis is gone, so that nobody waits for a mere hint.
    """
    client = redis.Redis.from_url(
        url, socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 0), health_check_interval=30
    )
    middleware = [
        AgeLimit(),
        TimeLimit(),
        ShutdownNotifications(),
        Callbacks(),
        Retries(max_retries=10),
        CloseOldConnections(),
    ]
    return QuickRedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=middleware,
        namespace="handcart",
        heartbeat_timeout=10_000,
        maintenance_chance=100_000,
    )
