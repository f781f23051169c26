"""What matters in pictures, for a whole page of them in one statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from commerce.core.statements import Statement, uuid_array


class FocalPointRow(NamedTuple):
    """A point in a picture, from 0 (left, top) to 1; None for a picture without one."""

    media_id: str
    x: float | None
    y: float | None


_SQL: Final = """
SELECT id::text, focal_x, focal_y FROM catalog_productmedia WHERE id = ANY($1)
"""
_POINTS: Final = Statement("focal_points", FocalPointRow, _SQL, "uuid[]")


def focal_points(media_ids: Collection[str]) -> dict[str, FocalPointRow | None]:
    """The focal point of each picture; None for one that has none."""
    found: dict[str, FocalPointRow | None] = dict.fromkeys(media_ids)
    if found:
        rows = _POINTS.all(uuid_array(list(found)))
        found.update((row.media_id, row) for row in rows if row.x is not None and row.y is not None)
    return found
