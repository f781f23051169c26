"""The engine of this shop, and what is done while it does not answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache
from threading import BoundedSemaphore
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from commerce.core.plugins import plugin_classes
from commerce.search.postgres import PostgresSearch
from commerce.search.provider import (
    MOST_FOUND,
    NOTHING,
    Found,
    SearchEngine,
    SearchUnavailable,
    Suggestion,
)
from commerce.search.reading import readable

PREFIX: Final = "search."
"""A package registers its engine as the entry point `search.<anything>` of the group `handcart.plugins`."""
_CALLS: Final = 4
"""How many threads of a process may wait for the engine at a time; one that hangs holds up no others."""
_PAUSE_SECONDS: Final = 2.0
"""For how long an engine that failed is not asked again."""

logger = logging.getLogger(__name__)
T = TypeVar("T")


def engine_classes() -> dict[str, type[SearchEngine]]:
    """The class of every engine by its id. Raises ImproperlyConfigured if two share one."""
    return plugin_classes(settings.SEARCH_ENGINES, prefix=PREFIX, kind="search engines")


@cache
def outside_engine() -> OutsideEngine | None:
    """The engine that settings choose instead of PostgreSQL; None without. Raises ImproperlyConfigured."""
    if PostgresSearch.id == settings.SEARCH_ENGINE:
        return None
    made = engine_classes().get(settings.SEARCH_ENGINE)
    if made is None:
        raise ImproperlyConfigured(f"There is no search engine {settings.SEARCH_ENGINE!r}.")
    options = settings.SEARCH_ENGINE_OPTIONS.get(made.id, {})
    return OutsideEngine(made(options), timeout_seconds=settings.SEARCH_TIMEOUT_MS / 1000)


def find_products(
    *, channel_id: UUID, text: str, language: str | None, limit: int = MOST_FOUND, hidden_too: bool = False
) -> Found:
    """The products of the channel that match, best first. Raises InvalidInput for a text that is too long.

    What staff see beyond shoppers (`hidden_too`) only PostgreSQL knows. Whoever lists the products looks at their
    listings once more, since another engine may not have heard of a change yet.
    """
    outside = outside_engine()
    if outside is not None and not hidden_too:
        answer = outside.ask(lambda engine: engine.find(channel_id, readable(text), language, limit))
        if answer is not None:
            return answer
        if settings.SEARCH_WITHOUT_ENGINE == "empty":
            return NOTHING
    return PostgresSearch({}).find(channel_id, text, language, limit, hidden_too=hidden_too)


def suggest(*, channel_id: UUID, text: str, language: str | None, limit: int) -> Sequence[Suggestion]:
    """What `text` may become. Raises InvalidInput for a text that is too long."""
    outside = outside_engine()
    if outside is not None:
        answer = outside.ask(lambda engine: engine.suggest(channel_id, readable(text), language, limit))
        if answer is not None:
            return list(answer)[:limit]
        if settings.SEARCH_WITHOUT_ENGINE == "empty":
            return []
    return PostgresSearch({}).suggest(channel_id, text, language, limit)


class OutsideEngine:
    """An engine that is asked through the network: in its time, by a few threads at once, and not while it fails."""

    def __init__(self, engine: SearchEngine, *, timeout_seconds: float) -> None:
        self.engine: Final = engine
        self._timeout: Final = timeout_seconds
        self._places: Final = BoundedSemaphore(_CALLS)
        self._pool: Final = ThreadPoolExecutor(_CALLS, thread_name_prefix="search")
        self._rests_until = 0.0

    def ask(self, question: Callable[[SearchEngine], T]) -> T | None:
        """The engine's answer; None if it has none in time, or if a transaction is open, which must not wait for it."""
        if connection.in_atomic_block or time.monotonic() < self._rests_until:
            return None
        if not self._places.acquire(blocking=False):
            return None
        future: Future[T] = self._pool.submit(self._call, question)
        try:
            return future.result(self._timeout)
        except (SearchUnavailable, TookTooLong) as error:
            logger.warning("the search engine %s does not answer: %s", self.engine.id, error or "it took too long")
        except Exception:
            logger.exception("the search engine %s failed", self.engine.id)
        self._rests_until = time.monotonic() + _PAUSE_SECONDS
        return None

    def _call(self, question: Callable[[SearchEngine], T]) -> T:
        try:
            return question(self.engine)
        finally:
            self._places.release()
