"""One execution of a plan: the request's facts, the arguments coerced so far, and the errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.error import located_error
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.types.info import Info

from schema.engine.constants import can_be_shared
from schema.engine.levels import Level, Levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
    from strawberry.types.field import StrawberryField

    from schema.engine.selection import Field


class Run:
    """What the functions of a plan share while they serve one request.

    `nulled` says that an object or a list became null by a field below it; from then on completion looks at each
    object instead of whole levels.
    """

    __slots__ = ("_arguments", "_failures", "context", "entered", "executor", "levels", "nulled")

    def __init__(self, executor: StrawberryGraphQLCoreExecutionContext) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.levels: Levels | None = getattr(self.context, "levels", None)
        self.entered: dict[int, Any] = self.levels.entered if self.levels is not None else {}
        self.nulled = False
        self._arguments: dict[int, Any] = {}
        self._failures: list[tuple[GraphQLError, bool]] = []

    def fail(self, field: Field, path: Path | None, error: Exception, *, forces_null: bool) -> None:
        """Note what went wrong at `path`; `forces_null` if the value there may not be null, so that more becomes it."""
        located = located_error(error, field.nodes, path.as_list() if path is not None else None)
        self._failures.append((located, forces_null))
        if forces_null:
            self.nulled = True

    @property
    def has_failures(self) -> bool:
        """Whether anything has gone wrong so far."""
        return bool(self._failures)

    def errors(self, data: dict[str, Any] | None) -> list[GraphQLError] | None:
        """One error for each position of `data` that became null.

        Where several compete for a position, it is the first of those that could not be answered by a null of their
        own; graphql-core, which stops at the first that it meets, may have met another.
        """
        if not self._failures:
            return None
        chosen: dict[tuple[Any, ...], tuple[GraphQLError, bool]] = {}
        for error, forces_null in self._failures:
            position = null_position(data, error.path or ())
            held = chosen.get(position)
            if held is None or (forces_null and not held[1]):
                chosen[position] = (error, forces_null)
        return [error for error, _ in chosen.values()]

    def arguments(self, field: Field) -> dict[str, Any]:
        """The arguments as graphql-core coerces them, once for each field of the plan. Raises GraphQLError."""
        if field.constant_arguments is not None:
            return field.constant_arguments
        known = self._arguments.get(id(field))
        if known is None:
            executor = self.executor
            known = self._arguments[id(field)] = get_argument_values(
                field.definition, field.nodes[0], executor.variable_values, None, executor.hide_suggestions
            )
            if field.has_constant_arguments and can_be_shared(known):
                field.constant_arguments = known
        found: dict[str, Any] = known
        return found

    def info(self, field: Field, path: Path | None) -> GraphQLResolveInfo[Any]:
        """What a resolver is told of the field at `path`."""
        return self.executor.build_resolve_info(field.definition, field.nodes, field.parent_type, path)  # type: ignore[arg-type]

    def strawberry_info(self, strawberry_field: StrawberryField, field: Field, path: Path) -> Info[Any, Any]:
        """The same as Strawberry's resolvers take it."""
        kind: type[Info[Any, Any]] = self.executor.schema._strawberry_schema.config.info_class  # type: ignore[attr-defined]
        return kind(_raw_info=self.info(field, path), _field=strawberry_field)

    def below(self, parents: Level[Any], members: list[Any], origins: Sequence[int] | None) -> Level[Any]:
        """`members` as a level; each inherits the scope of its parent (at `origins`; None: one for each parent)."""
        entered = self.entered
        chosen = bool(entered) and not entered.keys().isdisjoint(map(id, members))
        if parents.several is None and not chosen:
            return Level(members, parents.scope)
        scopes = parents.scopes()
        several = list(scopes) if origins is None else [scopes[origin] for origin in origins]
        if chosen:
            several = [entered.get(id(member), scope) for member, scope in zip(members, several, strict=True)]
        first = several[0]
        if all(scope is first or scope == first for scope in several):
            return Level(members, first)
        return Level(members, None, several)


def null_position(data: Any, path: Sequence[str | int]) -> tuple[Any, ...]:
    """The longest beginning of `path` that leads to a null in `data`: what an error at `path` has made null."""
    value = data
    for length, step in enumerate(path):
        if value is None:
            return tuple(path[:length])
        value = value[step]
    return tuple(path)
