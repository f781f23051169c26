"""The checks that page types, pages, menus and their items share."""

from __future__ import annotations

from typing import Any

from commerce.catalog.slugs import checked_slug
from commerce.core.errors import Required
from commerce.core.metadata import require_metadata
from commerce.core.text import require_text

LONGEST_NAME = 250


def checked_texts(changes: Any, *, name: str = "name") -> dict[str, Any]:
    """A copy of `changes` (columns by name) with its metadata, its slug and the column `name` checked.

    Raises Required or InvalidInput with the path of the field.
    """
    values: dict[str, Any] = dict(changes)
    require_metadata(values)
    if name in values:
        require_text(values[name], LONGEST_NAME, path=(name,))
        values[name] = values[name].strip()
        if not values[name]:
            raise Required(f"A {name} is needed.", path=(name,))
    if "slug" in values:
        values["slug"] = checked_slug(values["slug"])
    return values
