"""Instances of models without the detour over their constructors: of rows that were read, or are yet to be inserted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import signals
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

M = TypeVar("M", bound=models.Model)

Reading = Callable[[Sequence[Any]], models.Model | None]


def fresh(kind: type[M], /, **values: Any) -> M:
    """`kind(**values)`, a row that is yet to be inserted, without the detour over the constructor's arguments."""
    constants, makers = _defaults(kind)
    made = kind.__new__(kind)
    made._state = ModelState()
    columns = made.__dict__
    columns.update(constants)
    for name, make in makers:
        if name not in values:
            columns[name] = make()
    columns.update(values)
    for name in values.keys() - fields_by_name(kind).keys():
        _refer(made, name, columns.pop(name))
    return made


def _refer(row: models.Model, name: str, value: models.Model | None) -> None:
    """What `setattr(row, name, value)` does, for a foreign key without asking routers: the shop has one database."""
    key = foreign_keys(type(row)).get(name)
    if key is None:
        setattr(row, name, value)
        return
    column, target = key
    row.__dict__[column] = None if value is None else getattr(value, target)
    row._state.fields_cache[name] = value


def reading(model: type[models.Model], start: int = 0) -> Reading:
    """What makes an instance of a row that has all columns of the model from `start` on; None where they are NULL.

    It does what `from_db` does to such a row, without the detour over the constructor's arguments.
    """
    fields = fields_of(model)
    names = [field.attname for field in fields]
    places = slice(start, start + len(fields))
    documents = [field.attname for field in fields if isinstance(field, models.JSONField)]
    if signals.pre_init.has_listeners(model) or signals.post_init.has_listeners(model):
        raise TypeError(f"{model.__name__} wants to be told of its rows: read it with the ORM.")
    key = start + next(place for place, field in enumerate(fields) if field.primary_key)

    def read(row: Sequence[Any]) -> models.Model | None:
        if row[key] is None:
            return None
        made = model.__new__(model)
        state = made._state = ModelState()
        state.db, state.adding, state.fields_cache = DEFAULT_DB_ALIAS, False, {}
        values = made.__dict__
        values.update(zip(names, row[places], strict=True))
        for name in documents:
            if values[name] is not None:
                values[name] = orjson.loads(values[name])
        return made

    return read


@lru_cache(maxsize=512)
def fields_of(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Those that are columns, in their order."""
    return tuple(model._meta.concrete_fields)


@lru_cache(maxsize=512)
def fields_by_name(model: type[models.Model]) -> Mapping[str, models.Field[Any, Any]]:
    """The same by what their values are called (`order_id`)."""
    return {str(field.attname): field for field in fields_of(model)}


@lru_cache(maxsize=512)
def _defaults(model: type[models.Model]) -> tuple[Mapping[str, Any], Sequence[tuple[str, Callable[[], Any]]]]:
    """What each column is unless it is said: the same for all rows, or made for each."""
    constants: dict[str, Any] = {}
    makers: list[tuple[str, Callable[[], Any]]] = []
    for field in fields_of(model):
        if field.has_default() and callable(field.default):
            makers.append((field.attname, field.default))
        elif field.db_default is not NOT_PROVIDED:
            makers.append((field.attname, field.get_default))
        else:
            constants[field.attname] = field.get_default()
    return constants, makers


@lru_cache(maxsize=512)
def foreign_keys(model: type[models.Model]) -> Mapping[str, tuple[str, str]]:
    """By name their columns here and there: of those to the key of rows that need not know who leads to them."""
    return {
        field.name: (str(field.attname), str(field.target_field.attname))
        for field in fields_of(model)
        if isinstance(field, models.ForeignKey) and field.target_field.primary_key and field.remote_field.multiple
    }
