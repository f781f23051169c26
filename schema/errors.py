"""The only place that turns a CommerceError into what the wire shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import strawberry

from commerce.core.errors import CommerceError, Rejected


def code_enum(name: str, codes: str, *, description: str = "Why a mutation was refused.") -> Any:
    """A GraphQL enum of names, e.g. of error codes: the dialect's closed set, then ours."""
    make: Any = Enum
    return strawberry.enum(make(name, {code: code for code in codes.split()}, module=__name__), description=description)


def code_field(codes: Any) -> Any:
    """The `code` of an error type, out of its closed enum; annotate it `Any`."""
    return strawberry.field(graphql_type=codes, description="Why.")


@strawberry.type(description="A question of the input that the mutation could not answer with yes.")
class MutationError:
    """What all error types share. Subclasses add `code` from their own closed enum, and extra facts."""

    field: str | None = strawberry.field(description="The name of the input field at fault, flat.")
    path: list[str] = strawberry.field(description='The full path into the input, e.g. ["lines", "2", "quantity"].')
    message: str | None = strawberry.field(description="A sentence for the developer, in English.")


def camel(name: str) -> str:
    """`street_address_1` as the API spells it: `streetAddress1`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def to_error(error: CommerceError, error_type: type[Any], codes: Any) -> Any:
    """One wire error. A code outside of the type's closed set becomes INVALID; facts fill the fields of that name."""
    path = [camel(part) for part in error.path]
    names = [part for part in path if not part.isdigit()]
    known = {field.name for field in dataclasses.fields(error_type)}
    code = codes[error.code] if error.code in codes.__members__ else codes.INVALID
    facts = {name: value for name, value in error.facts.items() if name in known}
    return error_type(field=names[-1] if names else None, path=path, message=error.message, code=code, **facts)


def flatten(error: CommerceError | Rejected) -> Iterable[CommerceError]:
    """The single facts in what a verb raised."""
    return error.errors if isinstance(error, Rejected) else [error]


@contextmanager
def below_input(*beside: str) -> Iterator[None]:
    """Put the paths of what a verb raises below the argument `input`.

    Except what is about the arguments `id`, `version` and those named in `beside`.
    """
    try:
        yield
    except (CommerceError, Rejected) as refusal:
        for error in flatten(refusal):
            if error.path and error.path[0] not in ("id", "version", "input", *beside):
                error.at("input")
        raise


@contextmanager
def renamed(**names: tuple[str, ...]) -> Iterator[None]:
    """Say the API's names for arguments that the verb calls otherwise: `renamed(gateway=("payment", "id"))`."""
    try:
        yield
    except (CommerceError, Rejected) as refusal:
        for error in flatten(refusal):
            if error.path[:1] and error.path[0] in names:
                error.path = (*names[error.path[0]], *error.path[1:])
        raise
