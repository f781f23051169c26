"""Repeating a transaction that lost a race in the database."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from django.db import NotSupportedError, OperationalError, connection

# A deadlock, a serialisation failure, and a plan that a migration has put out of date (commerce.core.statements).
_RETRYABLE: Final = {"40P01", "40001", "0A000"}
_ATTEMPTS: Final = 4

T = TypeVar("T")

_try: Final[ContextVar[int]] = ContextVar("try_of_transaction", default=0)


def retry_on_deadlock(run: Callable[[], T]) -> T:
    """Call `run`, which opens its own transaction, again after it lost a race or a migration, up to three times.

    Inside another transaction it is called once: that one is lost as a whole, and only its owner can begin again.
    """
    if connection.in_atomic_block:
        return run()
    outer = _try.get()
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            _try.set(attempt)
            try:
                return run()
            except (OperationalError, NotSupportedError) as error:
                if attempt == _ATTEMPTS or getattr(error.__cause__, "pgcode", None) not in _RETRYABLE:
                    raise
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
    finally:
        _try.set(outer)
    raise AssertionError("unreachable")


def is_first_try() -> bool:
    """Whether `retry_on_deadlock` runs this for the first time: what fails may hope for the next."""
    return _try.get() == 1
