"""A large world that many tests start in: made by the first of them in a process, put back as it was for the others."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any, TypeVar

from django.db import connection, transaction

from tests.emptying import tables_with_rows

Made = TypeVar("Made")
_worlds: dict[Callable[[], Any], tuple[Any, dict[str, bytes]]] = {}


def made_once(make: Callable[[], Made]) -> Made:
    """What `make` gives, with all rows that it writes. Called first in a test, while the shop is empty."""
    if make in _worlds:
        made, rows = _worlds[make]
        _put_back(rows)
        return deepcopy(made)
    made = make()
    _worlds[make] = deepcopy(made), _rows()
    return made


def _rows() -> dict[str, bytes]:
    """All rows of all tables that have any."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables_with_rows(cursor, connection.introspection.django_table_names(only_existing=True)):
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', out := BytesIO())
            found[table] = out.getvalue()
    return found


def _put_back(rows: dict[str, bytes]) -> None:
    """Past triggers and foreign keys, whose work is among the rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, text in rows.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(text))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
