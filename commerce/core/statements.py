"""Reads that PostgreSQL plans once for each connection: named statements, rows as named tuples.

A statement is written once, at the top level of a module, with `$1` for its first parameter:

    _PRICES = Statement("prices_of_variants", PriceRow, "SELECT ... WHERE variant_id = ANY($1)", "uuid[]")
    _PRICES.all(uuid_array(variant_ids))

The first use on a connection sends PREPARE, every other one only EXECUTE. With PREPARED_STATEMENTS off (a pooler in
transaction mode gives each transaction another connection) the same text is sent whole, with the same parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

from django.conf import settings
from psycopg2 import Error

from commerce.core.current_database import current_database
from commerce.core.session import Session

R = TypeVar("R", bound=tuple[Any, ...])
T = TypeVar("T")

Parameter: TypeAlias = str | int | bool | Sequence[str] | None
"""Ids, moments and arrays of ids go as text: the statement names their types, and quoting one text is cheap."""

STATEMENTS: Final[dict[str, Statement[Any]]] = {}
"""Every statement by its name, as far as its module has been imported."""

_PLACEHOLDER: Final = re.compile(r"\$(\d+)")


class Statement(Generic[R]):
    """A SELECT whose rows are `row`, a named tuple with the same columns in the same order."""

    def __init__(
        self, name: str, row: type[R], sql: str, *types: str, replan: bool = False, is_read: bool = True
    ) -> None:
        """`types` are the SQL types of `$1`, `$2` and so on, at least one. ValueError for a name that is taken.

        `replan`: the best plan depends on the parameters, so one is made for each call, and none is kept. What writes
        (`is_read` False) stands in no list of reads.
        """
        if name in STATEMENTS:
            raise ValueError(f"There is a statement {name!r} already.")
        self.name: Final = name
        self.row: Final = row
        self.sql: Final = sql
        self.types: Final = types
        self.prepare_sql: Final = (
            f"PREPARE {name}({', '.join(types)}) AS {sql}" if types else f"PREPARE {name} AS {sql}"
        )
        self.execute_sql: Final = f"EXECUTE {name}({', '.join(['%s'] * len(types))})" if types else f"EXECUTE {name}"
        self.replan: Final = replan
        self.plain_sql: Final = _PLACEHOLDER.sub(
            lambda found: f"%(p{found[1]})s::{types[int(found[1]) - 1]}", sql.replace("%", "%%")
        )
        self._make: Final = partial(tuple.__new__, row)
        if is_read:
            STATEMENTS[name] = self

    def all(self, *parameters: Parameter) -> list[R]:
        """The rows, in the order of the statement. Raises what Django raises for a statement that fails.

        When a migration has changed the tables under a live connection, the plan is made anew; inside a transaction,
        which is lost then, the error goes up, and whoever repeats the transaction gets a new plan.
        """
        return list(map(self._make, self._fetch(parameters)))

    def first(self, *parameters: Parameter) -> R | None:
        """The first row; None without any."""
        found = self._fetch(parameters)
        return self._make(found[0]) if found else None

    def run(self, *parameters: Parameter) -> int:
        """Send a statement that returns nothing; how many rows its last part has written. Raises as `all` does."""
        return self._send(parameters, _count)

    def run_later(self, *parameters: Parameter) -> None:
        """`run` with the next statement of this transaction, at the latest with its COMMIT, where it fails if it fails.

        Outside of a transaction it is sent at once.
        """
        database = current_database()
        if not database.in_atomic_block:
            self.run(*parameters)
            return
        database.validate_no_broken_transaction()
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            if self.replan or not settings.PREPARED_STATEMENTS:
                cursor.send_later(self.plain_sql, self.named(parameters))
            else:
                database.connection.prepare(self.name, self.prepare_sql)
                cursor.send_later(self.execute_sql, parameters)

    def _fetch(self, parameters: tuple[Parameter, ...]) -> list[tuple[Any, ...]]:
        return self._send(parameters, _rows)

    def _send(self, parameters: tuple[Parameter, ...], read: Callable[[Any], T]) -> T:
        database = current_database()
        database.close_if_health_check_failed()
        if database.connection is None:
            database.ensure_connection()
        database.validate_no_broken_transaction()
        with database.wrap_database_errors:
            if self.replan or not settings.PREPARED_STATEMENTS:
                return self._run(database.connection, parameters, read)
            session: Session = database.connection
            try:
                return self._execute(session, parameters, read)
            except Error:
                if session.prepared is not None or database.in_atomic_block:
                    raise
                return self._execute(session, parameters, read)

    def named(self, parameters: Iterable[Parameter]) -> dict[str, Parameter]:
        """The parameters as `plain_sql` names them."""
        return {f"p{place}": value for place, value in enumerate(parameters, 1)}

    def _run(self, session: Session, parameters: tuple[Parameter, ...], read: Callable[[Any], T]) -> T:
        with session.cursor() as cursor:
            cursor.execute(self.plain_sql, self.named(parameters))
            return read(cursor)

    def _execute(self, session: Session, parameters: tuple[Parameter, ...], read: Callable[[Any], T]) -> T:
        with session.cursor() as cursor:
            session.prepare(self.name, self.prepare_sql)
            cursor.execute(self.execute_sql, parameters)
            return read(cursor)


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _count(cursor: Any) -> int:
    return int(cursor.rowcount)


def uuid_array(ids: Iterable[UUID | str]) -> str:
    """Ids as one parameter of the type uuid[]."""
    return f"{{{','.join(map(str, ids))}}}"
