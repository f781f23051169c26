"""What is set aside for a checkout, and where more could be taken from, in one round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.core.together import Part as Asked
from commerce.core.together import Together
from commerce.inventory.models import Reservation, Stock
from commerce.inventory.parts import PARTS_OF_VARIANTS, Part, PartOfVariant, parts_from
from commerce.inventory.picking import WantedLine
from commerce.inventory.queries import SELLABLE, SellableRow

HELD: Final = Records(
    "reservations_with_stocks_locked",
    Reservation,
    "JOIN inventory_stock AS stock ON stock.id = it.stock_id WHERE it.checkout_id = $1 ORDER BY it.id FOR UPDATE OF it",
    "uuid",
    joined={"stock": Stock},
)
_SEEN: Final[Statement[tuple[int]]] = Statement(
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
        "held": Asked.of(HELD, "$1"),
        "seen": Asked(_SEEN, [int], "$1"),
        "parts": Asked(PARTS_OF_VARIANTS, [PartOfVariant], "$2", "$3"),
        "rows": Asked(SELLABLE, [SellableRow], "ARRAY(SELECT c2 FROM parts WHERE c4)", "$3", "$4", "$5"),
    },
)


@dataclass(frozen=True, slots=True)
class Shelves:
    """Reservations of a checkout, locked; the parts of the variants that it wants, and the rows that may give them."""

    parts: Mapping[UUID, list[Part]]
    rows: Sequence[SellableRow]
    held: Sequence[Reservation] = field(default=())


def shelves_for(
    checkout_id: UUID | None,
    lines: Sequence[WantedLine],
    channel_id: UUID,
    country: str | None,
    warehouse_id: UUID | None,
) -> Shelves:
    """One statement; one more if reservations were given back while it waited for them: by then there is more.

    Without a checkout its reservations are left alone.
    """
    found = _SHELVES.all(
        ["parts", "rows"] if checkout_id is None else ["held", "seen", "parts", "rows"],
        str(checkout_id) if checkout_id is not None else None,
        uuid_array({line.variant_id for line in lines}),
        str(channel_id),
        country,
        str(warehouse_id) if warehouse_id is not None else None,
    )
    held = found.get("held", ())
    if checkout_id is not None and len(held) != found["seen"][0][0]:
        return replace(shelves_for(None, lines, channel_id, country, warehouse_id), held=held)
    return Shelves(parts_from(found["parts"]), found["rows"], held)
