"""How the units of a stock lie in its rows: pure functions over values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promised:
    """A row of a stock: so many units of it are promised. A closed one gets no more than it needs for those."""

    reserved: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What a row gets: units, how many may be promised beyond them, and how many are promised beyond both."""

    on_hand: int
    backorder_limit: int
    overdrawn: int


def spread(rows: Sequence[Promised], on_hand: int, backorder_limit: int, *, endless: bool = False) -> list[Share]:
    """Share the units and the limit of a stock out among its rows.

    What is promised is covered first, by units and then by the limit; the rest goes in equal parts to the rows that
    are open. Nothing gets lost: the shares add up to what was given, and at least one row is open. Of `endless` rows,
    which may promise any number, none is overdrawn.
    """
    units, left = _cover([row.reserved for row in rows], on_hand)
    missing = [row.reserved - held for row, held in zip(rows, units, strict=True)]
    limits, more = _cover(missing, backorder_limit)
    open_rows = [place for place, row in enumerate(rows) if not row.is_closed]
    _deal(units, open_rows, left)
    _deal(limits, open_rows, more)
    return [
        Share(held, limit, 0 if endless else max(0, row.reserved - held - limit))
        for row, held, limit in zip(rows, units, limits, strict=True)
    ]


def _cover(needs: Sequence[int], amount: int) -> tuple[list[int], int]:
    """As much of each need as there is, one after the other, and what is left."""
    given = []
    for need in needs:
        part = min(max(0, need), amount)
        given.append(part)
        amount -= part
    return given, amount


def _deal(amounts: list[int], places: Sequence[int], amount: int) -> None:
    each, over = divmod(amount, len(places))
    for number, place in enumerate(places):
        amounts[place] += each + (number < over)
