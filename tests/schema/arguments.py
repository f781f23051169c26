"""Plausible arguments for any field, made from the schema itself: every required one, and what else a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    Undefined,
)

Ids = Callable[[str], str]
"""From an argument's name to an id to put there."""

_VALUES: dict[str, Any] = {"String": "x", "Int": 1, "Float": 1.5, "Boolean": True, "DateTime": "2026-01-01T00:00:00Z"}


def literal(kind: GraphQLInputType, name: str, ids: Ids, *, everything: bool = False) -> str:
    """GraphQL text of a value of that type."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, name, ids, everything=everything)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type, name, ids, everything=everything)}]"
    if isinstance(kind, GraphQLInputObjectType):
        return f"{{{fields(kind.fields, ids, everything=everything)}}}"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    assert isinstance(kind, GraphQLScalarType)
    if kind.name == "ID":
        return json.dumps(ids(name))
    if kind.name in ("JSON", "JSONString"):
        return json.dumps("{}")
    if "Decimal" in kind.name or kind.name == "PositiveInt":
        return "1"
    return json.dumps(_VALUES.get(kind.name, "x"))


def fields(arguments: dict[str, Any], ids: Ids, *, everything: bool = False) -> str:
    """`name: value` for every required argument, or for all of them one level deep."""
    wanted = {
        name: argument
        for name, argument in arguments.items()
        if (everything and str(argument.type) != "Upload")
        or (isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined)
    }
    return ", ".join(f"{name}: {literal(argument.type, name, ids)}" for name, argument in wanted.items())


def operation(name: str, field: GraphQLField, ids: Ids, *, kind: str = "mutation", everything: bool = False) -> str:
    """A document that calls one root field and asks for the codes of its errors, if it has any."""
    arguments = fields(field.args, ids, everything=everything)
    returned = field.type
    while hasattr(returned, "of_type"):
        returned = returned.of_type
    selection = ""
    if isinstance(returned, GraphQLObjectType):
        selection = "{ errors { code path message } }" if "errors" in returned.fields else "{ __typename }"
    elif hasattr(returned, "fields") or hasattr(returned, "types"):
        selection = "{ __typename }"
    return f"{kind} {{ {name}{f'({arguments})' if arguments else ''} {selection} }}"
