"""Telling partners that figures of stock have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from commerce.core.ids import uuid7
from commerce.events.emit import emit
from commerce.inventory.events import ChangedStock, StockChanged


def announce_changes(changes: Iterable[tuple[UUID, UUID, int, int]]) -> None:
    """One `stock.changed` for each warehouse among (warehouse, variant, on_hand, reserved), in this transaction."""
    by_warehouse: defaultdict[UUID, list[ChangedStock]] = defaultdict(list)
    for warehouse_id, variant_id, on_hand, reserved in changes:
        by_warehouse[warehouse_id].append(ChangedStock(variant_id, on_hand, reserved))
    for warehouse_id, stocks in by_warehouse.items():
        # An aggregate of its own: nobody waits for the stock events before it.
        emit(StockChanged(warehouse_id, tuple(stocks)), aggregate=("stock_change", uuid7()), sequence=1)
