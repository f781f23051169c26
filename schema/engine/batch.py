"""`batch(loader)`: the only way to write a nested field. One call of the loader serves all parents of a level."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import strawberry

from schema.engine.levels import Levels


class HasLevels(Protocol):
    """What a request's context must offer to batch fields."""

    levels: Levels


Loader = Callable[..., Sequence[Any]]


def batch(
    loader: Loader,
    *,
    description: str | None = None,
    guard: Callable[[Any], None] | None = None,
    metadata: Mapping[Any, Any] | None = None,
    deprecation_reason: str | None = None,
    name: str | None = None,
) -> Any:
    """A Strawberry field that is loaded for all parents at once.

    `loader(parents, context, **arguments)` returns one answer for each parent, in order; its parameters after the
    first two become the field's GraphQL arguments, its docstring the description. `guard(context)` raises if the
    caller may not ask at all; it runs before the loader. The field's type is the annotation beside it.
    """
    parameters = list(inspect.signature(loader).parameters.values())[2:]

    def resolve(root: Any, info: strawberry.Info[Any, Any], **arguments: Any) -> Any:
        context = info.context
        if guard is not None:
            guard(context)
        key = (id(loader), id(info._raw_info.field_nodes[0]))
        return context.levels.answer(root, key, lambda parents: loader(parents, context, **arguments))

    resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
            *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters),
        ]
    )
    resolve.__module__ = loader.__module__
    resolve.__name__ = resolve.__qualname__ = getattr(loader, "__name__", "resolve")
    return strawberry.field(
        resolver=resolve,
        name=name,
        description=description or inspect.getdoc(loader),
        deprecation_reason=deprecation_reason,
        metadata={**(metadata or {}), "loader": loader},
    )


def attribute(name: str) -> Loader:
    """A loader that only reads an attribute: for composite values that the parent already carries."""

    def read(parents: Sequence[Any], context: Any) -> list[Any]:
        return [getattr(parent, name) for parent in parents]

    return read
