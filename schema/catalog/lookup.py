"""Finding one row by whichever of its names the caller gave."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from commerce.core.errors import InvalidInput
from schema.ids import id_of

M = TypeVar("M", bound=Model)


def find(rows: QuerySet[M], type_name: str, *, id: str | None, **names: str | None) -> M | None:
    """The row with this global id, or with this slug, SKU or the like; None if there is none.

    Raises InvalidInput unless exactly one of them is given, and InvalidId for the id of another type.
    """
    given = {name: value for name, value in {"id": id, **names}.items() if value is not None}
    if len(given) != 1:
        raise InvalidInput(f"Give exactly one of {', '.join(['id', *names])}.")
    if id is not None:
        return rows.filter(pk=id_of(type_name, id)).first()
    name, value = given.popitem()
    # PostgreSQL refuses NUL in text, which would be a fault instead of "not found".
    return None if "\x00" in value else rows.filter(**{name: value}).first()
