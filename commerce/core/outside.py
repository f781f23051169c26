"""Asking what the shop can do without, through the network: in its time, by a few threads, not while it fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from threading import BoundedSemaphore
from typing import Final, Generic, TypeVar

from django.db import connection

logger = logging.getLogger(__name__)

O = TypeVar("O")  # noqa: E741 - the outside
T = TypeVar("T")


class Outside(Generic[O]):
    """`target`, which may hang or fail, behind a time limit, a bound on threads and a pause after every failure."""

    def __init__(
        self,
        target: O,
        *,
        what: str,
        refusal: type[Exception],
        timeout_seconds: float,
        calls: int = 4,
        pause_seconds: float = 2.0,
    ) -> None:
        """`what` is for the log; `refusal` is what the target raises when it knows that it cannot answer.

        At most `calls` threads of a process wait for it at a time; one that hangs holds up no others.
        """
        self.target: Final = target
        self._what: Final = what
        self._refusal: Final = refusal
        self._timeout: Final = timeout_seconds
        self._pause: Final = pause_seconds
        self._places: Final = BoundedSemaphore(calls)
        self._pool: Final = ThreadPoolExecutor(calls, thread_name_prefix="outside")
        self._rests_until = 0.0

    def ask(self, question: Callable[[O], T]) -> T | None:
        """The target's answer; None if it has none in time, or if a transaction is open, which must not wait for it."""
        if connection.in_atomic_block or time.monotonic() < self._rests_until:
            return None
        if not self._places.acquire(blocking=False):
            return None
        future: Future[T] = self._pool.submit(self._call, question)
        try:
            return future.result(self._timeout)
        except (self._refusal, TookTooLong) as error:
            logger.warning("%s does not answer: %s", self._what, error or "it took too long")
        except Exception:
            logger.exception("%s failed", self._what)
        self._rests_until = time.monotonic() + self._pause
        return None

    def _call(self, question: Callable[[O], T]) -> T:
        try:
            return question(self.target)
        finally:
            self._places.release()
