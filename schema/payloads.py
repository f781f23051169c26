"""Payloads that carry one row and what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from schema.doorway import Current, MutationWarning
from schema.fields import carried
from schema.ids import id_of


def row_payload(name: str, field: str, returns: Any, error: type[Any]) -> Callable[[Any, Any], Any]:
    """A payload type `name` with the row under `field` (GraphQL type `returns`), and what wraps a row in it."""
    members: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": "A row, and what was wrong.",
        "__annotations__": {field: Any, "errors": list[error], "warnings": list[MutationWarning]},  # type: ignore[valid-type]
        field: carried(returns, "The object as it is now."),
        "errors": strawberry.field(default_factory=list, description="What stopped it."),
        "warnings": strawberry.field(default_factory=list, description="What else to know."),
    }
    kind = strawberry.type(type(name, (), members), description=f"The answer to {name[0].lower()}{name[1:]}.")

    def wrap(info: Any, row: Any) -> Any:
        return kind(**{field: row})

    wrap.__annotations__["return"] = kind
    return wrap


def current_row(model: type[Any], field: str, *, argument: str = "id") -> Current:
    """The row that `argument` names, as it is now, so that whoever is refused can go on from there."""

    def read(info: Any, arguments: dict[str, Any]) -> dict[str, Any]:
        key = id_of(model.__name__, arguments[argument])
        return {field: model._default_manager.filter(id=key).first()}

    return read
