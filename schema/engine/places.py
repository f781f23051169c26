"""Where in the answer the objects of a level are. Nothing is worked out before an error or a resolver asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from graphql.pyutils import Path

if TYPE_CHECKING:
    from schema.engine.selection import Field

Spot = tuple[int, tuple[int, ...]]
"""The index of a parent in its level, and the indices in the lists that lead from the parent's field to the object."""


class Place(Protocol):
    """The paths of the objects of one level."""

    def path(self, index: int) -> Path | None:
        """The path of the object at `index`; None for the root."""

    def field_path(self, index: int) -> Path | None:
        """The path of the field that the object at `index` belongs to: without the indices of its lists."""


class Root:
    """The place of the root value."""

    def path(self, index: int) -> Path | None:
        """The root has no path."""
        return None

    field_path = path


class Below:
    """The objects that one field produced for the parents of the level above.

    Without `spots` and `lists` each parent has one; with `lists` it has those in its list; else `spots` tell.
    """

    __slots__ = ("_above", "_field", "_lists", "_spots")

    def __init__(
        self,
        above: Place,
        field: Field,
        *,
        lists: Sequence[Sequence[Any]] | None = None,
        spots: Sequence[Spot] | None = None,
    ) -> None:
        self._above = above
        self._field = field
        self._lists = lists
        self._spots = spots

    def path(self, index: int) -> Path | None:
        """See Place."""
        parent, indices = self._spot(index)
        path = value_path(self._above, parent, self._field)
        for number in indices:
            path = Path(path, number, None)
        return path

    def field_path(self, index: int) -> Path | None:
        """See Place."""
        return value_path(self._above, self._spot(index)[0], self._field)

    def _spot(self, index: int) -> Spot:
        if self._spots is None:
            if self._lists is None:
                return index, ()
            self._spots = [
                (parent, (number,)) for parent, items in enumerate(self._lists) for number in range(len(items))
            ]
        return self._spots[index]


class Part:
    """Some of the objects of a level, e.g. those of one type."""

    __slots__ = ("_indices", "_whole")

    def __init__(self, whole: Place, indices: Sequence[int]) -> None:
        self._whole = whole
        self._indices = indices

    def path(self, index: int) -> Path | None:
        """See Place."""
        return self._whole.path(self._indices[index])

    def field_path(self, index: int) -> Path | None:
        """See Place."""
        return self._whole.field_path(self._indices[index])


def value_path(place: Place, index: int, field: Field) -> Path:
    """The path of the value of `field` at the object at `index`."""
    return Path(place.path(index), field.key, field.parent_type.name)
