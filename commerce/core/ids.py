"""Primary keys: UUIDv7, so that rows are born in index order and cannot be guessed."""

from __future__ import annotations

import os
import time
from typing import Any, Final
from uuid import UUID, SafeUUID

# The constructor of UUID looks at six ways to be called before it sets these two.
_put_number: Final[Any] = UUID.__dict__["int"].__set__
_put_safety: Final[Any] = UUID.__dict__["is_safe"].__set__
_UNKNOWN: Final = SafeUUID.unknown


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 fresh random bits.

    Nothing counts up within a millisecond: checkout ids are capabilities and must not be guessable from a neighbour.
    """
    random = int.from_bytes(os.urandom(10), "big")
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64
    return uuid_of(value | 0b10 << 62 | (random & 0x3FFF_FFFF_FFFF_FFFF))


def uuid_of(number: int) -> UUID:
    """`UUID(int=number)`, for a number that is known to have no more than 128 bits."""
    made = UUID.__new__(UUID)
    _put_number(made, number)
    _put_safety(made, _UNKNOWN)
    return made


def stored_uuid(text: str) -> UUID:
    """The UUID that PostgreSQL writes as `text`: always in the one spelling, 32 hex digits in five groups."""
    made = UUID.__new__(UUID)
    _put_number(made, int(text.replace("-", ""), 16))
    _put_safety(made, _UNKNOWN)
    return made
