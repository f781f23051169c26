"""Facts that stop a change of an order."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound


class PurchaseLimitReached(CommerceError):
    """One customer may buy only so many units in some time. Fact: `available_quantity`, how many are left."""

    code: ClassVar[str] = "PURCHASE_LIMIT_REACHED"


class PurchaseLimitNotFound(NotFound):
    """No such limit."""


class OrderNotFound(NotFound):
    """No such order, or not one that this actor may know of: both look the same."""


class OrderCannotMove(Conflict):
    """The order is not in a state that allows this."""

    code: ClassVar[str] = "INVALID_STATUS"


class NotThatMany(InvalidInput):
    """More units than the order line still waits for. Fact: `available_quantity`."""


class NothingToCapture(InvalidInput):
    """No payment of the order has so much left to capture, or to refund. Fact: `available`, minor units."""
