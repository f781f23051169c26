"""How a nested field is written: `batch(loader)`. One call of the loader serves all parents of a level."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import strawberry

from schema.engine.levels import Level, Levels

F = TypeVar("F", bound=Callable[..., Any])

METADATA_KEY: Final = "engine"
"""Under this name a field's metadata says how a plan gets its values."""


class HasLevels(Protocol):
    """What a request's context must offer to batch fields."""

    levels: Levels


Loader = Callable[..., Sequence[Any]]
Guard = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Values come from one call of `loader` for the whole level, after `guard`. Those of the class `recurring` come
    again in other requests.
    """

    loader: Loader
    guard: Guard | None
    recurring: type | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """The value is worked out by a function of the row alone, which may be called more than once."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is an attribute of the row. With `recurring`, the same object comes again in other requests."""

    name: str
    recurring: bool = False


def batch(
    loader: Loader,
    *,
    description: str | None = None,
    guard: Guard | None = None,
    metadata: Mapping[Any, Any] | None = None,
    deprecation_reason: str | None = None,
    name: str | None = None,
    recurring: type | None = None,
) -> Any:
    """A Strawberry field that is loaded for all parents at once.

    `loader(parents, context, **arguments)` gets a `Level` and returns one answer for each parent, in order; an answer
    that is an exception is that parent's error. Its parameters after the first two become the field's GraphQL
    arguments, its docstring the description. `guard(context)` raises if the caller may not ask at all; it runs before
    the loader. The field's type is the annotation beside it. Of answers of the class `recurring` the loader promises
    what `attribute` says.
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
        metadata={**(metadata or {}), METADATA_KEY: Batch(loader, guard, recurring)},
    )


def attribute(name: str, *, recurring: bool = False) -> Loader:
    """A loader that only reads an attribute: for composite values that the parent already carries.

    `recurring` promises that the value never changes and that the same object is met again and again, so that a plan
    may keep what it has written for it (see schema.engine.recurring).
    """

    def read(parents: Level[Any], context: Any) -> list[Any]:
        return [_value(parent, name) for parent in parents]

    read.attribute = Attribute(name, recurring)  # type: ignore[attr-defined]
    return read


def _value(parent: Any, name: str) -> Any:
    try:
        return getattr(parent, name)
    except Exception as error:  # noqa: BLE001 - it is this parent's error alone
        return error


def source(name: str, *, description: str | None = None, metadata: Mapping[Any, Any] | None = None) -> Any:
    """A Strawberry field with the value of the row's attribute `name`, where the field is named otherwise."""

    def resolve(root: Any) -> Any:
        return getattr(root, name)

    return strawberry.field(
        resolver=resolve, description=description, metadata={**(metadata or {}), METADATA_KEY: Attribute(name)}
    )


def computed(
    function: Callable[[Any], Any], *, description: str | None = None, metadata: Mapping[Any, Any] | None = None
) -> Any:
    """A Strawberry field that `function` works out from the row alone; its docstring is the description.

    The function must not change anything: a plan may call it again for a row whose other fields failed.
    """

    def resolve(root: Any) -> Any:
        return function(root)

    return strawberry.field(
        resolver=resolve,
        description=description or inspect.getdoc(function),
        metadata={**(metadata or {}), METADATA_KEY: Read(function)},
    )
