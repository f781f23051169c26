"""Telling partners that a stock runs low, out, or is back: once for each time that it does.

Buyers do nothing for it but what a trigger does in their own statement: where little is left, it adds a row to
inventory_duelevel. A regular job sums up such stocks, all shards together, and compares with what was told last.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from commerce.events.emit import DomainEvent, emit
from commerce.inventory.events import StockBack, StockLow, StockOut
from commerce.inventory.models import StockLevel

BATCH: Final = 500
_NOTHING_YET: Final = ""
"""Of a stock that begins with its first units nobody is told that it is back."""

Level = StockLevel.Level

# Rows of another process that is about it are left to that one. The oldest row of a stock knows what was there before.
_TAKE: Final = """
    DELETE FROM inventory_duelevel WHERE id IN (
        SELECT id FROM inventory_duelevel ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, variant_id, warehouse_id, free_before
"""
# In one order, so that two processes do not wait for each other; who comes second compares with what the first told.
_LOCK: Final = """
    INSERT INTO inventory_stocklevel (variant_id, warehouse_id, level, version)
    SELECT asked.variant_id, asked.warehouse_id, asked.level, 0
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS asked(variant_id, warehouse_id, level)
    WHERE EXISTS (
        SELECT FROM inventory_stock s
        WHERE s.variant_id = asked.variant_id AND s.warehouse_id = asked.warehouse_id
    )
    ORDER BY 1, 2
    ON CONFLICT (variant_id, warehouse_id) DO UPDATE SET version = inventory_stocklevel.version
"""
_NOW: Final = """
    SELECT told.id, told.variant_id, told.warehouse_id, told.level, told.version,
           coalesce(sum(s.on_hand - s.reserved), 0)::int, max(s.low_stock_threshold),
           (array_agg(s.id ORDER BY s.shard))[1]
    FROM unnest(%s::uuid[], %s::uuid[]) AS asked(variant_id, warehouse_id)
    JOIN inventory_stocklevel told USING (variant_id, warehouse_id)
    JOIN inventory_stock s
      ON s.variant_id = told.variant_id AND s.warehouse_id = told.warehouse_id AND s.channel_id IS NULL
    GROUP BY told.id
    ORDER BY told.variant_id, told.warehouse_id
"""


class _Told(NamedTuple):
    id: int
    variant_id: UUID
    warehouse_id: UUID
    level: str
    version: int
    free: int
    threshold: int | None
    stock_id: UUID


def tell_levels() -> int:
    """Tell of the stocks that have run low, out, or are back since the last time; how many. Run it every second."""
    told = 0
    while True:
        with transaction.atomic():
            taken, found = _tell_some()
        told += found
        if taken < BATCH:
            return told


def level_of(free: int, threshold: int | None) -> Level:
    """The level of a stock with so many units left to promise, without those that may be promised beyond them."""
    if free <= 0:
        return Level.OUT
    return Level.LOW if threshold is not None and free <= threshold else Level.IN


def _tell_some() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [BATCH])
        rows = sorted(cursor.fetchall())
        if not rows:
            return 0, 0
        before: dict[tuple[UUID, UUID], int] = {}
        for _, variant_id, warehouse_id, free in rows:
            before.setdefault((variant_id, warehouse_id), free)
        variants, warehouses = [list(ids) for ids in zip(*before, strict=True)]
        cursor.execute(
            _LOCK, [variants, warehouses, [Level.IN if free > 0 else _NOTHING_YET for free in before.values()]]
        )
        cursor.execute(_NOW, [variants, warehouses])
        stocks = [_Told(*values) for values in cursor.fetchall()]
    return len(rows), sum(_tell(stock) for stock in stocks)


def _tell(stock: _Told) -> bool:
    now = level_of(stock.free, stock.threshold)
    if now == stock.level:
        return False
    version = stock.version + 1
    StockLevel.objects.filter(id=stock.id).update(level=now, version=version)
    if stock.level == _NOTHING_YET:
        return False
    events: list[DomainEvent] = []
    if stock.level == Level.OUT:
        events.append(StockBack(stock.warehouse_id, stock.variant_id, stock.free))
    if now == Level.OUT:
        events.append(StockOut(stock.warehouse_id, stock.variant_id))
    if now == Level.LOW and stock.level == Level.IN and stock.threshold is not None:
        events.append(StockLow(stock.warehouse_id, stock.variant_id, stock.free, stock.threshold))
    for event in events:
        emit(event, aggregate=("stock", stock.stock_id), sequence=version)
    return bool(events)
