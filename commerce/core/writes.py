"""Rows that are inserted, changed and deleted in one statement, gathered by all who take part in one change.

    writes = Writes()
    writes.insert(order, *lines)
    writes.change(checkout, order_id=order.id)
    writes.delete(Reservation, checkout_id=checkout.id)
    writes.send()

Nothing is in the tables before `send`: who reads in between reads what was there before. All parts of the statement see
the tables as they were when it began, so a row is inserted, changed or deleted by one part only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models

from commerce.core import records
from commerce.core.statements import Statement

_Shape = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]
"""Of what is inserted, what is changed and what is deleted: tables and columns."""


class Writes:
    """One statement in the making. Do not use one after its transaction was rolled back."""

    def __init__(self) -> None:
        self._inserted: list[models.Model] = []
        self._changed: dict[tuple[type[models.Model], Any], tuple[models.Model, set[str]]] = {}
        self._deleted: list[tuple[type[models.Model], str, UUID]] = []

    def insert(self, *rows: models.Model) -> None:
        """Insert these rows. Foreign keys among them may point either way; keys that count up are not read back."""
        self._inserted += rows

    def change(self, row: models.Model, **columns: Any) -> None:
        """Change columns of a row, in memory at once. Foreign keys are named by their columns (`order_id`)."""
        for name, value in columns.items():
            setattr(row, name, value)
        if row._state.adding:
            return
        _, names = self._changed.setdefault((type(row), row.pk), (row, set()))
        names |= columns.keys() | records.touched(row)

    def delete(self, model: type[models.Model], **where: UUID) -> None:
        """Delete the rows of a table that have this value in this column."""
        ((column, value),) = where.items()
        self._deleted.append((model, column, value))

    def send(self) -> None:
        """Write all of it, with the next statement or COMMIT. Nothing where nothing is left to be written.

        That raises IntegrityError as `save` does.
        """
        if not (self._inserted or self._changed or self._deleted):
            return
        inserted = records.shaped(self._inserted)
        changed = [(type(row), tuple(sorted(names)), row) for row, names in self._changed.values()]
        shape: _Shape = (
            tuple((model, fields) for model, fields, _ in inserted),
            tuple((model, names) for model, names, _ in changed),
            tuple((model, column) for model, column, _ in self._deleted),
        )
        parameters = [
            *(document for _, _, document in inserted),
            *(value for _, names, row in changed for value in (records.document_of(row, names), str(row.pk))),
            *(str(value) for _, _, value in self._deleted),
        ]
        _statement(shape).run_later(*parameters)
        for row in self._inserted:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        self._inserted, self._changed, self._deleted = [], {}, []


@lru_cache(maxsize=512)
def _statement(shape: _Shape) -> Statement[tuple[Any, ...]]:
    inserted, changed, deleted = shape
    parts: list[str] = []
    types: list[str] = []
    for model, fields in inserted:
        types.append("jsonb")
        parts.append(records.insertion_of(model, fields, place=len(types)))
    for model, names in changed:
        types += ["jsonb", records.kind_of_key(model)]
        parts.append(records.change_of(model, names, place=len(types) - 1))
    for model, column in deleted:
        types.append("uuid")
        parts.append(f"DELETE FROM {model._meta.db_table} WHERE {column} = ${len(types)}")  # noqa: S608 - our names
    *first, last = parts
    sql = (f"WITH {', '.join(f't{place} AS ({part})' for place, part in enumerate(first))} " if first else "") + last
    tables = [each[0]._meta.model_name or "" for part in shape for each in part]
    return Statement(records.short_name("write_" + "_".join(tables), shape), tuple, sql, *types, is_read=False)
