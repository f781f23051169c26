"""Setting goods aside for a checkout, and giving them back.

Locks are taken in one order everywhere: the checkout (by the caller), its reservations, then stocks by id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, Rejected
from commerce.core.records import fresh
from commerce.core.writes import Writes
from commerce.inventory.errors import OutOfStock
from commerce.inventory.models import Reservation
from commerce.inventory.parts import Wanted, taken_apart
from commerce.inventory.picking import Plan, Shelf, Shortage, WantedLine, pick
from commerce.inventory.queries import SellableRow, sellable_shelves
from commerce.inventory.rows import shift_at_commit, shift_reserved
from commerce.inventory.set_aside import Asked, Shelves, shelves_for

_TRIES: Final = 5
"""How often stocks are picked anew because somebody else was quicker; each loss means that another cart has won.

Where there is a choice of rows it is tried once more for each: who lost one after the other may still find the last
units in another.
"""

# Rows that somebody works with (a payment that is being settled) are left to them.
_SWEEP = """
    DELETE FROM inventory_reservation WHERE id IN (
        SELECT id FROM inventory_reservation WHERE expires_at < now()
        ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING stock_id, quantity
"""


@dataclass(frozen=True, slots=True)
class Picking:
    """For whom goods are picked: a channel, where they go if that is known, and the only warehouse if there is one.

    `seed` spreads buyers over the shards of a stock.
    """

    channel: Channel
    country: str | None
    warehouse_id: UUID | None
    seed: int


def reserve(
    *,
    checkout_id: UUID,
    lines: Sequence[WantedLine],
    channel: Channel,
    country: str | None,
    expires_at: datetime,
    warehouse_id: UUID | None = None,
    writes: Writes | None = None,
    seen: Shelves | None = None,
) -> None:
    """Set the goods of a checkout aside until `expires_at`: all of them, or none. Repeating it changes nothing.

    Call it last in a transaction that holds the checkout's row: the stock rows stay locked until its commit. A later
    call with other lines moves the reservations to what is wanted now; the time that they live only ever grows. With
    `warehouse_id` they come from there only. Variants that are not tracked need no stock; of a bundle its parts are set
    aside. `writes` of the caller are sent with the reservations; `seen` is what this transaction has read already.
    Raises Rejected with an OutOfStock for each line that cannot be had: path ("lines", index, "quantity"), fact
    `available_quantity`.
    """
    asked = Asked(checkout_id, frozenset(line.variant_id for line in lines), channel.id, country, warehouse_id)
    first = shelves_for(asked, seen)
    held = first.held
    until = max([expires_at, *(row.expires_at for row in held)])
    before: Plan = {(row.checkout_line_id, row.stock_id): row.quantity for row in held}

    own = Writes() if writes is None else writes

    def write(plan: Plan, written: Plan) -> None:
        if plan != written:
            _write(checkout_id, plan, until, own, anew=bool(written))
        elif held:
            _extend(checkout_id, until)
        own.send()

    place = Picking(channel, country, warehouse_id, seed=checkout_id.int)
    take(lines, place, first, before=before, write=write)


def take(
    lines: Sequence[WantedLine],
    picking: Picking,
    first: Shelves,
    *,
    before: Plan,
    write: Callable[[Plan, Plan], None],
) -> None:
    """Take the goods of `lines` out of stock rows, beside those that are taken already: all of them, or none.

    `first` says where they could be taken from a moment ago.

    `write(plan, written)` keeps in a table what was picked, in place of what it has written before; then the rows are
    locked. Raises Rejected as `reserve` does.
    """
    wanted = taken_apart(lines, first.parts)
    written, rows = before, first.rows
    for attempt in count(1):
        shelves = _shelves(wanted, rows, before, picking)
        plan = _plan(lines, wanted, shelves, before)
        write(plan, written)
        written = plan
        choice = max((len(found) for found in shelves.values()), default=0)
        if _taken(_per_stock(plan, before), has_choice=choice > 1):
            return
        if attempt >= _TRIES + choice - 1:
            break
        rows = shelves_for(replace(first.asked, checkout_id=None)).rows
    raise Rejected([_short(lines[place], Shortage(place, 0)) for place in sorted(set(wanted.places))])


def release_reservations(checkout_id: UUID) -> None:
    """Give back what is set aside for a checkout. Call it in a transaction that holds the checkout's row."""
    held = Reservation.objects.select_for_update().filter(checkout_id=checkout_id).order_by("id")
    rows = {row.id: (row.stock_id, row.quantity) for row in held}
    if rows:
        Reservation.objects.filter(id__in=rows).delete()
        _give_back(list(rows.values()))


def release_expired_reservations(limit: int = 500) -> int:
    """Give back what was set aside for too long, `limit` rows at a time; how many rows. Run it every few seconds."""
    released = 0
    while True:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(_SWEEP, [limit])
            rows = cursor.fetchall()
            if rows:
                _give_back(rows)
        released += len(rows)
        if len(rows) < limit:
            return released


def _taken(deltas: Mapping[UUID, int], *, has_choice: bool) -> bool:
    """Whether the rows could give that, or the transaction is repeated if they cannot.

    Where others may be tried next, none of these stays locked if they could not. Otherwise two carts that have each
    lost one row, and wait for that of the other, would wait for ever.
    """
    if shift_at_commit(deltas):
        return True
    if not has_choice:
        return shift_reserved(deltas)
    before = transaction.savepoint()
    if shift_reserved(deltas):
        return True
    transaction.savepoint_rollback(before)
    return False


def _shelves(wanted: Wanted, rows: Sequence[SellableRow], before: Plan, picking: Picking) -> dict[UUID, list[Shelf]]:
    """Where the parts can be taken from. What this checkout holds already counts as free for its own lines."""
    if not wanted.lines:
        return {}
    own: defaultdict[UUID, int] = defaultdict(int)
    for (_line, stock_id), quantity in before.items():
        own[stock_id] += quantity
    units: defaultdict[UUID, int] = defaultdict(int)
    for part in wanted.lines:
        units[part.variant_id] += part.quantity
    return sellable_shelves(rows, units, picking.channel, picking.country, own=own, seed=picking.seed)


def _plan(lines: Sequence[WantedLine], wanted: Wanted, shelves: Mapping[UUID, Sequence[Shelf]], before: Plan) -> Plan:
    """Where every counted part is taken from."""
    plan = pick(wanted.lines, shelves, before)
    short = wanted.shortages([] if isinstance(plan, dict) else plan)
    if short or not isinstance(plan, dict):
        raise Rejected([_short(lines[each.index], each) for each in short])
    return plan


def _write(checkout_id: UUID, plan: Plan, expires_at: datetime, writes: Writes, *, anew: bool) -> None:
    if anew:
        Reservation.objects.filter(checkout_id=checkout_id).delete()
    writes.insert(
        *(
            fresh(
                Reservation,
                checkout_id=checkout_id,
                checkout_line_id=line_id,
                stock_id=stock_id,
                quantity=quantity,
                expires_at=expires_at,
            )
            for (line_id, stock_id), quantity in plan.items()
        )
    )


def _extend(checkout_id: UUID, expires_at: datetime) -> None:
    shorter = Reservation.objects.filter(checkout_id=checkout_id, expires_at__lt=expires_at)
    shorter.update(expires_at=expires_at, updated_at=Now())


def _per_stock(after: Plan, before: Plan) -> dict[UUID, int]:
    deltas: defaultdict[UUID, int] = defaultdict(int)
    for (_line, stock_id), quantity in after.items():
        deltas[stock_id] += quantity
    for (_line, stock_id), quantity in before.items():
        deltas[stock_id] -= quantity
    return deltas


def _give_back(rows: Sequence[tuple[UUID, int]]) -> None:
    deltas: defaultdict[UUID, int] = defaultdict(int)
    for stock_id, quantity in rows:
        deltas[stock_id] -= quantity
    if not shift_reserved(deltas):
        raise AssertionError("a stock with reservations cannot be deleted")


def _short(line: WantedLine, shortage: Shortage) -> CommerceError:
    return OutOfStock(
        f"Only {shortage.available} of the {line.quantity} that were asked for can be had.",
        path=("lines", str(shortage.index), "quantity"),
        available_quantity=shortage.available,
    )
