"""Completing objects whose type is known only when they are there: interfaces, unions, and types with a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    is_object_type,
)
from graphql.pyutils import inspect

from schema.engine.levels import Level
from schema.engine.places import Part, Place
from schema.engine.selection import NULLED, Complete, Field

if TYPE_CHECKING:
    from schema.engine.run import Run


def tested(field: Field, type_: GraphQLObjectType, complete: Complete) -> Complete:
    """Completion of objects of a type that can tell whether an object is of it."""

    def complete_tested(run: Run, level: Level[Any], place: Place) -> list[Any]:
        return _by_type(run, field, level, place, lambda row, info: _confirmed(field, type_, row, info), completions)

    completions = {type_.name: complete}
    return complete_tested


def abstract(field: Field, type_: GraphQLAbstractType, completions: Mapping[str, Complete]) -> Complete:
    """Completion of objects of an interface or union: those of each type together. `completions` has each type's."""

    def complete_abstract(run: Run, level: Level[Any], place: Place) -> list[Any]:
        resolve = type_.resolve_type or run.executor.type_resolver

        def type_of(row: Any, info: GraphQLResolveInfo[Any]) -> str:
            found = _ensured(run, field, type_, row, resolve(row, info, type_))
            return _confirmed(field, found, row, info)

        return _by_type(run, field, level, place, type_of, completions)

    return complete_abstract


def _by_type(
    run: Run, field: Field, level: Level[Any], place: Place, type_of: Any, completions: Mapping[str, Complete]
) -> list[Any]:
    answers: list[Any] = [NULLED] * len(level)
    parts: dict[str, list[int]] = {}
    info: GraphQLResolveInfo[Any] | None = None
    field_path = None
    for index, row in enumerate(level):
        if index == 0 or place.field_path(index) != field_path:
            field_path = place.field_path(index)
            info = run.info(field, field_path)
        try:
            parts.setdefault(type_of(row, info), []).append(index)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes the field's error
            run.fail(field, place.path(index), error, forces_null=True)
    for name, indices in parts.items():
        whole = len(indices) == len(level)
        part = level if whole else _part(level, indices)
        found = completions[name](run, part, place if whole else Part(place, indices))
        for index, answer in zip(indices, found, strict=True):
            answers[index] = answer
    return answers


def _part(level: Level[Any], indices: list[int]) -> Level[Any]:
    several = level.several
    members = [level[index] for index in indices]
    return Level(members, level.scope, None if several is None else [several[index] for index in indices])


def _confirmed(field: Field, type_: GraphQLObjectType, row: Any, info: GraphQLResolveInfo[Any]) -> str:
    if type_.is_type_of is not None and not type_.is_type_of(row, info):
        raise GraphQLError(f"Expected value of type '{type_}' but got: {inspect(row)}.", field.nodes)
    return type_.name


def _ensured(run: Run, field: Field, abstract_type: GraphQLAbstractType, row: Any, name: Any) -> GraphQLObjectType:
    """The object type of that name, if it is one of the abstract type. The messages are graphql-core's."""
    nodes = field.nodes
    if name is None:
        raise GraphQLError(
            f"Abstract type '{abstract_type}' must resolve to an Object type at runtime for field '{field.label}'."
            f" Either the '{abstract_type}' type should provide a 'resolve_type' function or each possible type"
            " should provide an 'is_type_of' function.",
            nodes,
        )
    if not isinstance(name, str):
        raise GraphQLError(
            f"Abstract type '{abstract_type}' must resolve to an Object type at runtime for field '{field.label}'"
            f" with value {inspect(row)}, received '{inspect(name)}', which is not a valid Object type name.",
            nodes,
        )
    schema = run.executor.schema
    found = schema.get_type(name)
    if found is None:
        raise GraphQLError(
            f"Abstract type '{abstract_type}' was resolved to a type '{name}' that does not exist inside the schema.",
            nodes,
        )
    if not is_object_type(found):
        raise GraphQLError(f"Abstract type '{abstract_type}' was resolved to a non-object type '{name}'.", nodes)
    if not schema.is_sub_type(abstract_type, found):
        raise GraphQLError(f"Runtime Object type '{found}' is not a possible type for '{abstract_type}'.", nodes)
    return found
