"""Scalars of the API. Money comes in as exact decimal text, never through a binary float."""

from __future__ import annotations

import json
from decimal import Decimal as PyDecimal
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from strawberry.types.scalar import ScalarDefinition

PositiveDecimal = NewType("PositiveDecimal", PyDecimal)
PositiveInt = NewType("PositiveInt", int)
JSON = NewType("JSON", object)
JSONString = NewType("JSONString", object)

_LONGEST_NUMBER = 40


def _decimal(value: object) -> PyDecimal:
    """A finite decimal from an int, a float's shortest text, or text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise GraphQLError("A decimal number is expected.")
    text = repr(value) if isinstance(value, float) else str(value)
    try:
        number = PyDecimal(text) if len(text) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= PyDecimal(10) ** 18:
        raise GraphQLError("A finite decimal number of sensible size is expected.")
    return number


def _decimal_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> PyDecimal:
    if isinstance(node, IntValueNode | FloatValueNode | StringValueNode):
        return _decimal(node.value)
    raise GraphQLError("A decimal number is expected.")


def _positive(number: PyDecimal) -> PyDecimal:
    if number < 0:
        raise GraphQLError("The number cannot be negative.")
    return number


def _positive_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> PyDecimal:
    return _positive(_decimal_literal(node, variables))


def _positive_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise GraphQLError("A positive integer is expected.")
    return value


def _positive_int_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> int:
    if isinstance(node, IntValueNode) and len(node.value) <= _LONGEST_NUMBER:
        return _positive_int(int(node.value))
    raise GraphQLError("A positive integer is expected.")


def _json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
    match node:
        case StringValueNode() | BooleanValueNode():
            return node.value
        case IntValueNode():
            return int(node.value) if len(node.value) <= _LONGEST_NUMBER else node.value
        case FloatValueNode():
            return float(node.value)
        case ListValueNode():
            return [_json_literal(item, variables) for item in node.values]
        case ObjectValueNode():
            return {item.name.value: _json_literal(item.value, variables) for item in node.fields}
        case VariableNode():
            return (variables or {}).get(node.name.value)
        case NullValueNode():
            return None
    raise GraphQLError("A JSON value is expected.")


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json_from_text(value: object) -> object:
    if not isinstance(value, str):
        raise GraphQLError("JSON text is expected.")
    try:
        return json.loads(value)
    except ValueError as error:
        raise GraphQLError("This is not valid JSON.") from error


SCALARS: dict[object, ScalarDefinition] = {
    PyDecimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, written as a number or as text.",
        serialize=str,
        parse_value=_decimal,
        parse_literal=_decimal_literal,
    ),
    PositiveDecimal: strawberry.scalar(
        name="PositiveDecimal",
        description="An exact decimal number that is not negative, e.g. an amount of money in major units.",
        serialize=str,
        parse_value=lambda value: _positive(_decimal(value)),
        parse_literal=_positive_literal,
    ),
    PositiveInt: strawberry.scalar(
        name="PositiveInt",
        description="An integer greater than 0.",
        serialize=int,
        parse_value=_positive_int,
        parse_literal=_positive_int_literal,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
        parse_literal=_json_literal,
    ),
    JSONString: strawberry.scalar(
        name="JSONString",
        description="A JSON value as text, e.g. rich text in blocks as Editor.js writes them.",
        serialize=_json_text,
        parse_value=_json_from_text,
    ),
}
