"""What a cart can still get, and what it holds already: units that are set aside for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.errors import Rejected
from commerce.core.statements import Statement, uuid_array
from commerce.core.together import Part, Together
from commerce.inventory.queries import AVAILABLE, PartRow, parts_in
from commerce.inventory.services import WantedLine, reserve

UNITS_HELD: Final[Statement[tuple[UUID, str, int]]] = Statement(
    "units_held_by_checkouts",
    tuple,
    """
SELECT held.checkout_id, stock.variant_id::text, sum(held.quantity)
  FROM inventory_reservation AS held
  JOIN inventory_stock AS stock ON stock.id = held.stock_id
 WHERE held.checkout_id = ANY($1)
 GROUP BY 1, 2
""",
    "uuid[]",
)
HELD_ROW: Final = [UUID, str, int]
"""The columns of UNITS_HELD: a cart, a part of what it holds, and how many units."""
# $1 the carts, $2 the variants, $3 the channel, $4 the country.
_OBTAINABLE: Final = Together(
    "what_carts_can_get",
    "uuid[]",
    "uuid[]",
    "uuid",
    "text",
    parts={
        "held": Part(UNITS_HELD, HELD_ROW, "$1"),
        "parts": Part(AVAILABLE, [PartRow], "$2", "$3", "$4"),
    },
)


@dataclass(frozen=True, slots=True)
class Obtainable:
    """What a cart can get: of each variant its parts, and of each part how many units are free or the cart's own."""

    parts: Mapping[UUID, Sequence[PartRow]]
    units: Mapping[str, int]

    def left(self, variant_id: UUID, wanted: Mapping[UUID, int]) -> int | None:
        """How many units of a variant there are beside the other variants that are `wanted`; None is any number.

        What a bundle takes of a part is not there for who wants the part by itself, and the other way round.
        """
        parts = self.parts[variant_id]
        if not parts or not all(part.is_shown for part in parts):
            return 0
        counted = {part.part_id: part for part in parts if not part.endless}
        if not counted:
            return None
        taken = Counter[str]()
        for other, quantity in wanted.items():
            if other != variant_id:
                for part in self.parts[other]:
                    if not part.endless and part.part_id in counted:
                        taken[part.part_id] += quantity * part.per_unit
        return min(max(0, self.units[key] - taken[key]) // part.per_unit for key, part in counted.items())


def obtainable(wanted: Sequence[tuple[Checkout, str | None, Collection[UUID]]]) -> dict[UUID, Obtainable]:
    """For each (cart, destination if known, all variants that it has or wants): cart id -> what it can get.

    One statement for each channel and country; what the carts hold comes with the first.
    """
    held: dict[UUID, dict[str, int]] = defaultdict(dict)
    holders = [checkout.id for checkout, _, _ in wanted if not checkout._state.adding]  # a new one holds nothing
    places: dict[tuple[UUID, str | None], list[tuple[Checkout, Collection[UUID]]]] = defaultdict(list)
    for checkout, country, variants in wanted:
        places[checkout.channel_id, country].append((checkout, variants))
    found: dict[UUID, Obtainable] = {}
    for (_, country), carts in places.items():
        everything = {variant for _, variants in carts for variant in variants}
        asked = ["parts"] * bool(everything) + ["held"] * bool(everything and holders)
        channel_id = str(carts[0][0].channel_id)
        rows = _OBTAINABLE.all(asked, uuid_array(holders), uuid_array(everything), channel_id, country) if asked else {}
        if "held" in rows:
            for checkout_id, part_id, units in rows["held"]:
                held[checkout_id][part_id] = units
            holders = []
        free = parts_in(rows.get("parts", ()), everything)
        for checkout, variants in carts:
            found[checkout.id] = obtainable_of({variant: free[variant] for variant in variants}, held[checkout.id])
    return found


def obtainable_of(parts: Mapping[UUID, Sequence[PartRow]], own: Mapping[str, int]) -> Obtainable:
    """What a cart can get: from what there is of each variant, and of each part its own units."""
    units = {part.part_id: part.free + own.get(part.part_id, 0) for rows in parts.values() for part in rows}
    return Obtainable(parts, units)


def hold(checkout: Checkout, lines: Sequence[CheckoutLine], destination: str | None) -> None:
    """Set the lines of a cart aside for as long as its channel grants. Stock rows stay locked: do it last.

    A cart is a wish, not a promise: lines that cannot be had are left out, and the shopper reads it in its problems.
    """
    wanted = [WantedLine(line.id, line.variant_id, line.quantity) for line in lines]
    lost = _reserved(checkout, wanted, destination)
    if lost:
        _reserved(checkout, [line for place, line in enumerate(wanted) if place not in lost], destination)


def _reserved(checkout: Checkout, wanted: Sequence[WantedLine], destination: str | None) -> set[int]:
    """Reserve all of `wanted`, or nothing; the places of those that cannot be had."""
    until = timezone.now() + timedelta(seconds=checkout.channel.reservation_seconds)
    try:
        with transaction.atomic():
            reserve(
                checkout_id=checkout.id,
                lines=wanted,
                channel=checkout.channel,
                country=destination,
                expires_at=until,
            )
    except Rejected as refusal:
        return {int(error.path[1]) for error in refusal.errors}
    return set()
