"""Setting goods aside for a checkout, and giving them back.

Locks are taken in one order everywhere: the checkout (by the caller), its reservations, then stocks by id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, Rejected
from commerce.inventory.errors import OutOfStock
from commerce.inventory.models import Reservation
from commerce.inventory.parts import Wanted, parts_of, taken_apart
from commerce.inventory.picking import Plan, Shelf, Shortage, WantedLine, pick
from commerce.inventory.queries import sellable_stocks
from commerce.inventory.rows import shift_reserved

_TRIES: Final = 5
"""How often stocks are picked anew because somebody else was quicker; each loss means that another cart has won."""

# Rows that somebody works with (a payment that is being settled) are left to them.
_SWEEP = """
    DELETE FROM inventory_reservation WHERE id IN (
        SELECT id FROM inventory_reservation WHERE expires_at < now()
        ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING stock_id, quantity
"""


def reserve(
    *, checkout_id: UUID, lines: Sequence[WantedLine], channel: Channel, country: str | None, expires_at: datetime
) -> None:
    """Set the goods of a checkout aside until `expires_at`: all of them, or none. Repeating it changes nothing.

    Call it last in a transaction that holds the checkout's row: the stock rows stay locked until its commit. A later
    call with other lines moves the reservations to what is wanted now; the time that they live only ever grows.
    Variants that are not tracked need no stock; of a bundle its parts are set aside. Raises Rejected with an OutOfStock
    for each line that cannot be had: path ("lines", index, "quantity"), fact `available_quantity`.
    """
    wanted = taken_apart(lines, parts_of({line.variant_id for line in lines}, channel.id))
    held = list(Reservation.objects.select_for_update().filter(checkout_id=checkout_id).order_by("id"))
    before: Plan = {(row.checkout_line_id, row.stock_id): row.quantity for row in held}
    expires_at = max([expires_at, *(row.expires_at for row in held)])
    written = before
    for _ in range(_TRIES):
        plan = _plan(lines, wanted, before, channel, country)
        if plan != written:
            _write(checkout_id, plan, expires_at, anew=bool(written))
            written = plan
        elif held:
            _extend(checkout_id, expires_at)
        if shift_reserved(_per_stock(plan, before)):
            return
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


def _plan(lines: Sequence[WantedLine], wanted: Wanted, before: Plan, channel: Channel, country: str | None) -> Plan:
    """Where every counted part is taken from. What this checkout holds already counts as free for its own lines."""
    stocks = sellable_stocks({part.variant_id for part in wanted.lines}, channel, country) if wanted.lines else []
    own: defaultdict[UUID, int] = defaultdict(int)
    for (_line, stock_id), quantity in before.items():
        own[stock_id] += quantity
    shelves: defaultdict[UUID, list[Shelf]] = defaultdict(list)
    for stock in stocks:
        free = stock.on_hand - stock.reserved + own[stock.id]
        shelves[stock.variant_id].append(Shelf(stock.id, free, stock.oversellable))
    plan = pick(wanted.lines, shelves, before)
    short = wanted.shortages([] if isinstance(plan, dict) else plan)
    if short or not isinstance(plan, dict):
        raise Rejected([_short(lines[each.index], each) for each in short])
    return plan


def _write(checkout_id: UUID, plan: Plan, expires_at: datetime, *, anew: bool) -> None:
    if anew:
        Reservation.objects.filter(checkout_id=checkout_id).delete()
    Reservation.objects.bulk_create(
        Reservation(
            checkout_id=checkout_id,
            checkout_line_id=line_id,
            stock_id=stock_id,
            quantity=quantity,
            expires_at=expires_at,
        )
        for (line_id, stock_id), quantity in plan.items()
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
