"""How generated code writes a plain value: a test of its class where that settles it, else the type's serialiser."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
    is_enum_type,
)
from strawberry.schema.types.base_scalars import isoformat

from schema.engine.selection import LeafShape, written

# Conditions under which a value is not written as it is. Exact classes only: a subclass may do anything.
_AS_IT_IS: Final[list[tuple[GraphQLScalarType, str]]] = [
    (GraphQLString, "{v}.__class__ is not str"),
    (GraphQLID, "{v}.__class__ is not str"),
    (GraphQLInt, "{v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647"),
    (GraphQLFloat, "{v}.__class__ is not float or {v} - {v} != 0.0"),
    (GraphQLBoolean, "{v} is not True and {v} is not False"),
]

# Classes whose values Strawberry's own scalars write by one method.
_WRITTEN: Final[dict[str, tuple[type, str]]] = {
    "DateTime": (datetime.datetime, "{v}.isoformat()"),
    "Date": (datetime.date, "{v}.isoformat()"),
    "Time": (datetime.time, "{v}.isoformat()"),
    "Decimal": (decimal.Decimal, "str({v})"),
    "UUID": (uuid.UUID, "str({v})"),
}


def leaf_statements(shape: LeafShape, v: str, constant: Callable[[Any], str]) -> list[str]:
    """The statements that turn the raw value in the variable `v` into the written one, in place.

    `constant` gives an object a name in the generated code. What is not settled by its class goes through the type's
    serialiser, which raises for what it cannot write; so does a null that may not be, which is sorted out row by row.
    """
    type_ = shape.leaf
    careful = constant(careful_writer(shape))
    for scalar, odd in _AS_IT_IS:
        if type_.name == scalar.name and _writes_like(type_, scalar):
            condition = odd.format(v=v) if shape.non_null else f"{v} is not None and ({odd.format(v=v)})"
            return [f"if {condition}: {v} = {careful}({v})"]
    fast = _fast(type_, constant)
    otherwise = "else" if shape.non_null else f"elif {v} is not None"
    if fast is None:
        return [f"{v} = {careful}({v})"] if shape.non_null else [f"if {v} is not None: {v} = {careful}({v})"]
    known_class, expression = fast
    return [
        f"if {v}.__class__ is {constant(known_class)}: {v} = {expression.format(v=v)}",
        f"{otherwise}: {v} = {careful}({v})",
    ]


def careful_writer(shape: LeafShape) -> Callable[[Any], Any]:
    """The writer of one type that raises for errors, for nulls that may not be, and for what cannot be written."""
    type_ = shape.leaf
    non_null = shape.non_null

    def write(value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            if non_null:
                raise UnexpectedNull
            return None
        return written(type_, value)

    return write


class UnexpectedNull(TypeError):
    """A null where the type does not allow one. The message is added where the field is known."""


def _writes_like(type_: GraphQLLeafType, scalar: GraphQLScalarType) -> bool:
    return type_.coerce_output_value == scalar.coerce_output_value


def _fast(type_: GraphQLLeafType, constant: Callable[[Any], str]) -> tuple[type, str] | None:
    if is_enum_type(type_):
        members = getattr(type_, "wrapped_cls", None)
        if members is None:
            return None
        return members, f"{constant(_names_written(type_))}[{{v}}._name_]"
    known = _WRITTEN.get(type_.name)
    if known is not None and _agrees(type_, known[1]):
        return known
    return None


@lru_cache(maxsize=1_000)
def _names_written(type_: GraphQLEnumType) -> dict[str, str]:
    """What each member is written as. Strawberry looks through all of them for each: hundreds of languages, squared."""
    return {member.name: type_.coerce_output_value(member) for member in type_.wrapped_cls}  # type: ignore[attr-defined]


def _agrees(type_: GraphQLLeafType, expression: str) -> bool:
    """Whether the serialiser is Strawberry's own: a project may have put another one under the same name."""
    return type_.coerce_output_value is (str if expression == "str({v})" else isoformat)
