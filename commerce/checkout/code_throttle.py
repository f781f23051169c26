"""Counting codes that are tried at carts, so that vouchers and gift cards cannot be found by trying."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from commerce.checkout.errors import TooManyCodes
from commerce.core.throttle import CannotCount, Limit, count_attempt, forgive_attempt, network_of

logger = logging.getLogger(__name__)

_MINUTE: Final = 60_000
_CART: Final = Limit("cart", 10, 5 * _MINUTE)
_ADDRESS: Final = Limit("address", 60, 15 * _MINUTE)


class CodeAttempt:
    """Codes that somebody at the address `ip` ("" if it is not known) tries at a cart, None for a new one."""

    def __init__(self, *, checkout_id: UUID | None, ip: str) -> None:
        network = network_of(ip)
        self._limits = {f"handcart:codes:address:{network}": _ADDRESS}
        if checkout_id is not None:
            self._limits[f"handcart:codes:cart:{checkout_id}"] = _CART

    def count(self) -> None:
        """Count one. Raises TooManyCodes at a limit, and without Redis, where nobody can count."""
        try:
            seconds = count_attempt(self._limits)
        except CannotCount as error:
            logger.error("no code can be given, Redis does not count: %s", error)  # noqa: TRY400 - the cause is Redis
            raise TooManyCodes("Codes cannot be given at the moment.", retry_after_seconds=1) from None
        if seconds:
            raise TooManyCodes("Too many codes were tried. Try again later.", retry_after_seconds=seconds)

    def forgive(self) -> None:
        """It was a code of the shop: only others count."""
        try:
            forgive_attempt(self._limits)
        except CannotCount as error:
            logger.warning("a good code counts as a bad one, Redis does not answer: %s", error)
