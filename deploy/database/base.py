"""The connection wrapper that Django loads for ENGINE = "deploy.database"."""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel

from commerce.core.session import Cursor, Session


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL connections that live as long as their thread and are replaced when the server went away.

    BEGIN is sent with the first statement of its transaction (commerce/core/session.py).
    """

    def get_connection_params(self) -> dict[str, Any]:
        """What psycopg2 connects with."""
        return super().get_connection_params() | {"cursor_factory": Cursor, "connection_factory": Session}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Session:
        """A session, with the isolation of its transactions if OPTIONS name one."""
        session: Session = super().get_new_connection(conn_params)
        asked: IsolationLevel = self.isolation_level  # type: ignore[attr-defined] # its types do not know it
        if asked != IsolationLevel.READ_COMMITTED:
            level = asked.name.replace("_", " ")
            session.begin_sql = f"BEGIN ISOLATION LEVEL {level}".encode()
        return session

    def _set_autocommit(self, autocommit: bool) -> None:
        with self.wrap_database_errors:
            if autocommit:
                self.connection.leave_block()
            else:
                self.connection.begin()

    def _savepoint_rollback(self, sid: str) -> None:
        # It was set after all that had waited until then, so what waits now came after it.
        self.connection.forget_waiting()
        super()._savepoint_rollback(sid)  # type: ignore[misc] # its types do not know it

    def is_usable(self) -> bool:
        """Say whether the idle connection is still open, without asking the server.

        A healthy idle connection has nothing to read. When the server ended it, the farewell or the end of the
        stream is waiting in the socket, and one poll() of a microsecond shows it; `SELECT 1` would cost every
        request a round trip.
        """
        connection = self.connection
        if connection is None or connection.closed:
            return False
        poller = select.poll()
        poller.register(connection.fileno(), select.POLLIN)
        return not poller.poll(0)
