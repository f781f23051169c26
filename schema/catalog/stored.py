"""Columns that only staff see, of sources that readers read without them: one statement for a level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from commerce.core.permission import Permission
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import nested


def stored(model: type[Any], read: Callable[[Any], Any], columns: Sequence[str]) -> Loader:
    """A loader of what `read` finds in the row of `model`; None for a row that is gone meanwhile."""

    def load(sources: Sequence[Any], context: RequestContext) -> list[Any]:
        rows = model._default_manager.only(*columns)
        lacking = [source.id for source in sources if not isinstance(source, model)]
        found = {str(key): row for key, row in rows.in_bulk(lacking).items()} if lacking else {}
        chosen = [source if isinstance(source, model) else found.get(str(source.id)) for source in sources]
        return [None if row is None else read(row) for row in chosen]

    return load


def stored_field(
    model: type[Any], column: str, description: str, *, permission: Permission = Permission.MANAGE_PRODUCTS
) -> Any:
    """A field of the admin schema that is a column of the row; annotate it as one that can be null."""
    return nested(
        stored(model, lambda row: getattr(row, column), [column]), description=description, permission=permission
    )


def version_field(model: type[Any], *, permission: Permission = Permission.MANAGE_PRODUCTS) -> Any:
    """The field `version` of a type whose rows are changed by one after another."""
    return stored_field(model, "version", "Counts its changes; send it with yours.", permission=permission)
