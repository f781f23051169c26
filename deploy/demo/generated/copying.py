"""Filling tables through COPY: as fast as PostgreSQL takes rows."""

from __future__ import annotations

import io
from typing import Any, Final

from django.db import connection


class Rows:
    """Rows for one table, sent together with `flush`. Text may hold no backslash, tab or line break."""

    def __init__(self, table: str, **constants: Any) -> None:
        """Every row gets the `constants`; the columns of `add` are named by the first call."""
        self._table: Final = table
        self._constants: Final = constants
        self._columns: tuple[str, ...] = ()
        self._lines: list[str] = []

    def add(self, **values: Any) -> None:
        """One row. Every call names the same columns in the same order."""
        self._columns = self._columns or tuple(values)
        self._lines.append("\t".join(map(_text, values.values())))

    def flush(self) -> None:
        """Send the rows and forget them."""
        if not self._lines:
            return
        tail = "".join("\t" + _text(value) for value in self._constants.values()) + "\n"
        columns = ", ".join(f'"{name}"' for name in (*self._columns, *self._constants))
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {self._table} ({columns}) FROM STDIN", io.StringIO(tail.join(self._lines) + tail))
        self._lines.clear()


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)
