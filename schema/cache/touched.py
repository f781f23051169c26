"""Telling the cache what was written, straight after the commit and in the process that committed.

The triggers say in-band, as a message of level INFO, what a statement has touched. Should this process die before it
has told the cache, the rows of `Touch` are still there (schema/cache/lease.py).
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any, Final

from schema.cache.shared import shared_cache

_TOUCHED: Final = re.compile(r"handcart touched (\d+) (.+)")
_KEPT_MESSAGES: Final = 50
_NOTED_TOUCHES: Final = 1_000  # of more it is forgotten that they have been told, and so they are told twice


def listen(sender: Any, connection: Any, **_: Any) -> None:
    """Django's signal for a new connection: read the server's messages on it."""
    connection.connection.notices = Notices(connection)


class Notices:
    """Stands in for psycopg2's list of the server's messages, and picks out those of the triggers."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._messages: list[str] = []
        self._touches: deque[int] = deque(maxlen=_NOTED_TOUCHES)
        self._tags: set[str] = set()

    def append(self, message: str) -> None:
        """Called by psycopg2 for each message of a statement that has just run."""
        touched = _TOUCHED.search(message)
        if touched is None:
            self._messages = [*self._messages[1 - _KEPT_MESSAGES :], message]
            return
        self._touches.append(int(touched[1]))
        self._tags.update(touched[2].split())
        if self._connection.in_atomic_block or self._connection.autocommit:
            # Asked for each time, because a savepoint that is taken back takes what was asked for inside it with it.
            # What it touched is told all the same: an answer made anew too often is not wrong.
            self._connection.on_commit(self._tell, robust=True)
        else:
            # The messages of a COPY come with whatever is sent next; here that was the COMMIT itself.
            self._tell()

    def __iter__(self) -> Any:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    def _tell(self) -> None:
        touches, tags = list(self._touches), self._tags
        self._touches.clear()
        self._tags = set()
        if tags:
            shared_cache().touch(tags, touches)
