"""Apollo's automatic persisted queries: a client sends a document's hash, and its text only when it is asked for.

The texts are in Redis, shared by all processes, and the ones in use in this process too. The store in Redis is a table
of a fixed number of places, and a document's place follows from its hash: whoever fills it with documents of their own
takes places from others, who are asked for their texts again, and no memory. What is read is checked against its
hash, so that no text can answer to another's.

Without Redis, or with one that hangs, each process keeps its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from schema.http.clock import Clock
from schema.persisted.identifiers import hash_of

logger = logging.getLogger("handcart.graphql")

PLACES: Final = 4_096
LONGEST_TEXT: Final = 10_000  # characters; with the number of places at most some 40 MB of Redis
KEPT_DOCUMENTS: Final = 2_000
KEPT_CHARACTERS: Final = 1_000_000
LIFE_SECONDS: Final = 7 * 86_400
TIMEOUT_SECONDS: Final = 0.08
SILENCE_SECONDS: Final = 5.0


def quick_redis(url: str) -> Redis:
    """A client that gives up soon: no request waits for a Redis that is gone."""
    return Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        decode_responses=False,
    )


class AutomaticDocuments:
    """Texts by their hash for one schema. Thread-safe; never raises."""

    def __init__(self, redis: Redis, prefix: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._prefix = prefix
        self._clock = clock
        self._texts: Clock[str, str] = Clock(entries=KEPT_DOCUMENTS, weight=KEPT_CHARACTERS)
        self._silent_until = 0.0

    def text_of(self, digest: str) -> str | None:
        """The text with this SHA-256 (64 hexadecimal characters), None if nobody has sent it lately."""
        text = self._texts.get(digest)
        if text is not None:
            return text
        found = self._ask(lambda: self._redis.get(self._place(digest)))
        if not isinstance(found, bytes):
            return None
        text = found.decode("utf-8", "surrogatepass")
        if hash_of(text) != digest:
            return None  # another document has the place
        self._texts.put(digest, text, len(text))
        return text

    def keep(self, digest: str, text: str) -> None:
        """Note a text that was found to be valid and to have this hash."""
        if len(text) > LONGEST_TEXT or self._texts.get(digest) is not None:
            return
        self._texts.put(digest, text, len(text))
        self._ask(lambda: self._redis.set(self._place(digest), text.encode("utf-8", "surrogatepass"), ex=LIFE_SECONDS))

    def _place(self, digest: str) -> str:
        return f"{self._prefix}:{int(digest[:8], 16) % PLACES}"

    def _ask(self, command: Callable[[], object]) -> object:
        """The command's answer; None while Redis is out of order, which is tried again every few seconds."""
        if self._clock() < self._silent_until:
            return None
        try:
            return command()
        except RedisError as error:
            self._silent_until = self._clock() + SILENCE_SECONDS
            logger.warning("Persisted queries are kept in this process alone, for Redis does not answer: %s", error)
            return None
