"""Putting rows of a list into another order, as merchants do it by hand: one at a time, some places up or down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from commerce.core.errors import InvalidInput, NotFound

MAX_MOVES: Final = 100
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Move:
    """A row goes `by` places down the list, up if that is negative; beyond an end it stops there."""

    id: UUID
    by: int


def reorder(rows: QuerySet[Any], moves: Sequence[Move], *, key: str = "id", missing: type[NotFound]) -> None:
    """Do `moves` one after another among `rows`, which have a `sort_order`, and number them anew.

    `key` is the column that a Move's id is found in. Call it with the owner of the list locked. Raises `missing` with
    the path `moves`, index, `id`, and InvalidInput for too many moves.
    """
    if len(moves) > MAX_MOVES:
        raise InvalidInput(f"At most {MAX_MOVES} moves.", path=("moves",))
    order = list(rows.only("pk", key, "sort_order"))
    places = {getattr(row, key): row for row in order}
    for index, move in enumerate(moves):
        row = places.get(move.id)
        if row is None:
            raise missing("There is no such thing in this list.", path=("moves", str(index), "id"))
        place = order.index(row)
        order.insert(min(max(place + move.by, 0), len(order) - 1), order.pop(place))
    changed = []
    for place, row in enumerate(order):
        if row.sort_order != place:
            row.sort_order = place
            changed.append(row)
    rows.model._default_manager.bulk_update(changed, ["sort_order"], batch_size=_AT_ONCE)
