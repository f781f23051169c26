"""Leaving another server alone after it failed, so that its trouble costs one request a moment and others nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PAUSE_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """The server has just failed, or did so a moment ago."""


class Breaker:
    """Lets everybody through while the server works; after a failure nobody for a while, then one at a time.

    `failure` is what counts as one, `name` what logs call the server. Thread-safe.
    """

    def __init__(self, failure: type[Exception], *, name: str, pause: float = PAUSE_SECONDS) -> None:
        self._failure = failure
        self._name = name
        self._pause = pause
        self._lock = threading.Lock()
        self._failing = False
        self._not_before = 0.0

    @contextmanager
    def closed(self) -> Iterator[None]:
        """`with breaker.closed():` around commands. Raises Unavailable instead of asking, and for a failure."""
        if self._failing:
            self._let_one_through()
        try:
            yield
        except self._failure as error:
            with self._lock:
                if not self._failing:
                    logger.warning("%s is left alone for now: %s", self._name, error)
                self._failing = True
                self._not_before = time.monotonic() + self._pause
            raise Unavailable from error
        if self._failing:
            logger.info("%s answers again", self._name)
            self._failing = False

    def _let_one_through(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._not_before:
                raise Unavailable
            self._not_before = now + self._pause
