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
