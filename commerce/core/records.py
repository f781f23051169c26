"""Rows of models by prepared statements, where the way over the ORM costs more than the work of PostgreSQL.

Reading: `Records` answers model instances, with what they refer to loaded where a join brings it along.

    _CARTS = Records("cart_by_id", Checkout, "JOIN channels_channel AS channel ON ... WHERE it.id = $1", "uuid",
                     joined={"channel": Channel})

Writing: `insert_together` inserts rows of any tables in one statement, `update_row` changes columns of one row,
`update_rows` those of many. All do what `save` does to columns, and send no signals: the shop has none. `fresh` makes
instances that are to be inserted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.fields import NOT_PROVIDED

from commerce.core.instances import Reading, fields_by_name, fields_of, foreign_keys, reading
from commerce.core.instances import fresh as fresh
from commerce.core.statements import Parameter, Statement

M = TypeVar("M", bound=models.Model)

_Fields = tuple["models.Field[Any, Any]", ...]
_Shape = tuple[type[models.Model], "Columns"]
_INSERT: Final = (
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, ${place})"
)
_LENGTH: Final = re.compile(r"\(\d+(, ?\d+)?\)")
_AS_THEY_ARE: Final[set[type]] = {NoneType, UUID, datetime, str, int, bool, Decimal, dict, list}
"""Types of values from whose JSON PostgreSQL reads the column that they are for. `_plain` adds enums as they come."""


class Records(Generic[M]):
    """`SELECT <all columns of the model> FROM <its table> AS it <rest>`, as instances."""

    def __init__(
        self,
        name: str,
        model: type[M],
        rest: str,
        *types: str,
        joined: Mapping[str, type[models.Model]] | None = None,
        extra: Mapping[str, str] | None = None,
        order: Sequence[str] = (),
    ) -> None:
        """`joined`: the path of a foreign key ("variant__product") is also the alias under which `rest` joins it.

        `extra`: attribute of the instance -> the expression whose value it gets. `order`: attributes by which the rows
        are sorted here. Where there are few, that costs a fraction of what PostgreSQL needs to set up a sort.
        """
        self.order: Final = attrgetter(*order) if order else None
        paths = dict(joined or {})
        self.fields: Final = [*fields_of(model), *(field for kind in paths.values() for field in fields_of(kind))]
        """The fields of its columns, in their order, without those of `extra`."""
        self.names: Final = [
            *(str(field.attname) for field in fields_of(model)),
            *(f"{path}__{field.attname}" for path, kind in paths.items() for field in fields_of(kind)),
        ]
        """Their names, those of what is joined behind its path (`variant__product_id`)."""
        columns = [f"it.{_quoted(field)}" for field in fields_of(model)]
        self._readings: list[tuple[list[str], str, str | None, Reading]] = []
        self._read = reading(model)
        for path, its_model in paths.items():
            *owners, last = path.split("__")
            keys = foreign_keys(paths["__".join(owners)] if owners else model)
            key = keys[last][0] if last in keys else None
            self._readings.append((owners, last, key, reading(its_model, len(columns))))
            columns += [f"{path}.{_quoted(field)}" for field in fields_of(its_model)]
        self._extra = [(attribute, place) for place, attribute in enumerate(extra or {}, len(columns))]
        columns += (extra or {}).values()
        sql = f"SELECT {', '.join(columns)} FROM {model._meta.db_table} AS it {rest}"  # noqa: S608 - our own names only
        self.statement: Final[Statement[tuple[Any, ...]]] = Statement(name, tuple, sql, *types)

    def all(self, *parameters: Parameter) -> list[M]:
        """The rows, in the order of the statement, or in that which was named instead."""
        found = [self.made(row) for row in self.statement.all(*parameters)]
        if self.order is not None:
            found.sort(key=self.order)
        return found

    def first(self, *parameters: Parameter) -> M | None:
        """The first row; None without any."""
        row = self.statement.first(*parameters)
        return self.made(row) if row is not None else None

    def made(self, row: tuple[Any, ...]) -> M:
        """The instance that a row of the statement stands for."""
        made = cast("M", self._read(row))
        for owners, name, key, read in self._readings:
            owner: Any = made
            for each in owners:
                owner = getattr(owner, each)
            if owner is None:
                continue
            joined = read(row)
            if key is None:
                setattr(owner, name, joined)
                continue
            if joined is None:
                setattr(owner, key, None)
            owner._state.fields_cache[name] = joined
        for attribute, place in self._extra:
            setattr(made, attribute, row[place])
        return made


def insert_together(*rows: models.Model) -> None:
    """Insert these rows, whatever their tables, in one statement. Foreign keys among them may point either way.

    Keys that PostgreSQL counts up are not read back. Raises IntegrityError as `save` does.
    """
    if not rows:
        return
    parts = shaped(rows)
    _insertion(tuple((model, columns) for model, columns, _ in parts)).run(*(document for _, _, document in parts))
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


class Columns:
    """What is written of new rows of a table. There is one for each choice of columns, so they compare by identity."""

    def __init__(self, model: type[models.Model], left_out: frozenset[str]) -> None:
        self.fields: Final = tuple(field for field in _written(model) if field.attname not in left_out)
        self._columns: Final = [str(field.column) for field in self.fields]
        self._names: Final = [str(field.attname) for field in self.fields]
        self._stamped: Final[list[str]] = []
        self._prepared: Final[list[models.Field[Any, Any]]] = []
        for field in self.fields:
            if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add):
                self._stamped.append(field.attname)
            elif type(field).pre_save is not models.Field.pre_save and not isinstance(field, models.DateTimeField):
                self._prepared.append(field)

    def document(self, rows: Iterable[models.Model]) -> str:
        """The rows as the parameter of `insertion_of`. Each is stamped a moment after the one before it."""
        return _json([self._values(row) for row in rows])

    def _values(self, row: models.Model) -> dict[str, Any]:
        values = row.__dict__
        if self._stamped:
            values |= dict.fromkeys(self._stamped, datetime.now(UTC))
        for field in self._prepared:
            values[field.attname] = field.pre_save(row, add=True)
        written = [values[name] for name in self._names]
        if not _AS_THEY_ARE.issuperset(map(type, written)):
            written = [_plain(field, value) for field, value in zip(self.fields, written, strict=True)]
        return dict(zip(self._columns, written, strict=True))


def shaped(rows: Iterable[models.Model]) -> list[tuple[type[models.Model], Columns, str]]:
    """Rows that are to be inserted, as the parameter of each table's `insertion_of`."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    shapes = [(model, _given(model, its_rows[0])) for model, its_rows in by_model.items()]
    return [(model, columns, columns.document(by_model[model])) for model, columns in shapes]


def update_row(row: models.Model, **columns: Any) -> bool:
    """Change columns of a row, at once in memory and in its table, `updated_at` with them; whether it still exists.

    Foreign keys are named by their columns (`order_id`).
    """
    for name, value in columns.items():
        setattr(row, name, value)
    names = tuple(sorted(columns.keys() | touched(row)))
    return _update(type(row), names).run(document_of(row, names), str(row.pk)) == 1


def touched(row: models.Model) -> set[str]:
    """What is written whenever anything of a row is: `updated_at`, which is set in memory; of some tables nothing."""
    field = fields_by_name(type(row)).get("updated_at")
    if field is None:
        return set()
    field.pre_save(row, add=False)
    return {"updated_at"}


def document_of(row: models.Model, names: Iterable[str]) -> str:
    """These columns of a row, as the parameter of `change_of`."""
    fields = fields_by_name(type(row))
    values = row.__dict__
    return _json({str(fields[name].column): _plain(fields[name], values[name]) for name in names})


def update_rows(rows: Sequence[models.Model], *names: str) -> None:
    """Write these columns of rows of one table, `updated_at` with them, as they are in memory. One statement."""
    if not rows:
        return
    kind = type(rows[0])
    fields = fields_by_name(kind)
    besides = {name for row in rows for name in touched(row)}
    written = [fields[name] for name in sorted({*names, *besides})]
    key = fields[str(kind._meta.pk.attname)] if kind._meta.pk is not None else fields["id"]
    document = [
        {str(each.column): _plain(each, getattr(row, each.attname)) for each in [key, *written]} for row in rows
    ]
    _updates(kind, tuple(each.attname for each in written)).run(_json(document))


@lru_cache(maxsize=512)
def _insertion(shapes: tuple[_Shape, ...]) -> Statement[tuple[Any, ...]]:
    kinds = [kind for kind, _ in shapes]
    parts = [insertion_of(kind, columns, place=place) for place, (kind, columns) in enumerate(shapes, 1)]
    *first, last = parts
    sql = (f"WITH {', '.join(f't{place} AS ({part})' for place, part in enumerate(first))} " if first else "") + last
    name = "insert_" + "_".join(kind._meta.model_name or "" for kind in kinds)
    return Statement(short_name(name, shapes), tuple, sql, *["jsonb"] * len(kinds), is_read=False)


def insertion_of(kind: type[models.Model], columns: Columns, *, place: int) -> str:
    """SQL that inserts the rows of the parameter `place`."""
    return _INSERT.format(table=kind._meta.db_table, columns=", ".join(map(_quoted, columns.fields)), place=place)


def change_of(kind: type[models.Model], names: Iterable[str], *, place: int) -> str:
    """SQL that writes the columns in the parameter `place` into the row whose key is the one after it."""
    fields = [fields_by_name(kind)[name] for name in names]
    table = kind._meta.db_table
    where = f"WHERE {table}.id = ${place + 1}"
    if any(isinstance(field, ArrayField) for field in fields):
        changes = ", ".join(f"{_quoted(field)} = given.{_quoted(field)}" for field in fields)
        given = f"jsonb_populate_record(NULL::{table}, ${place}) AS given"
        return f"UPDATE {table} SET {changes} FROM {given} {where}"  # noqa: S608 - our own names
    changes = ", ".join(f"{_quoted(field)} = {_value_in(f'${place}', field)}" for field in fields)
    return f"UPDATE {table} SET {changes} {where}"  # noqa: S608 - our own names


def _value_in(document: str, field: models.Field[Any, Any]) -> str:
    """SQL for the value of a column in a document. (A cast to varchar(3) would cut off what an UPDATE refuses.)"""
    if isinstance(field, models.JSONField):
        return f"nullif({document}->'{field.column}', 'null')"
    return f"({document}->>'{field.column}')::{sql_type(field)}"


def sql_type(field: models.Field[Any, Any]) -> str:
    """The type of a column, without its length."""
    return _LENGTH.sub("", (field.db_type(connection) or "").replace("varchar", "text"))


def kind_of_key(kind: type[models.Model]) -> str:
    """The SQL type of a table's key."""
    return "uuid" if isinstance(kind._meta.pk, models.UUIDField) else "bigint"


@lru_cache(maxsize=512)
def _update(kind: type[models.Model], names: tuple[str, ...]) -> Statement[tuple[Any, ...]]:
    name = short_name(f"update_{kind._meta.model_name}_{'_'.join(names)}", (kind, *names))
    return Statement(name, tuple, change_of(kind, names, place=1), "jsonb", kind_of_key(kind), is_read=False)


@lru_cache(maxsize=512)
def _updates(kind: type[models.Model], names: tuple[str, ...]) -> Statement[tuple[Any, ...]]:
    columns = {field.attname: _quoted(field) for field in fields_of(kind)}
    table = kind._meta.db_table
    changes = ", ".join(f"{columns[name]} = given.{columns[name]}" for name in names)
    given = f"jsonb_populate_recordset(NULL::{table}, $1) AS given"
    sql = f"UPDATE {table} SET {changes} FROM {given} WHERE {table}.id = given.id"  # noqa: S608 - our own names only
    name = short_name(f"updates_{kind._meta.model_name}_{'_'.join(names)}", (kind, "many", *names))
    return Statement(name, tuple, sql, "jsonb", is_read=False)


_LONGEST_NAME: Final = 63
_owners: dict[str, tuple[Any, ...]] = {}


def short_name(name: str, key: tuple[Any, ...]) -> str:
    """A name that no other key has, as long as PostgreSQL keeps names."""
    number, found = 0, name[:_LONGEST_NAME]
    while _owners.setdefault(found, key) != key:
        number += 1
        found = f"{name[: _LONGEST_NAME - 6]}_{number}"
    return found


@lru_cache(maxsize=512)
def _written(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    return tuple(field for field in fields_of(model) if not isinstance(field, models.AutoField | models.BigAutoField))


@lru_cache(maxsize=512)
def _left_to_postgresql(model: type[models.Model]) -> Sequence[str]:
    return [field.attname for field in fields_of(model) if field.db_default is not NOT_PROVIDED]


def _given(model: type[models.Model], first: models.Model) -> Columns:
    """The columns that rows like this one say something of; PostgreSQL fills in the others."""
    values = first.__dict__
    return _columns(
        model,
        frozenset(name for name in _left_to_postgresql(model) if isinstance(values.get(name), DatabaseDefault)),
    )


@lru_cache(maxsize=512)
def _columns(model: type[models.Model], left_out: frozenset[str]) -> Columns:
    return Columns(model, left_out)


def _quoted(field: models.Field[Any, Any]) -> str:
    return f'"{field.column}"'


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    """`value` as JSON from which PostgreSQL reads the column."""
    if type(value) in _AS_THEY_ARE or isinstance(field, models.JSONField):
        return value
    if isinstance(field, ArrayField):
        return list(value)
    if isinstance(value, UUID | datetime | str | int | Decimal):
        _AS_THEY_ARE.add(type(value))
        return value
    return field.get_prep_value(value)


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return orjson.dumps(value, default=str).decode()
