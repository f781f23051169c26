"""A few threads of a process work at a time, each on one of a few connections that are always warm.

Python runs one thread of a process at a time. Eight that work at once get no more done than two: they take the
interpreter from each other, and their eight connections keep eight processes of PostgreSQL busy, more than the
processor's caches hold. So requests take turns; who waits for his turn waits on a lock, where he costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from commerce.core.current_database import lent, new_database

PATIENCE_SECONDS: Final = 0.05


@dataclass(eq=False, slots=True)
class _Desk:
    """A place for one thread, with a connection."""

    database: BaseDatabaseWrapper
    since: float | None = None
    """When the thread that has it sat down, on the monotonic clock."""
    is_given_up: bool = False


class Turns:
    """Lets `places` threads work at a time.

    Somebody who takes longer than `patience` seconds, be it a large question, a lock or the server of another company,
    holds nobody up: who has waited that long sits down beside him, and his place is gone when he leaves. So there are
    always `places` of those who get on. There are never more places than threads. Thread-safe.
    """

    def __init__(self, places: int, *, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._desks = [_Desk(new_database()) for _ in range(places)]
        self._free: SimpleQueue[_Desk] = SimpleQueue()
        self._spare: list[_Desk] = []
        self._lock = Lock()
        for desk in self._desks:
            self._free.put(desk)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a place while the block runs: what it asks of the shop's database goes through the place's connection.

        A thread that is in a transaction stays on its own connection.
        """
        desk = self._sit_down()
        desk.since = time.monotonic()
        try:
            with lent(desk.database):
                yield
        finally:
            self._leave(desk)

    def close(self) -> None:
        """Close the connections. Nobody may have a turn."""
        for desk in self._desks:
            desk.database.close()

    def _sit_down(self) -> _Desk:
        while True:
            try:
                return self._free.get(timeout=self._patience)
            except Empty:
                desk = self._beside_somebody_slow()
            if desk is not None:
                return desk

    def _beside_somebody_slow(self) -> _Desk | None:
        too_long_ago = time.monotonic() - self._patience
        with self._lock:
            for desk in self._desks:
                if desk.since is not None and desk.since < too_long_ago and not desk.is_given_up:
                    desk.is_given_up = True
                    return self._spare.pop() if self._spare else self._one_more()
        return None

    def _one_more(self) -> _Desk:
        desk = _Desk(new_database())
        self._desks.append(desk)
        return desk

    def _leave(self, desk: _Desk) -> None:
        with self._lock:
            desk.since = None
            if desk.is_given_up:
                desk.is_given_up = False
                self._spare.append(desk)
                return
        self._free.put(desk)
