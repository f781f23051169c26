"""When to try again, and when to leave a server alone. Pure functions."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

DELAYS: Final = (
    *(timedelta(seconds=5), timedelta(seconds=30)),
    *(timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24, 24)),
)
"""Before the second attempt, the third, and so on: about 4 days and 4 hours in all."""

JITTER: Final = 0.2
RETRY_AFTER_LIMIT: Final = timedelta(hours=24)
THROTTLING: Final = frozenset({429, 502, 503, 504})
BREAKER_FAILURES: Final = 5
_BREAKER_FIRST: Final = timedelta(seconds=10)
_BREAKER_LONGEST: Final = timedelta(minutes=5)


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after `attempts` failed ones, give or take a fifth; None when it is time to give up."""
    if attempts > len(DELAYS):
        return None
    return DELAYS[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter, not a secret


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """What a Retry-After header (RFC 9110, 10.2.3) asks for, in seconds or by date, 24 h at most; None if nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), RETRY_AFTER_LIMIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), RETRY_AFTER_LIMIT)


def breaker_pause(failures_in_a_row: int) -> timedelta | None:
    """How long an endpoint rests after so many failures in a row; None while that few are nothing to worry about."""
    if failures_in_a_row < BREAKER_FAILURES:
        return None
    doublings = min(failures_in_a_row - BREAKER_FAILURES, 10)
    return min(_BREAKER_FIRST * (1 << doublings), _BREAKER_LONGEST)
