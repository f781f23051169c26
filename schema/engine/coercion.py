"""Values of variables as graphql-core coerces them, with what it asks of their types at each value worked out once.

A reader takes what is plain to see. Whatever else comes (a value for a list of one, a number for an ID, anything that
is wrong) raises `NotPlain`, and graphql-core coerces it, or says what is the matter. So do variables of types that
nobody has a reader for: those with input objects that hold themselves, or of which one field is to be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Read = Callable[[Any], Any]

_LARGEST_INT: Final = 2**31 - 1
# Classes whose values graphql-core takes as they are. Exact classes only: True is no Int.
_TAKEN: Final[dict[GraphQLScalarType, type]] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class NotPlain(Exception):
    """The value has to be looked at by graphql-core."""


def reader_of(type_: Any) -> Read | None:
    """What reads values of an input type; None for one that is always left to graphql-core."""
    try:
        return _reader(type_, ())
    except NotPlain:
        return None


def _reader(type_: Any, around: tuple[GraphQLInputObjectType, ...]) -> Read:
    if is_non_null_type(type_):
        return _present(_reader(type_.of_type, around))
    if is_list_type(type_):
        return _list(_reader(type_.of_type, around))
    if is_input_object_type(type_):
        if type_.is_one_of or type_ in around:
            raise NotPlain
        return _ObjectReader(type_, (*around, type_))
    if type_ is GraphQLInt:
        return _int
    kind = _TAKEN.get(type_)
    return _leaf(type_) if kind is None else _exactly(kind)


def _present(read: Read) -> Read:
    def read_present(value: Any) -> Any:
        if value is None:
            raise NotPlain
        return read(value)

    return read_present


def _list(read: Read) -> Read:
    def read_list(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not list:
            raise NotPlain
        return [read(item) for item in value]

    return read_list


def _exactly(kind: type) -> Read:
    def read_exactly(value: Any) -> Any:
        if value is not None and value.__class__ is not kind:
            raise NotPlain
        return value

    return read_exactly


def _int(value: Any) -> Any:
    if value is not None and (value.__class__ is not int or not -_LARGEST_INT <= value <= _LARGEST_INT):
        raise NotPlain
    return value


def _leaf(type_: GraphQLLeafType) -> Read:
    def read_leaf(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = type_.coerce_input_value(value)
        except Exception as error:
            raise NotPlain from error
        if found is Undefined:
            raise NotPlain
        return found

    return read_leaf


class _ObjectReader:
    """Reads an input object into a dictionary."""

    def __init__(self, type_: GraphQLInputObjectType, around: tuple[GraphQLInputObjectType, ...]) -> None:
        fields = type_.fields
        self._made: Final = type_.out_type
        self._fields: Final = {
            name: (field.out_name or name, _reader(field.type, around)) for name, field in fields.items()
        }
        self._required: Final = frozenset(name for name, field in fields.items() if is_required_input_field(field))
        self._with_default: Final = {
            name: field
            for name, field in fields.items()
            if name not in self._required and coerce_default_value(field) is not Undefined
        }

    def __call__(self, value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is not dict or not self._required <= value.keys():
            raise NotPlain
        found: dict[str, Any] = {}
        fields = self._fields
        for name, given in value.items():
            if name not in fields:
                raise NotPlain
            out_name, read = fields[name]
            found[out_name] = read(given)
        for name, field in self._with_default.items():
            if name not in value:
                found[field.out_name or name] = coerce_default_value(field)
        return self._made(found)
