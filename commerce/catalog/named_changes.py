"""The checks that everything with a name, a slug and metadata shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.slugs import checked_slug
from commerce.core.errors import Required
from commerce.core.metadata import require_metadata
from commerce.core.text import require_text

# The longest text of each column, and what callers call it.
_TEXTS: Final = {
    "name": (250, "name"),
    "seo_title": (70, "seoTitle"),
    "seo_description": (300, "seoDescription"),
    "background_image_alt": (250, "backgroundImageAlt"),
    "external_reference": (250, "externalReference"),
    "unit": (20, "unit"),
}


def checked_changes(changes: Mapping[str, Any], *, noun: str) -> dict[str, Any]:
    """A copy of `changes` (columns by name) with the texts, slug, description and metadata among them checked.

    Raises Required or InvalidInput with the path of the field.
    """
    values: dict[str, Any] = dict(changes)
    require_metadata(values)
    for column, (longest, path) in _TEXTS.items():
        require_text(values.get(column), longest, path=(path,))
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise Required(f"{noun} has a name.", path=("name",))
    if "slug" in values:
        values["slug"] = checked_slug(values["slug"])
    if "description" in values:
        values["description"] = clean_blocks(values["description"])
    return values
