"""The states of an order and the moves between them."""

from __future__ import annotations

from typing import Final

from commerce.orders.errors import OrderCannotMove
from commerce.orders.models import Order

_S = Order.Status

MOVES: Final[dict[_S, frozenset[_S]]] = {
    _S.UNCONFIRMED: frozenset({_S.UNFULFILLED, _S.CANCELED}),
    _S.UNFULFILLED: frozenset({_S.PARTIALLY_FULFILLED, _S.FULFILLED, _S.CANCELED}),
    _S.PARTIALLY_FULFILLED: frozenset({_S.PARTIALLY_FULFILLED, _S.FULFILLED}),
    _S.FULFILLED: frozenset(),
    _S.CANCELED: frozenset(),
}
"""What may follow what. What has been sent cannot be cancelled: it comes back as a return."""
_SENT: Final = (_S.PARTIALLY_FULFILLED, _S.FULFILLED)


def cancel(order: Order, *, has_sent_goods: bool) -> None:
    """Cancel a locked order, in memory. Gift cards that were issued do not count as sent: they can be switched off.

    Raises OrderCannotMove.
    """
    if order.status in _SENT and not has_sent_goods:
        order.status = _S.CANCELED.value
    else:
        move(order, _S.CANCELED)


def move(order: Order, to: _S) -> None:
    """Put a locked order into the state `to`, in memory. Raises OrderCannotMove."""
    current = _S(order.status)
    if to not in MOVES[current]:
        said = f"An order that is {current.label.lower()} cannot become {to.label.lower()}."
        raise OrderCannotMove(said, path=("id",))
    order.status = to.value
