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
from commerce.inventory.queries import PartRow, available_parts
from commerce.inventory.services import WantedLine, reserve

_HELD: Final[Statement[tuple[UUID, str, int]]] = Statement(
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

    One statement for what the carts hold, and one for each channel and country.
    """
    held = _held([checkout.id for checkout, _, _ in wanted])
    places: dict[tuple[UUID, str | None], list[tuple[Checkout, Collection[UUID]]]] = defaultdict(list)
    for checkout, country, variants in wanted:
        places[checkout.channel_id, country].append((checkout, variants))
    found: dict[UUID, Obtainable] = {}
    for (_, country), carts in places.items():
        everything = {variant for _, variants in carts for variant in variants}
        free = available_parts(everything, carts[0][0].channel, country) if everything else {}
        for checkout, variants in carts:
            parts = {variant: free[variant] for variant in variants}
            units = {
                part.part_id: part.free + held[checkout.id, part.part_id] for rows in parts.values() for part in rows
            }
            found[checkout.id] = Obtainable(parts, units)
    return found


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


def _held(checkout_ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    held: dict[tuple[UUID, str], int] = defaultdict(int)
    for checkout_id, variant_id, units in _HELD.all(uuid_array(checkout_ids)):
        held[checkout_id, variant_id] = units
    return held
