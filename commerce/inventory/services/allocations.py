"""Goods that belong to an order: from the reservation of its checkout until they are sent or the order is cancelled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.records import fresh
from commerce.core.writes import Writes
from commerce.inventory.account import write_entries
from commerce.inventory.errors import NothingToSend
from commerce.inventory.models import Allocation, Reservation, StockMovement
from commerce.inventory.parts import parts_of, taken_apart
from commerce.inventory.picking import Plan, WantedLine
from commerce.inventory.rows import Entry, lock_whole_stocks, shift_reserved
from commerce.inventory.services.reservations import Picking, reserve, take
from commerce.inventory.set_aside import HELD, Asked, Shelves, shelves_for

_BRIEFLY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AllocatedLine:
    """An order line, and the cart line whose reservation it takes over."""

    order_line_id: UUID
    wanted: WantedLine


@dataclass(frozen=True, slots=True)
class SentUnits:
    """So many units of an order line left a stock; None for goods that are not tracked, and for bundles."""

    order_line_id: UUID
    stock_id: UUID | None
    quantity: int


def allocate(
    *,
    order_id: UUID,
    checkout_id: UUID,
    lines: Sequence[AllocatedLine],
    channel: Channel,
    country: str | None,
    warehouse_id: UUID | None = None,
    writes: Writes | None = None,
    held: Sequence[Reservation] | None = None,
    seen: Shelves | None = None,
) -> None:
    """Turn the reservations of a checkout into allocations of its order, in the transaction that places the order.

    While the reservation lives no stock row is touched, so that buyers of one thing do not queue up. If it has been
    given back meanwhile, or was for other goods, the goods are set aside anew: that raises what `reserve` raises. What
    this transaction has read already is `held`, the locked reservations, or `seen`, those together with what is free.
    `writes` are sent, with the allocations, before a stock row is touched that others may want.
    """
    wanted = [line.wanted for line in lines]
    order_lines = {line.wanted.line_id: line.order_line_id for line in lines}
    own = Writes() if writes is None else writes
    if not held:
        variant_ids = frozenset(line.variant_id for line in wanted)
        shelves = shelves_for(Asked(checkout_id, variant_ids, channel.id, country, warehouse_id), seen)
        held = shelves.held
    if not held:
        picking = Picking(channel, country, warehouse_id, seed=checkout_id.int)
        take(wanted, picking, shelves, before={}, write=partial(_write, order_id, order_lines, own))
        return
    if not _is_enough(held, wanted):
        expires_at = timezone.now() + _BRIEFLY
        reserve(
            checkout_id=checkout_id,
            lines=wanted,
            channel=channel,
            country=country,
            expires_at=expires_at,
            warehouse_id=warehouse_id,
        )
        held = _held(checkout_id)
    own.delete(Reservation, checkout_id=checkout_id)
    _write(order_id, order_lines, own, {(row.checkout_line_id, row.stock_id): row.quantity for row in held}, {})


def fulfil_allocations(
    *, order_id: UUID, lines: Mapping[UUID, int], left: Mapping[UUID, int], actor: Actor
) -> list[SentUnits]:
    """Take units of order lines (id -> units) out of the warehouses, oldest allocation first.

    `left` is how many units of each line are still to be sent, these included: with a bundle go as many of each part as
    were set aside for one. Lines without any allocation are of goods that are not tracked. Call it last in a
    transaction that holds the order's row. Raises NothingToSend, path ("lines", index, "quantity"), if fewer units are
    allocated or on hand.
    """
    held: defaultdict[UUID, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.select_for_update(of=("self",)).filter(order_id=order_id, order_line_id__in=lines)
    for row in rows.select_related("stock").order_by("id"):
        held[row.order_line_id].append(row)
    sent: list[SentUnits] = []
    per_stock: Counter[UUID] = Counter()
    for index, (line_id, quantity) in enumerate(lines.items()):
        parts: defaultdict[UUID, list[Allocation]] = defaultdict(list)
        for row in held[line_id]:
            parts[row.stock.variant_id].append(row)
        per_unit = {part: max(1, sum(row.quantity for row in own) // left[line_id]) for part, own in parts.items()}
        taken = [units for part, own in parts.items() for units in _take_from(own, index, quantity * per_unit[part])]
        for units in taken:
            if units.stock_id is not None:
                per_stock[units.stock_id] += units.quantity
        sent += taken if list(per_unit.values()) == [1] else [SentUnits(line_id, None, quantity)]
    bases = _write_off(per_stock, order_id, actor)
    return [replace(units, stock_id=bases[units.stock_id]) if units.stock_id else units for units in sent]


def release_allocations(order_id: UUID) -> None:
    """Give back what an order has not sent yet. Call it last in a transaction that holds the order's row."""
    held = Allocation.objects.select_for_update().filter(order_id=order_id).order_by("id")
    rows = {row.id: (row.stock_id, row.quantity) for row in held}
    deltas: defaultdict[UUID, int] = defaultdict(int)
    for stock_id, quantity in rows.values():
        deltas[stock_id] -= quantity
    if rows:
        Allocation.objects.filter(id__in=rows).delete()
        shift_reserved(deltas)


def _write(order_id: UUID, order_lines: Mapping[UUID, UUID], writes: Writes, plan: Plan, written: Plan) -> None:
    """The allocations of `plan`, by cart line and stock, in place of those that were written before."""
    if written:
        Allocation.objects.filter(order_id=order_id).delete()
    writes.insert(
        *(
            fresh(
                Allocation, order_id=order_id, order_line_id=order_lines[line_id], stock_id=stock_id, quantity=quantity
            )
            for (line_id, stock_id), quantity in plan.items()
        )
    )
    writes.send()


def _held(checkout_id: UUID) -> list[Reservation]:
    return HELD.all(str(checkout_id))


def _is_enough(held: Sequence[Reservation], wanted: Sequence[WantedLine]) -> bool:
    """Whether exactly the wanted units are set aside, line by line and part by part."""
    units: Counter[tuple[UUID, UUID]] = Counter()
    for row in held:
        units[row.checkout_line_id, row.stock.variant_id] += row.quantity
    if units == Counter({(line.line_id, line.variant_id): line.quantity for line in wanted}):
        return True
    parts = taken_apart(wanted, parts_of({line.variant_id for line in wanted}))
    return units == Counter({(part.line_id, part.variant_id): part.quantity for part in parts.lines})


def _take_from(allocations: Sequence[Allocation], index: int, quantity: int) -> list[SentUnits]:
    sent: list[SentUnits] = []
    missing = quantity
    for row in allocations:
        units = min(row.quantity, missing)
        if not units:
            break
        missing -= units
        sent.append(SentUnits(row.order_line_id, row.stock_id, units))
        if units == row.quantity:
            row.delete()
        else:
            row.quantity -= units
            row.save(update_fields=["quantity", "updated_at"])
    if missing:
        raise NothingToSend(
            f"Only {quantity - missing} units are waiting to be sent.", path=("lines", str(index), "quantity")
        )
    return sent


def _write_off(per_stock: Mapping[UUID, int], order_id: UUID, actor: Actor) -> dict[UUID, UUID]:
    """Take units out of stock rows; the row that has the account of each. Units may lie in another shard."""
    entries: list[Entry] = []
    bases: dict[UUID, UUID] = {}
    for stock in lock_whole_stocks(per_stock).values():
        sent = {row.id: per_stock[row.id] for row in stock.rows if row.id in per_stock}
        units = sum(sent.values())
        if units > stock.on_hand:
            raise _sold_before_it_came()
        bases |= dict.fromkeys(sent, stock.base.id)
        in_place = all(row.on_hand >= sent.get(row.id, 0) for row in stock.rows)
        stock.rows = [
            row._replace(
                reserved=row.reserved - sent.get(row.id, 0),
                on_hand=row.on_hand - sent.get(row.id, 0) if in_place else row.on_hand,
            )
            for row in stock.rows
        ]
        if not in_place:
            stock.set(on_hand=stock.on_hand - units)
        entries.append(Entry(stock, -units, StockMovement.Reason.FULFILLED, reference=order_id))
    if bases.keys() != per_stock.keys():
        raise _sold_before_it_came()
    write_entries(entries, actor)
    return bases


def _sold_before_it_came() -> NothingToSend:
    return NothingToSend("So many units are not on hand: they were sold before they came in.", path=("lines",))
