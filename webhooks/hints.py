"""Telling the workers that something is due. Only a hint: the deliveries table is what counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from redis import RedisError

from commerce.events.broker import queue_length
from webhooks.tasks import deliver_to_endpoint

_PAUSE_AFTER_FAILURE_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


class _Hints:
    """Puts tasks on the queue, and stops trying for a moment when Redis fails: it may be slow in failing."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def __call__(self, endpoint_ids: Iterable[UUID]) -> bool:
        """Put one task on the queue for each of `endpoint_ids`; whether that worked."""
        if time.monotonic() < self._not_before:
            return False
        try:
            for endpoint_id in endpoint_ids:
                deliver_to_endpoint.send(str(endpoint_id))
        except RedisError as error:
            logger.warning("no hint for the workers: %s", error)
            self._not_before = time.monotonic() + _PAUSE_AFTER_FAILURE_SECONDS
            return False
        return True


hint: Final = _Hints()


def hints_waiting() -> int:
    """How many tasks are on the queue; 0 if Redis cannot tell."""
    try:
        return queue_length(deliver_to_endpoint.queue_name)
    except RedisError:
        return 0
