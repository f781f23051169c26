"""What happens to stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ChangedStock:
    """One variant of a StockChanged: so many units lie in the warehouse now, so many of them are promised."""

    variant_id: UUID
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class StockChanged:
    """What lies in a warehouse was counted, set, imported or sent. All variants of one change share one event.

    The events of a warehouse come in no promised order: a partner who needs the present figure asks for it.
    """

    type: ClassVar[str] = "stock.changed"
    warehouse_id: UUID
    stocks: tuple[ChangedStock, ...]


@dataclass(frozen=True, slots=True)
class StockLow:
    """So few units of a variant are left to promise in a warehouse, no more than its threshold."""

    type: ClassVar[str] = "stock.low"
    warehouse_id: UUID
    variant_id: UUID
    available: int
    threshold: int


@dataclass(frozen=True, slots=True)
class StockOut:
    """Nothing of a variant is left to promise in a warehouse, or only what may be promised beyond the stock."""

    type: ClassVar[str] = "stock.out"
    warehouse_id: UUID
    variant_id: UUID


@dataclass(frozen=True, slots=True)
class StockBack:
    """Of a variant that a warehouse had run out of, there is something to promise again."""

    type: ClassVar[str] = "stock.back"
    warehouse_id: UUID
    variant_id: UUID
    available: int
