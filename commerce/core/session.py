"""A session with PostgreSQL in which BEGIN, COMMIT and writes that answer nothing cost no round trip of their own.

A round trip costs both sides more than a small statement does: each is taken off its processor and comes back to cold
caches. So BEGIN goes with the first statement of its transaction, and what can be sent `later` with the next one, or
with COMMIT. PostgreSQL runs them one after the other, each with a snapshot of its own, and stops at the first that
fails: COMMIT is not reached then.

An error of what was sent later comes up at the statement that took it along.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg2 import Error, ProgrammingError
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as PlainSession  # noqa: N812 (a class)
from psycopg2.extensions import cursor as PlainCursor  # noqa: N812 (a class)

# The plan is out of date (a migration changed the columns); there is none (DISCARD ALL); there is one already.
_FORGET: Final = frozenset({"0A000", "26000", "42P05"})


class Session(PlainSession):  # type: ignore[misc] # psycopg2 has no types
    """psycopg2's connection, as its `connection_factory`. Its transactions begin with `begin`, and only so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.autocommit = True  # psycopg2 sends no BEGIN
        self.begin_sql = b"BEGIN"
        self.prepared: set[str] | None = set()
        """The named statements that it has a plan of; None if they are out of date."""
        self._is_in_block = False
        self._has_begun = False
        self._waiting: list[bytes] = []

    def begin(self) -> None:
        """Whatever is sent from now on belongs to a transaction, and after its end to the next."""
        self._is_in_block = True

    def send_later(self, statement: bytes) -> None:
        """Send a statement along with the next one of this transaction."""
        self._waiting.append(statement)

    def forget_waiting(self) -> None:
        """What waits need not be sent, because a savepoint before it is gone back to."""
        self._waiting.clear()

    def commit(self) -> None:
        """End the transaction with all that waits. A transaction in which nothing was sent costs nothing."""
        if self._has_begun or self._waiting:
            self._send([*self.taken_along(), b"COMMIT"])
        self._end()

    def rollback(self) -> None:
        """Take the transaction back, and all that waits."""
        has_begun = self._has_begun
        self._end()
        if has_begun:
            self._send([b"ROLLBACK"])

    def leave_block(self) -> None:
        """Every statement is a transaction of its own again. ProgrammingError in the middle of one."""
        if self._has_begun or self._waiting:
            raise ProgrammingError("A transaction is still open.")
        self._is_in_block = False

    def taken_along(self) -> list[bytes]:
        """What has to be sent ahead of the next statement, which is sent now."""
        if self._has_begun or not self._is_in_block:
            return self._take_waiting()
        self._has_begun = True
        return [self.begin_sql, *self._take_waiting()]

    def send_waiting(self) -> None:
        """Send what waits by itself, ahead of what cannot take it along."""
        statements = self.taken_along()
        if statements:
            self._send(statements)

    def prepare(self, name: str, statement: str) -> None:
        """Have PostgreSQL plan a statement, once, ahead of all that waits: locks may be among that."""
        if self.prepared is None:
            self._send([b"DEALLOCATE ALL"])
            self.prepared = set()
        if name not in self.prepared:
            self._send([statement.encode()])
            self.prepared.add(name)

    def note_failure(self, error: Error) -> None:
        """Something that was sent has failed."""
        if error.pgcode in _FORGET:
            self.prepared = None
        if self._has_begun and not self.closed and self.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            self._has_begun = False  # the text could not be read as a whole, BEGIN was not run either

    def _take_waiting(self) -> list[bytes]:
        taken, self._waiting = self._waiting, []
        return taken

    def _send(self, statements: list[bytes]) -> None:
        with PlainCursor(self) as cursor:
            try:
                cursor.execute(b";".join(statements))
            except Error as error:
                self.note_failure(error)
                raise

    def _end(self) -> None:
        self._has_begun = False
        self._waiting = []


class Cursor(PlainCursor):  # type: ignore[misc]
    """Sends what waits in its Session ahead of its own statements."""

    connection: Session

    def execute(self, query: Any, vars: Any = None) -> None:
        """As in psycopg2."""
        session = self.connection
        try:
            first = session.taken_along()
            if not first:
                super().execute(query, vars)
            elif self.name is None:
                super().execute(b";".join([*first, self.mogrify(query, vars)]))
            else:  # its DECLARE is psycopg2's to make
                session._send(first)
                super().execute(query, vars)
        except Error as error:
            session.note_failure(error)
            raise

    def send_later(self, query: Any, vars: Any = None) -> None:
        """`execute` with the next statement. The session is in a transaction."""
        self.connection.send_later(self.mogrify(query, vars))

    def executemany(self, query: Any, vars_list: Any) -> None:
        """As in psycopg2."""
        self.connection.send_waiting()
        super().executemany(query, vars_list)

    def callproc(self, procname: Any, parameters: Any = None) -> Any:
        """As in psycopg2."""
        self.connection.send_waiting()
        return super().callproc(procname, parameters)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """As in psycopg2."""
        self.connection.send_waiting()
        super().copy_expert(sql, file, size)

    def copy_from(self, file: Any, *args: Any, **options: Any) -> None:
        """As in psycopg2."""
        self.connection.send_waiting()
        super().copy_from(file, *args, **options)

    def copy_to(self, file: Any, *args: Any, **options: Any) -> None:
        """As in psycopg2."""
        self.connection.send_waiting()
        super().copy_to(file, *args, **options)
