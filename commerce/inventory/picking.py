"""Which stocks goods are taken from: pure functions over values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commerce.core.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class WantedLine:
    """So many units of a variant for a line of a cart."""

    line_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(slots=True)
class Shelf:
    """What a stock can still give: `free` units, or any number if it is `oversellable`."""

    stock_id: UUID
    free: int
    oversellable: bool


Plan = dict[tuple[UUID, UUID], int]
"""(line, stock) -> units."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """The line at `index` cannot be served; `available` is how many units its variant has left for it."""

    index: int
    available: int


def pick(lines: Sequence[WantedLine], shelves: Mapping[UUID, Sequence[Shelf]], kept: Plan) -> Plan | list[Shortage]:
    """Serve every line from the shelves of its variant, in their order; or say which lines cannot be served.

    What a line holds already (`kept`, counted in `free`) it keeps as far as it still wants it. Beyond what is free an
    oversellable shelf gives any number, after every other one is empty.
    """
    plan: Plan = {}
    missing = [line.quantity for line in lines]

    def put(index: int, shelf: Shelf, units: int) -> None:
        if units > 0:
            place = (lines[index].line_id, shelf.stock_id)
            plan[place] = plan.get(place, 0) + units
            shelf.free -= units
            missing[index] -= units

    for index, line in enumerate(lines):
        for shelf in shelves.get(line.variant_id, ()):
            put(index, shelf, min(missing[index], kept.get((line.line_id, shelf.stock_id), 0)))
    for index, line in enumerate(lines):
        for shelf in shelves.get(line.variant_id, ()):
            put(index, shelf, min(missing[index], shelf.free))
        for shelf in shelves.get(line.variant_id, ()):
            if shelf.oversellable:
                put(index, shelf, missing[index])
    return [Shortage(i, lines[i].quantity - left) for i, left in enumerate(missing) if left] or plan
