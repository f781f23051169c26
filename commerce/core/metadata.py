"""How much free data an integration may leave on one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commerce.core.errors import InvalidInput, Required
from commerce.core.text import is_storable

MAX_ENTRIES: Final = 50
MAX_KEY: Final = 255
MAX_VALUE: Final = 10_000


def with_metadata(stored: Mapping[str, str], entries: Mapping[str, str], *, path: tuple[str, ...]) -> dict[str, str]:
    """`stored` with `entries` added or replaced. Lengths are in characters.

    Raises Required for an empty key, InvalidInput for what is too long, too much, or no text for the database.
    """
    for key, value in entries.items():
        if not key.strip():
            raise Required("A key of metadata is not empty.", path=path)
        if len(key) > MAX_KEY or len(value) > MAX_VALUE:
            raise InvalidInput(f"Keys have at most {MAX_KEY} characters, values {MAX_VALUE}.", path=path)
        if not (is_storable(key) and is_storable(value)):
            raise InvalidInput("Metadata holds a character that is none.", path=path)
    merged = {**stored, **entries}
    if len(merged) > MAX_ENTRIES:
        raise InvalidInput(f"An object has at most {MAX_ENTRIES} entries of metadata.", path=path)
    return merged


def require_metadata(values: Mapping[str, Any]) -> None:
    """Check the metadata that replace an object's own, if `values` (columns by name) has some. See `with_metadata`."""
    for column, path in (("metadata", "metadata"), ("private_metadata", "privateMetadata")):
        with_metadata({}, values.get(column) or {}, path=(path,))
