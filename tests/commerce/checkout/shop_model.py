"""A shop as simple as can be: carts, stock and orders in plain Python. No database, no tax, one delivery.

Each method does what the verb of its name does and returns what the caller is told: "done", or the code of the refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIMIT = 50
DELIVERY = 500


@dataclass
class Goods:
    """A variant: what it costs, how many there are, how many of them belong to orders."""

    price: int
    on_hand: int
    reserved: int = 0

    @property
    def free(self) -> int:
        """What can still be had."""
        return self.on_hand - self.reserved


@dataclass
class PlacedOrder:
    """What was bought, at the prices of that moment."""

    lines: dict[str, int]
    total: int
    status: str = "unfulfilled"


@dataclass
class ShopModel:
    """The goods by name, the carts by number with units by goods, and the orders by the number of their cart."""

    goods: dict[str, Goods]
    carts: dict[int, dict[str, int]] = field(default_factory=dict)
    orders: dict[int, PlacedOrder] = field(default_factory=dict)

    def total(self, cart: int) -> int:
        """What a cart costs now; without goods there is nothing to deliver."""
        lines = self.carts[cart]
        return sum(self.goods[name].price * units for name, units in lines.items()) + (DELIVERY if lines else 0)

    def put(self, cart: int, name: str, units: int) -> str:
        """Say how many units of the goods a cart shall have: fewer always, more if they may and can be had."""
        if cart in self.orders:
            return "CHECKOUT_COMPLETED"
        lines = self.carts[cart]
        if units > lines.get(name, 0):
            if units > LIMIT:
                return "QUANTITY_GREATER_THAN_LIMIT"
            if units > self.goods[name].free:
                return "INSUFFICIENT_STOCK"
        if units:
            lines[name] = units
        else:
            lines.pop(name, None)
        return "done"

    def complete(self, cart: int, shown: int | None, card: str) -> str:
        """Buy what is in the cart. A second time is the first time again."""
        if cart in self.orders:
            return "done"
        lines = self.carts[cart]
        if shown is not None and shown != self.total(cart):
            return "TOTAL_CHANGED"
        if not lines:
            return "NO_LINES"
        if any(units > self.goods[name].free for name, units in lines.items()):
            return "INSUFFICIENT_STOCK"
        if card != "approve":
            return "PAYMENT_DECLINED"
        self.orders[cart] = PlacedOrder(dict(lines), self.total(cart))
        for name, units in lines.items():
            self.goods[name].reserved += units
        return "done"

    def cancel(self, cart: int) -> str:
        """Cancel an order of which nothing was sent."""
        order = self.orders[cart]
        if order.status != "unfulfilled":
            return "INVALID_STATUS"
        order.status = "canceled"
        for name, units in order.lines.items():
            self.goods[name].reserved -= units
        return "done"

    def fulfil(self, cart: int) -> str:
        """Send all of an order."""
        order = self.orders[cart]
        if order.status != "unfulfilled":
            return "INVALID_STATUS" if order.status == "canceled" else "INVALID"
        order.status = "fulfilled"
        for name, units in order.lines.items():
            self.goods[name].reserved -= units
            self.goods[name].on_hand -= units
        return "done"

    def count(self, name: str, units: int) -> str:
        """Say how many units there are."""
        if units < self.goods[name].reserved:
            return "INVALID"
        self.goods[name].on_hand = units
        return "done"
