"""What happens before and after each request: database connections are looked after, as Django's signals have it.

Sending both signals costs more than everything that is done when they arrive. So where only Django's own receivers
listen, as in nearly every shop, what they do is done without them; as soon as somebody else listens, signals are sent.
"""

from __future__ import annotations

from typing import Any, Final
from weakref import ReferenceType

from django.conf import settings
from django.core.cache import caches, close_caches
from django.core.cache.backends.base import BaseCache
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, close_old_connections, reset_queries

from commerce.core.current_database import current_database

# No request of ours sets a urlconf, and `_is_alone` sees to it that there is no cache to close.
_DONE_HERE: Final = (
    (request_started, frozenset({reset_queries, close_old_connections})),
    (request_finished, frozenset({close_old_connections, close_caches, reset_urlconf})),
)


class Housekeeping:
    """Brackets the requests that a `sender` answers."""

    def __init__(self, sender: Any) -> None:
        self._sender = sender
        self._listeners: list[list[Any]] = []
        self._alone = False

    def begin(self, environ: dict[str, Any]) -> None:
        """Before a request."""
        if self._is_alone():
            database = current_database()
            database.queries_log.clear()
            database.close_if_unusable_or_obsolete()
        else:
            request_started.send(sender=self._sender, environ=environ)

    def end(self) -> None:
        """After it, whatever became of it."""
        if self._is_alone():
            current_database().close_if_unusable_or_obsolete()
        else:
            request_finished.send(sender=self._sender)

    def _is_alone(self) -> bool:
        # Entries are compared by what they are, so this is nothing as long as nobody comes or goes.
        listeners = [request_started.receivers, request_finished.receivers]
        if listeners != self._listeners:
            self._listeners = [list(each) for each in listeners]
            self._alone = _nobody_else_listens()
        return self._alone


def _nobody_else_listens() -> bool:
    """Whether just those listen whose work is done here. Who has gone (as in tests) must not be stood in for either."""
    for signal, done_here in _DONE_HERE:
        receivers = [receiver for _, receiver, *_ in signal.receivers]
        if {each() if isinstance(each, ReferenceType) else each for each in receivers} != done_here:
            return False
    has_caches_to_close = any(type(caches[alias]).close is not BaseCache.close for alias in settings.CACHES)
    return list(settings.DATABASES) == [DEFAULT_DB_ALIAS] and not has_caches_to_close
