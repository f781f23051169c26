"""Counting SQL statements where they leave the process: at the psycopg2 cursor, raw cursors included."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from commerce.core.session import Cursor, Session

# Transaction control is not a query, and PREPARE happens once in a connection's life, not once per request.
NOT_COUNTED = re.compile(
    r"\s*(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PREPARE|DEALLOCATE|SET CONSTRAINTS)\b",
    re.IGNORECASE,
)


_recordings: list[object] = []


def is_recording() -> bool:
    """Whether statements are being counted in this process."""
    return bool(_recordings)


class Statements(list[str]):
    """The statements seen so far, in order, and in how many round trips they and what controls transactions went."""

    round_trips = 0

    def __str__(self) -> str:
        return "\n".join(f"{number}. {statement}" for number, statement in enumerate(self, 1))


def recording_cursor(seen: Statements) -> type[Cursor]:
    """A cursor class that notes what it sends."""

    def note(statement: Any) -> None:
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        if not NOT_COUNTED.match(text):
            seen.append(" ".join(text.split()))

    class RecordingCursor(Cursor):
        def execute(self, query: Any, vars: Any = None) -> None:
            note(query)
            seen.round_trips += 1
            super().execute(query, vars)

        def send_later(self, query: Any, vars: Any = None) -> None:
            note(query)
            super().send_later(query, vars)

        def callproc(self, procname: str, parameters: Any = None) -> None:
            note(f"CALL {procname}")
            super().callproc(procname, parameters)

        def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
            note(sql)
            super().copy_expert(sql, file, size)

    return RecordingCursor


@contextmanager
def recorded_statements() -> Iterator[Statements]:
    """Record the statements of this thread's connection and of every connection opened meanwhile."""
    seen = Statements()
    cursor_class = recording_cursor(seen)

    def attach(sender: object = None, connection: BaseDatabaseWrapper | None = None, **kwargs: object) -> None:
        if connection is not None:
            connection.connection.cursor_factory = cursor_class

    send = Session._send

    def counted(session: Session, statements: list[bytes]) -> None:
        seen.round_trips += not statements[0].startswith((b"PREPARE", b"DEALLOCATE"))
        send(session, statements)

    Session._send = counted
    connection.ensure_connection()
    attach(connection=connection)
    connection_created.connect(attach, weak=False)
    _recordings.append(seen)
    try:
        yield seen
    finally:
        _recordings.pop()
        Session._send = send
        connection_created.disconnect(attach)
        if connection.connection is not None:
            connection.connection.cursor_factory = Cursor
