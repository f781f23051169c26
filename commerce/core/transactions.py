"""Repeating a transaction that lost a race in the database."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import NotSupportedError, OperationalError, connection

# A deadlock, a serialisation failure, and a plan that a migration has put out of date (commerce.core.statements).
_RETRYABLE: Final = {"40P01", "40001", "0A000"}
_ATTEMPTS: Final = 4

T = TypeVar("T")


def retry_on_deadlock(run: Callable[[], T]) -> T:
    """Call `run`, which opens its own transaction, again after it lost a race or a migration, up to three times.

    Inside another transaction it is called once: that one is lost as a whole, and only its owner can begin again.
    """
    if connection.in_atomic_block:
        return run()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return run()
        except (OperationalError, NotSupportedError) as error:
            if attempt == _ATTEMPTS or getattr(error.__cause__, "pgcode", None) not in _RETRYABLE:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")
