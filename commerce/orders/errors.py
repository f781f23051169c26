"""Facts that stop a change of an order."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import Conflict, InvalidInput, NotFound


class OrderNotFound(NotFound):
    """No such order, or not one that this actor may know of: both look the same."""


class OrderCannotMove(Conflict):
    """The order is not in a state that allows this."""

    code: ClassVar[str] = "INVALID_STATUS"


class NotThatMany(InvalidInput):
    """More units than the order line still waits for. Fact: `available_quantity`."""


class NothingToCapture(InvalidInput):
    """No payment of the order has so much left to capture, or to refund. Fact: `available`, minor units."""
