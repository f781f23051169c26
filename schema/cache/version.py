"""`X-Handcart-Version`: what a mutation answers, and a later request sends to see at least what that mutation wrote.

`r` and a number is the clock of changes (schema/cache/store.py) after the mutation. `t` and a number is the time in
milliseconds of a mutation whose changes the cache could not be told of: such a caller is answered without cache for as
long as an entry from before can live.
"""

from __future__ import annotations

import re
import time
from typing import Final

from commerce.core.breaker import Unavailable

HEADER: Final = "X-Handcart-Version"
NOTHING_WRITTEN: Final = "r0"
LONGEST_LIFE_SECONDS: Final = 60
_SKEW_SECONDS: Final = 10
_VERSION: Final = re.compile(r"([rt])(\d{1,18})")


def at_clock(clock: int) -> str:
    """The version of a mutation that the cache knows of."""
    return f"r{clock}"


def untold() -> str:
    """The version of a mutation that the cache may not know of, made now."""
    return f"t{time.time_ns() // 1_000_000}"


def wanted_clock(version: str | None) -> int:
    """The clock that an entry for the bearer of `version` must have seen; 0 for any.

    Raises Unavailable if no entry will do, which is also what becomes of a version that is none of ours.
    """
    if not version:
        return 0
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise Unavailable
    number = int(parts[2])
    if parts[1] == "r":
        return number
    if time.time() - number / 1000 < LONGEST_LIFE_SECONDS + _SKEW_SECONDS:
        raise Unavailable
    return 0
