"""When a hot entry runs out, one thread of the process fetches or makes it; the others wait for that one."""

from __future__ import annotations

import threading
import time
from typing import Final

WAIT_SECONDS: Final = 1.0
_ABANDONED_SECONDS: Final = 10.0


class Flights:
    """Who is fetching what. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[threading.Event, float]] = {}

    def take_off(self, key: str) -> bool:
        """True for the thread that is to fetch `key` and then calls `land`.

        Any other comes back when that one has landed (or after a second) with False: it looks again, and helps itself
        if there is nothing, so that an answer that cannot be kept is not made by one thread after the other.
        """
        now = time.monotonic()
        with self._lock:
            under_way = self._under_way.get(key)
            if under_way is None or now - under_way[1] > _ABANDONED_SECONDS:
                self._under_way[key] = (threading.Event(), now)
                return True
        under_way[0].wait(WAIT_SECONDS)
        return False

    def land(self, key: str) -> None:
        """Let those who wait for `key` go on."""
        with self._lock:
            under_way = self._under_way.pop(key, None)
        if under_way is not None:
            under_way[0].set()
