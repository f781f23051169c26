"""The lease: entries may be served while somebody has made sure, a moment ago, that no change was missed.

A writer tells the cache straight after its commit. It may die in between, or not reach Redis; then the row of `Touch`
stays. Whoever finds that the lease has run out looks for such rows, tells the cache what they say, and renews it. So
a change is seen late by the length of a lease at most, whatever died, hung or came back, and no process has to run.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from django.db import DatabaseError, connection, transaction

from commerce.core.breaker import Unavailable
from schema.cache.store import Store
from schema.cache.tags import ALL

_MOST_TOUCHES: Final = 2_000
_PAUSE_SECONDS: Final = 0.3
_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtext('response_cache.lease'))"
# A deletion that is lost in a crash is done again, which does no harm: nobody waits for the disk.
_TAKE: Final = "SET LOCAL synchronous_commit = off; DELETE FROM response_cache_touch RETURNING id, tags"


class Lease:
    """Renews the lease of one store; one thread of one process at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._renewing = threading.Lock()
        self._not_before = 0.0

    def renew(self, began_ms: int, *, wait: bool) -> bool:
        """Tell the cache what it has missed and renew the lease; False if another process is at it.

        `began_ms` is the time of the server that holds the store, from before this call. With `wait` a thread that
        finds another one at it waits for that one. Raises Unavailable, also while everything is too slow for leases.
        """
        if self._renewing.acquire(blocking=False):
            try:
                return self._catch_up(began_ms)
            finally:
                self._renewing.release()
        if wait:
            with self._renewing:
                return True
        return False

    def _catch_up(self, began_ms: int) -> bool:
        if time.monotonic() < self._not_before:
            raise Unavailable
        try:
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                cursor.execute(_LOCK)
                if not cursor.fetchone()[0]:
                    return False
                cursor.execute(_TAKE)
                self._tell(dict(cursor.fetchall()))
        except DatabaseError as error:
            raise Unavailable from error
        if not self._store.grant(began_ms):
            # Nobody shall queue up here on a machine that cannot keep up: without cache is faster than that.
            self._not_before = time.monotonic() + _PAUSE_SECONDS
            raise Unavailable
        return True

    def _tell(self, touches: dict[int, list[str]]) -> None:
        self._store.distrust_another_server()
        if len(touches) > _MOST_TOUCHES:
            self._store.touch([ALL], [])
            return
        for touch in self._store.told(touches):
            del touches[touch]
        tags = {tag for touched in touches.values() for tag in touched}
        if tags:
            self._store.touch(tags, [])
