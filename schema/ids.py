"""Opaque global ids (Relay): base64 of `TypeName:uuid`. The type is checked before anything is looked up."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from commerce.core.errors import CommerceError
from schema.engine import computed


class InvalidId(CommerceError):
    """Not one of our ids, or one of another type."""

    code: ClassVar[str] = "GRAPHQL_ERROR"


def to_global_id(type_name: str, key: UUID | str) -> str:
    """The id under which the API shows a row."""
    return binascii.b2a_base64(f"{type_name}:{key}".encode(), newline=False).decode()


def id_of(type_name: str, value: str, *, path: tuple[str, ...] = ("id",)) -> UUID:
    """The primary key in a global id. Raises InvalidId if it is malformed or of another type."""
    try:
        decoded = base64.b64decode(value.encode(), validate=True).decode()
        found, _, key = decoded.partition(":")
        if found == type_name:
            return UUID(key)
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise InvalidId(f"This is not the id of a {type_name}.", path=path)


def is_id_of(type_name: str, value: str) -> bool:
    """Whether `value` is the global id of such an object."""
    try:
        id_of(type_name, value)
    except InvalidId:
        return False
    return True


def ids_of(type_name: str, values: Sequence[str], *, path: tuple[str, ...]) -> list[UUID]:
    """id_of for each of a list; the path of an error names the place in the list."""
    return [id_of(type_name, value, path=(*path, str(index))) for index, value in enumerate(values)]


def global_id(type_name: str) -> Any:
    """The `id` field of a type whose rows have a UUID, or its text, called `id`."""

    beginning = f"{type_name}:"

    def read(row: Any) -> str:
        # to_global_id, without a call for each of the hundred ids of a page
        return binascii.b2a_base64(f"{beginning}{row.id}".encode(), newline=False).decode()

    return computed(read, description=f"The global id of this {type_name}.")
