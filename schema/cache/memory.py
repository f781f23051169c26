"""The short layer in the process: ready bytes, served without asking anybody for half a second."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from schema.cache.entry import Entry

FRESH_SECONDS: Final = 0.5
MOST_ENTRIES: Final = 2_000
MOST_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry that was compared with the versions in Redis when the clock of changes stood at `clock`.

    `fresh_until` is monotonic time; after it the entry is still there, to be compared again.
    """

    entry: Entry
    clock: int
    fresh_until: float
    turn: int


class Memory:
    """Entries by key, least recently used out first. Thread-safe."""

    def __init__(self, entries: int = MOST_ENTRIES, size: int = MOST_BYTES) -> None:
        self._most_entries = entries
        self._most_bytes = size
        self._slots: OrderedDict[str, Slot] = OrderedDict()
        self._bytes = 0
        self._turn = 0
        self._lock = threading.Lock()

    @property
    def turn(self) -> int:
        """Changes with `expire`. Read it before the comparison whose result `keep` is given."""
        return self._turn

    def fresh(self, key: str, *, at_least: int) -> Entry | None:
        """The entry under `key` if it can be served as it is, to somebody who knows of the clock at `at_least`."""
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                return None
            self._slots.move_to_end(key)
        is_fresh = slot.turn == self._turn and slot.clock >= at_least and time.monotonic() < slot.fresh_until
        return slot.entry if is_fresh and time.time() < slot.entry.expires_at else None

    def stale(self, key: str) -> Entry | None:
        """The entry under `key`, however old: it saves fetching the same bytes again."""
        with self._lock:
            slot = self._slots.get(key)
        return slot.entry if slot is not None else None

    def keep(self, key: str, entry: Entry, *, clock: int, compared_at: float, turn: int) -> None:
        """Serve `entry` for half a second from `compared_at` (monotonic time), when the clock stood at `clock`."""
        slot = Slot(entry, clock, compared_at + FRESH_SECONDS, turn)
        with self._lock:
            self._drop(key)
            self._slots[key] = slot
            self._bytes += len(entry.body)
            while self._slots and (len(self._slots) > self._most_entries or self._bytes > self._most_bytes):
                self._drop(next(iter(self._slots)))

    def forget(self, key: str) -> None:
        """Take the entry under `key` out."""
        with self._lock:
            self._drop(key)

    def expire(self) -> None:
        """Have every entry compared again: this process has written something."""
        with self._lock:
            self._turn += 1

    def _drop(self, key: str) -> None:
        slot = self._slots.pop(key, None)
        if slot is not None:
            self._bytes -= len(slot.entry.body)
