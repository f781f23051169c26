"""What the wanted units of a variant are made of: itself, or the parts of a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.inventory.picking import Shortage, WantedLine


class PartOfVariant(NamedTuple):
    """So many units of a part in one of a variant. The last two columns are the merchant's order."""

    variant_id: UUID
    part_id: UUID
    per_unit: int
    is_counted: bool
    is_shown: bool
    sort_order: int
    component_id: UUID | None


PARTS_OF_VARIANTS: Final = Statement(
    "parts_of_variants",
    PartOfVariant,
    """
SELECT variant.id, coalesce(component.component_id, variant.id), coalesce(component.quantity, 1),
       variant.track_inventory AND coalesce(part.track_inventory, true),
       component.id IS NULL OR $2::uuid IS NULL OR catalog_shows_variant(component.component_id, $2),
       coalesce(component.sort_order, 0), component.id
  FROM catalog_productvariant AS variant
  LEFT JOIN catalog_bundlecomponent AS component ON component.bundle_id = variant.id
  LEFT JOIN catalog_productvariant AS part ON part.id = component.component_id
 WHERE variant.id = ANY($1)
""",
    "uuid[]",
    "uuid",
)


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of a variant in one unit of another. Without `is_counted` there is always enough of it."""

    variant_id: UUID
    per_unit: int
    is_counted: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The counted parts of wanted lines, in the order in which they are to be served, and where each comes from.

    `places` are the lines' by part, `per_unit` how many units of the part are in one of the line.
    """

    lines: Sequence[WantedLine]
    places: Sequence[int]
    per_unit: Sequence[int]
    hidden: frozenset[int]
    """The places of lines that have a part which the channel does not show; their parts are not among `lines`."""

    def shortages(self, found: Sequence[Shortage]) -> list[Shortage]:
        """Shortages of parts as those of their lines, with what the scarcest part makes; and hidden ones."""
        left: dict[int, int] = dict.fromkeys(self.hidden, 0)
        for short in found:
            place, units = self.places[short.index], short.available // self.per_unit[short.index]
            left[place] = min(units, left.get(place, units))
        return [Shortage(place, left[place]) for place in sorted(left)]


def parts_of(variant_ids: set[UUID], channel_id: UUID | None = None) -> Mapping[UUID, list[Part]]:
    """The parts of each of these variants that exists; without a channel all count as shown. One statement."""
    return parts_from(PARTS_OF_VARIANTS.all(uuid_array(variant_ids), str(channel_id) if channel_id else None))


def parts_from(rows: Iterable[PartOfVariant]) -> dict[UUID, list[Part]]:
    """The parts of each variant, from the rows of PARTS_OF_VARIANTS."""
    found: dict[UUID, list[Part]] = {}
    for row in sorted(rows, key=attrgetter("variant_id", "sort_order", "component_id")):
        found.setdefault(row.variant_id, []).append(Part(row.part_id, row.per_unit, row.is_counted, row.is_shown))
    return found


def taken_apart(lines: Sequence[WantedLine], parts: Mapping[UUID, list[Part]]) -> Wanted:
    """What these lines want of each counted part.

    Bundles are served last, so that one that lacks a part does not take the others from lines that are complete.
    """
    wanted: list[tuple[bool, int, int, WantedLine]] = []
    hidden = set()
    for place, line in enumerate(lines):
        own = parts.get(line.variant_id) or [Part(line.variant_id, 1, is_counted=True, is_shown=True)]
        is_bundle = own[0].variant_id != line.variant_id
        if not all(part.is_shown for part in own):
            hidden.add(place)
            continue
        for part in own:
            if part.is_counted:
                units = line.quantity * part.per_unit
                wanted.append((is_bundle, place, part.per_unit, WantedLine(line.line_id, part.variant_id, units)))
    wanted.sort(key=lambda each: each[0])
    return Wanted(
        lines=[line for _, _, _, line in wanted],
        places=[place for _, place, _, _ in wanted],
        per_unit=[per_unit for _, _, per_unit, _ in wanted],
        hidden=frozenset(hidden),
    )
