"""What a plan consists of: the selected fields of each level, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import inspect

if TYPE_CHECKING:
    from schema.engine.binding import Values
    from schema.engine.levels import Level
    from schema.engine.places import Place
    from schema.engine.run import Run

Complete = Callable[["Run", "Level[Any]", "Place"], list[Any]]
"""Makes the answers of all objects of a level: a dictionary for each, or NULLED."""


class _Nulled:
    """What stands for an object or a list that a failed non-null field below it has made null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NULLED"


NULLED: Final = _Nulled()


@dataclass(frozen=True, slots=True)
class LeafShape:
    """A scalar or an enum."""

    non_null: bool
    leaf: GraphQLLeafType


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object, or whatever object an interface or a union stands for."""

    non_null: bool


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list."""

    non_null: bool
    item: Shape


Shape = LeafShape | ObjectShape | ListShape
"""A field's type as completion needs it."""


def shape_of(type_: GraphQLOutputType) -> Shape:
    """The shape of an output type."""
    non_null = is_non_null_type(type_)
    nullable: Any = type_.of_type if is_non_null_type(type_) else type_
    if is_list_type(nullable):
        return ListShape(non_null, shape_of(nullable.of_type))
    if is_leaf_type(nullable):
        return LeafShape(non_null, nullable)
    return ObjectShape(non_null)


def holds_objects(shape: Shape) -> bool:
    """Whether there are objects in it, however deep in lists."""
    return isinstance(shape, ObjectShape) or (isinstance(shape, ListShape) and holds_objects(shape.item))


def nothing_below(run: Run, level: Level[Any], place: Place) -> list[Any]:
    """The completion of what has no level below it."""
    raise RuntimeError("A plain value has no fields.")


@dataclass(slots=True, eq=False)
class Field:
    """One field of one level, with everything that is known before the first request."""

    key: str
    name: str
    nodes: list[FieldNode]
    parent_type: GraphQLObjectType
    definition: GraphQLField
    shape: Shape
    values: Values
    child: Complete = nothing_below
    objects: set[type] = field(default_factory=set)  # classes that were seen here and are neither null nor errors
    below: list[ByName] = field(default_factory=list)  # the fields of each of the levels that may be below
    has_constant_arguments: bool = False  # no variable in them, so that they are the same in every request
    constant_arguments: dict[str, Any] | None = None  # as they were coerced for the first request
    kept: dict[int, tuple[Any, Any]] | None = None  # what was written for values that come again, see recurring.py

    @property
    def label(self) -> str:
        """The field as messages name it."""
        return f"{self.parent_type.name}.{self.name}"


ByName = dict[str, list[Field]]
"""The fields of a level by their names in the schema: one may be selected several times, under other keys."""


@dataclass(slots=True, eq=False)
class LeafField:
    """A field of a level that is a plain value: how the row or its column gives it, and how it is written."""

    field: Field
    shape: LeafShape
    read: Callable[[Any], Any] | None
    column: int


@dataclass(slots=True, eq=False)
class SelectedLevel:
    """The fields of one level in the order of the answer; `constants` are the keys whose value is known."""

    type: GraphQLObjectType
    name: str
    leaves: list[LeafField] = field(default_factory=list)
    template: dict[str, Any] = field(default_factory=dict)


def written(type_: GraphQLLeafType, value: Any) -> Any:
    """A leaf's value as the answer shows it. Raises what its serialiser raises, and TypeError if it says null."""
    result = type_.coerce_output_value(value)
    if result is None or result is Undefined:
        raise TypeError(
            f"Expected `{inspect(type_)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
            f" returned: {inspect(result)}"
        )
    return result
