"""New rows by COPY: several times as fast as INSERT for the thousands of rows that a batch has."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_models(rows: Sequence[models.Model]) -> None:
    """Write new instances of one model, as `bulk_create` would; keys that the database gives out are not read back."""
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [field for field in meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    now = timezone.now()
    for row in rows:
        for field in fields:
            if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
                setattr(row, field.attname, now)
    names = [field.attname for field in fields]
    json_at = {place for place, field in enumerate(fields) if isinstance(field, models.JSONField)}
    values = (
        [
            json.dumps(value) if place in json_at and value is not None else value
            for place, value in enumerate(getattr(row, name) for name in names)
        ]
        for row in rows
    )
    copy_rows(meta.db_table, [str(field.column) for field in fields], values)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of plain values (None, bool, int, str, UUID, datetime) into `table`."""
    text = io.StringIO()
    for row in rows:
        text.write("\t".join([_literal(value) for value in row]))
        text.write("\n")
    if not text.tell():
        return
    text.seek(0)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    # COPY is psycopg2's own, which Django does not watch: without this its errors would not be Django's.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN", text)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, datetime):
        return value.isoformat()
    # A stored file goes by its name; an integer, a UUID and a choice are their own text.
    return str(value).translate(_ESCAPES)
