"""What can be wrong with stock."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, InvalidInput, NotFound


class OutOfStock(CommerceError):
    """Fewer units can be had than were asked for. Fact: `available_quantity`, how many of the line could be bought."""

    code: ClassVar[str] = "INSUFFICIENT_STOCK"


class WarehouseNotFound(NotFound):
    """There is no such warehouse."""


class StockNotFound(NotFound):
    """The variant has no stock in the warehouse."""


class PreorderNotFound(NotFound):
    """The channel does not sell the variant ahead."""


class WarehouseInUse(CommerceError):
    """Goods have come into the warehouse or are promised from it."""

    code: ClassVar[str] = "IN_USE"


class BelowReserved(InvalidInput):
    """So few units cannot be on hand while more of them are promised. Fact: `reserved`, how many are."""


class NothingToSend(InvalidInput):
    """More units were to be sent than are allocated to the order line, or than are on hand."""
