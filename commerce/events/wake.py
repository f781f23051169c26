"""One publish in Redis that spares the relay its next nap. Nothing depends on it: the relay polls anyway."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL: Final = "handcart:wake"
# While events keep coming the relay hardly sleeps, and each call costs as much as a small statement.
_QUIET_SECONDS: Final = 0.05
_PAUSE_AFTER_FAILURE_SECONDS: Final = 5.0
_TIMEOUT_SECONDS: Final = 0.1

logger = logging.getLogger(__name__)


def _client(timeout: float | None) -> redis.Redis:
    """A client that gives up at once, for callers who have better things to do than to wait for a hint."""
    return redis.Redis.from_url(
        settings.REDIS_BROKER_URL,
        socket_connect_timeout=_TIMEOUT_SECONDS if timeout else 1,
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


class _Waker:
    """Publishes at most once per _QUIET_SECONDS, and not at all for a while after Redis failed."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._not_before:
                return
            self._not_before = now + _QUIET_SECONDS
            client = self._client = self._client or _client(_TIMEOUT_SECONDS)
        try:
            client.publish(CHANNEL, b"")
        except redis.RedisError:
            self._not_before = time.monotonic() + _PAUSE_AFTER_FAILURE_SECONDS


wake_relay: Final = _Waker()
"""Call after a commit that left something for the relay. Never raises, never takes longer than a tenth of a second."""


class Alarm:
    """The relay's ear: `nap` returns after a while, or earlier when somebody called `wake_relay`."""

    def __init__(self) -> None:
        self._rang = threading.Event()
        self._stopped = threading.Event()
        threading.Thread(target=self._listen, name="wake", daemon=True).start()

    def nap(self, seconds: float) -> None:
        """Sleep until woken, for `seconds` at most."""
        self._rang.wait(seconds)
        self._rang.clear()

    def ring(self) -> None:
        """Wake the sleeper from within this process."""
        self._rang.set()

    def stop(self) -> None:
        """Stop listening and wake the sleeper for good."""
        self._stopped.set()
        self._rang.set()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with _client(None) as client, client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(CHANNEL)
                    while not self._stopped.is_set():
                        if subscription.get_message(timeout=1.0) is not None:
                            self._rang.set()
            except redis.RedisError as error:
                logger.info("not listening for wake-ups, polling instead: %s", error)
                self._stopped.wait(1.0)
