"""A bounded cache that is read without a lock."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class _Kept(Generic[V]):
    value: V
    weight: int
    used: bool = False


class Clock(Generic[K, V]):
    """Keeps at most `entries` values of at most `weight` in sum; what was used since the last look stays.

    A hit is one dictionary lookup and one mark. When room is needed the oldest value goes, unless it was used since it
    was last looked at: then it loses its mark and its turn comes again (the clock, or second-chance, algorithm).
    Thread-safe.
    """

    def __init__(self, *, entries: int, weight: int) -> None:
        self._entries = entries
        self._weight = weight
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._sum = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value, if it is kept."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        kept.used = True
        return kept.value

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep `value`, unless it is heavier than everything may be together, or the key has one."""
        if weight > self._weight:
            return
        with self._lock:
            if key in self._kept:
                return
            while self._kept and (len(self._kept) >= self._entries or self._sum + weight > self._weight):
                self._make_room()
            self._kept[key] = _Kept(value, weight)
            self._sum += weight

    def _make_room(self) -> None:
        oldest = next(iter(self._kept))
        kept = self._kept[oldest]
        if kept.used:
            kept.used = False
            self._kept.move_to_end(oldest)
        else:
            del self._kept[oldest]
            self._sum -= kept.weight
