"""Emptying the database after a test of real transactions.

Django truncates every table, which gives each table and index a new file: with our 130 tables that is most of what
PostgreSQL does in a run. Here only tables that have rows are emptied, and by DELETE. What migrations made stays, so
Django need not look whether it is there, with two questions for each model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

# Made by migrations, the same for every test.
_KEPT: Final = frozenset({"django_content_type", "auth_permission"})


def empty_only_what_was_written() -> None:
    """Let `flush` delete the rows of written tables, without triggers and foreign keys (it is a superuser's test)."""
    DatabaseOperations.sql_flush = _statements  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_what, **_options: None  # type: ignore[attr-defined]


def tables_with_rows(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Those of `tables` that have rows, but for what migrations made."""
    looks = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables if table not in _KEPT]
    cursor.execute(" UNION ALL ".join(looks))
    return [row[0] for row in cursor.fetchall()]


def _statements(operations: Any, _style: Any, tables: Sequence[str], **_options: Any) -> list[str]:
    with operations.connection.cursor() as cursor:
        written = tables_with_rows(cursor, tables)
    if not written:
        return []
    emptied = [f'DELETE FROM "{table}"' for table in written]
    return ["SET LOCAL session_replication_role = replica", *emptied]
