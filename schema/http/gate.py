"""How much of a process may be spent on what nobody has asked for before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from schema.http.request import BadRequest

RETRY_SECONDS: Final = 1
PATIENCE_SECONDS: Final = 0.5
PRESSURE_SECONDS: Final = 1.0
REST: Final = 4


class TooBusy(BadRequest):
    """Nothing is wrong with the request; the process has no room for it now. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int = RETRY_SECONDS) -> None:
        super().__init__(503, "TOO_BUSY", message)
        self.retry_after = retry_after


class Gate:
    """Lets `inside` threads in at a time; `waiting` others wait up to `patience` seconds, and more are refused.

    Those who wait hold a thread each, so that few may. While others are being refused, whoever is let in first rests
    `REST` times as long as the one before worked: so a flood gets a small share of the process and no more.
    """

    def __init__(self, *, inside: int, waiting: int, patience: float) -> None:
        self._here = BoundedSemaphore(inside + waiting)
        self._inside = BoundedSemaphore(inside)
        self._patience = patience
        self._refused_at = -PRESSURE_SECONDS
        self._worked = 0.0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside while the block runs. Raises TooBusy."""
        if not self._here.acquire(blocking=False):
            raise self._refusal()
        try:
            if not self._inside.acquire(timeout=self._patience):
                raise self._refusal()
            try:
                self._rest()
                began = time.thread_time()
                yield
                self._worked = time.thread_time() - began
            finally:
                self._inside.release()
        finally:
            self._here.release()

    def _rest(self) -> None:
        if time.monotonic() - self._refused_at < PRESSURE_SECONDS:
            time.sleep(min(REST * self._worked, self._patience))

    def _refusal(self) -> TooBusy:
        self._refused_at = time.monotonic()
        return TooBusy("Too many new documents at once; try again in a moment.")


@dataclass(frozen=True, slots=True)
class Gates:
    """The two gates of one schema: for documents never seen before, and for those that come the second time.

    Many callers may send a document that is the second time's at once, for example when the process has just started.
    It is prepared once for all of them, so that more may wait for it, and they do not wait for long.
    """

    new: Gate
    returning: Gate


def gates_for(threads: int) -> Gates:
    """Gates for a process of so many threads. Of eight, one may work on a new document while two wait."""
    inside = max(1, threads // 8)
    return Gates(
        new=Gate(inside=inside, waiting=threads // 4, patience=PATIENCE_SECONDS),
        returning=Gate(inside=inside, waiting=threads // 2, patience=PATIENCE_SECONDS),
    )
