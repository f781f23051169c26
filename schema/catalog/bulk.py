"""What the bulk mutations share: their payload, and taking what is wrong out of an input."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import strawberry
from strawberry import UNSET

from commerce.catalog.bulk import Problem, RowResult
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, Rejected
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.doorway import MutationWarning
from schema.errors import camel, flatten, to_error
from schema.fields import carried
from schema.ids import id_of

R = TypeVar("R")

# They say which row is meant, and which state of it: a row without them would be another one.
_NEVER_LEFT_OUT: Final = {"id", "version"}


def bulk_payload(name: str, result: str, field: str, returns: Any) -> Callable[[Any, Sequence[RowResult]], Any]:
    """A payload type `name` whose results, of the type `result`, carry rows under `field`, and what wraps them."""
    row = _type(
        result,
        "What became of a row.",
        {
            field: carried(returns, "The row as it is now; null if it was not written, or is deleted."),
            "errors": _list_field("What was wrong with it; it was written nevertheless if it is there."),
        },
        {field: Any, "errors": list[ProductError]},
    )
    kind = _type(
        name,
        f"The answer to {name[0].lower()}{name[1:]}.",
        {
            "count": strawberry.field(default=0, description="How many rows were written."),
            "results": _list_field("What became of each row, in the order of the input."),
            "errors": _list_field("What stopped all of it; what is wrong with a row is in its result."),
            "warnings": _list_field("What else to know."),
        },
        {"count": int, "results": list[row], "errors": list[ProductError], "warnings": list[MutationWarning]},  # type: ignore[valid-type]
    )

    def wrap(info: Any, results: Sequence[RowResult]) -> Any:
        return kind(
            count=sum(each.done for each in results),
            results=[
                row(**{field: each.row, "errors": [_error(found) for found in each.problems]}) for each in results
            ],
        )

    wrap.__annotations__["return"] = kind
    return wrap


def _list_field(description: str) -> Any:
    return strawberry.field(default_factory=list, description=description)


def _type(name: str, description: str, members: dict[str, Any], annotations: dict[str, Any]) -> Any:
    space = {"__module__": __name__, "__doc__": description, "__annotations__": annotations, **members}
    return strawberry.type(type(name, (), space), description=description)


def _error(problem: Problem) -> Any:
    class Found(CommerceError):
        code = problem.code

    return to_error(Found(problem.message, path=problem.path), ProductError, ProductErrorCode)


@contextmanager
def below(*place: str) -> Iterator[None]:
    """Put the paths of what a verb raises below `place`."""
    try:
        yield
    except (CommerceError, Rejected) as refusal:
        for error in flatten(refusal):
            error.at(*place)
        raise


def delete_each(verb: Callable[..., Any], argument: str, kind: str, actor: Actor) -> Callable[[str], None]:
    """What deletes the row that a global id of the type `kind` names, by `verb`; the id's place is all of the path."""

    def write(id: str) -> None:
        try:
            verb(**{argument: id_of(kind, id)}, actor=actor)
        except CommerceError as error:
            error.path = ()
            raise

    return write


def without(row: R, errors: Sequence[CommerceError]) -> R | None:
    """The input without the fields and list items that `errors` are about; None if it is nothing without them.

    What is taken out of a list leaves a gap there, so that later errors, whose paths count what is left (`compacted`),
    can be moved to where they are in the input as it came.
    """
    rest: R | None = row
    for error in errors:
        error.path = _original(row, error.path)
    for error in errors:
        rest = _drop(rest, error.path) if rest is not None else None
    return rest


def compacted(row: R) -> R:
    """The input without the gaps that `without` left in its lists."""
    changes: dict[str, Any] = {}
    for each in dataclasses.fields(row):  # type: ignore[arg-type]
        value = getattr(row, each.name)
        if isinstance(value, list):
            changes[each.name] = [
                compacted(item) if dataclasses.is_dataclass(item) else item for item in value if item is not None
            ]
    return dataclasses.replace(row, **changes) if changes else row  # type: ignore[type-var]


def _original(row: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    if len(path) < 2 or not dataclasses.is_dataclass(row):
        return path
    value = getattr(row, _snake(path[0]), None)
    if not isinstance(value, list) or not path[1].isdigit():
        return path
    places = [place for place, item in enumerate(value) if item is not None]
    if int(path[1]) >= len(places):
        return path
    place = places[int(path[1])]
    return (path[0], str(place), *_original(value[place], path[2:]))


def _drop(row: Any, path: tuple[str, ...]) -> Any:
    name = _snake(path[0]) if path else ""
    definition = next((each for each in dataclasses.fields(row) if each.name == name), None)
    if definition is None or name in _NEVER_LEFT_OUT:
        return None
    value = getattr(row, name)
    if isinstance(value, list) and len(path) > 1 and path[1].isdigit() and int(path[1]) < len(value):
        items = list(value)
        place = int(path[1])
        inner = items[place]
        # A variant can do without one of its fields; an attribute without its value would mean something else.
        items[place] = _drop(inner, path[2:]) if getattr(inner, "is_divisible", False) and path[2:] else None
        return dataclasses.replace(row, **{name: items})
    if definition.default not in (UNSET, None) or value is definition.default:
        return None
    return dataclasses.replace(row, **{name: definition.default})


def _snake(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", name)
    return snake if camel(snake) == name else name
