"""Primary keys: UUIDv7, so that rows are born in index order and cannot be guessed."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 fresh random bits.

    Nothing counts up within a millisecond: checkout ids are capabilities and must not be guessable from a neighbour.
    """
    random = int.from_bytes(os.urandom(10), "big")
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | (random & 0x3FFF_FFFF_FFFF_FFFF))
