"""Filters that may be written in several ways, of which exactly one is to be used."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commerce.core.errors import InvalidInput
from schema.catalog.filters import GlobalIdFilterInput, StringFilterInput
from schema.ids import ids_of

Path = tuple[str, ...]


def keys_of(type_name: str, given: GlobalIdFilterInput | None, path: Path) -> list[UUID] | None:
    """The keys that a filter of ids names; None without one. Raises InvalidId, or InvalidInput for a contradiction."""
    if given is None:
        return None
    return ids_of(type_name, one_way(given, path), path=path)


def texts_of(given: StringFilterInput | None, path: Path) -> list[str] | None:
    """The texts that a filter names; None without one. Raises InvalidInput for a contradiction."""
    if given is None:
        return None
    return [text for text in one_way(given, path) if "\x00" not in text]


def one_way(given: StringFilterInput | GlobalIdFilterInput, path: Path) -> Sequence[str]:
    """The texts that `eq` or `oneOf` names: exactly one of them."""
    if (given.eq is None) == (given.one_of is None):
        raise InvalidInput("Give either eq or oneOf.", path=path)
    return [given.eq] if given.eq is not None else given.one_of or []
