"""The connection through which a thread talks to PostgreSQL: its own, or one that it was lent.

What comes over it as `uuid` is read by `stored_uuid`, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import new_type, register_type

from commerce.core.ids import stored_uuid

_UUID_OID: Final = 2950


def _uuid_or_none(text: str | None, cursor: Any) -> UUID | None:
    return None if text is None else stored_uuid(text)


register_type(new_type((_UUID_OID,), "UUID", _uuid_or_none))

_thread: Final = local()


def current_database() -> BaseDatabaseWrapper:
    """This thread's connection, as `django.db.connection` has it."""
    # Django's own lookup is made for threads that run event loops, too, and costs a tenth of a small statement.
    try:
        database: BaseDatabaseWrapper = _thread.database
    except AttributeError:
        database = _thread.database = connections[DEFAULT_DB_ALIAS]
    return database


def new_database() -> BaseDatabaseWrapper:
    """One more connection of this shop, to be lent to one thread after the other. It is opened when it is used."""
    database = connections.create_connection(DEFAULT_DB_ALIAS)
    database.inc_thread_sharing()
    return database


@contextmanager
def lent(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Whatever this thread asks of the shop's database goes through `database` while the block runs.

    Nobody else may have it meanwhile. A thread that is in a transaction of its own stays with its own connection.
    """
    own = current_database()
    if own.in_atomic_block:
        yield
        return
    database.close_if_unusable_or_obsolete()
    connections[DEFAULT_DB_ALIAS] = _thread.database = database
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = _thread.database = own
