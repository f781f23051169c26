"""What is set aside for a checkout, and where more could be taken from, in one round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.core.together import Part as Read
from commerce.core.together import Together
from commerce.inventory.models import Reservation, Stock
from commerce.inventory.parts import PARTS_OF_VARIANTS, Part, PartOfVariant, parts_from
from commerce.inventory.queries import SELLABLE, SellableRow

HELD: Final = Records(
    "reservations_with_stocks_locked",
    Reservation,
    "JOIN inventory_stock AS stock ON stock.id = it.stock_id WHERE it.checkout_id = $1 ORDER BY it.id FOR UPDATE OF it",
    "uuid",
    joined={"stock": Stock},
)
SEEN: Final[Statement[tuple[int]]] = Statement(
    "reservations_seen", tuple, "SELECT count(*) FROM inventory_reservation WHERE checkout_id = $1", "uuid"
)
# $1 checkout, $2 variants, $3 channel, $4 country, $5 the only warehouse.
_SHELVES: Final = Together(
    "shelves_for_checkout",
    "uuid",
    "uuid[]",
    "uuid",
    "text",
    "uuid",
    parts={
        "held": Read.of(HELD, "$1"),
        "seen": Read(SEEN, [int], "$1"),
        "parts": Read(PARTS_OF_VARIANTS, [PartOfVariant], "$2", "$3"),
        "rows": Read(SELLABLE, [SellableRow], "ARRAY(SELECT c2 FROM parts WHERE c4)", "$3", "$4", "$5"),
    },
)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom goods are looked for: a checkout with its reservations, or None; where to, and the only warehouse."""

    checkout_id: UUID | None
    variant_ids: frozenset[UUID]
    channel_id: UUID
    country: str | None
    warehouse_id: UUID | None


@dataclass(frozen=True, slots=True)
class Shelves:
    """Reservations of a checkout, locked; the parts of the variants that it wants, and the rows that may give them.

    Not `is_fresh` if reservations were given back while it waited for them: by now there is more.
    """

    asked: Asked
    parts: Mapping[UUID, list[Part]]
    rows: Sequence[SellableRow]
    held: Sequence[Reservation] = field(default=())
    is_fresh: bool = True


def shelves_for(asked: Asked, seen: Shelves | None = None) -> Shelves:
    """What was `seen` in this transaction already, if it is what is asked and still fresh; else it is read.

    One statement; one more if reservations were given back while it waited for them.
    """
    found = seen if seen is not None and seen.asked == asked else _read(asked)
    if found.is_fresh:
        return found
    return replace(_read(replace(asked, checkout_id=None)), asked=asked, held=found.held)


def shelves_from(asked: Asked, found: Mapping[str, Sequence[Any]]) -> Shelves:
    """From the rows of HELD, SEEN, PARTS_OF_VARIANTS and SELLABLE."""
    held = found.get("held", ())
    is_fresh = asked.checkout_id is None or len(held) == found["seen"][0][0]
    return Shelves(asked, parts_from(found["parts"]), found["rows"], held, is_fresh)


def _read(asked: Asked) -> Shelves:
    found = _SHELVES.all(
        ["parts", "rows"] if asked.checkout_id is None else ["held", "seen", "parts", "rows"],
        str(asked.checkout_id) if asked.checkout_id is not None else None,
        uuid_array(asked.variant_ids),
        str(asked.channel_id),
        asked.country,
        str(asked.warehouse_id) if asked.warehouse_id is not None else None,
    )
    return shelves_from(asked, found)
