"""Counting attempts to sign in, by account and by address, so that passwords cannot be tried out.

Without Redis nobody can count, and nobody signs in.
"""

from __future__ import annotations

import logging
from typing import Final

from commerce.accounts.email import normalised
from commerce.accounts.errors import SignInDelayed, SignInUnavailable
from commerce.core.keys import keyed_digest
from commerce.core.throttle import CannotCount, Limit, count_attempt, forgive_attempt, network_of

logger = logging.getLogger(__name__)

_MINUTE: Final = 60_000

# One address at one account: a person who forgot. An account from anywhere, or an address at anything: an attack.
_BOTH: Final = Limit("both", 5, 5 * _MINUTE)
_ACCOUNT: Final = Limit("account", 50, 60 * _MINUTE)
_ADDRESS: Final = Limit("address", 100, 15 * _MINUTE)


class Attempt:
    """One attempt to sign in to the account of `email` from the address `ip` ("" if it is not known)."""

    def __init__(self, *, email: str, ip: str) -> None:
        account = keyed_digest("sign-in throttle", normalised(email))
        network = network_of(ip)
        self._account = account
        self._limits = {
            _key(_BOTH, f"{account}:{network}"): _BOTH,
            _key(_ACCOUNT, account): _ACCOUNT,
            _key(_ADDRESS, network): _ADDRESS,
        }

    def count(self) -> None:
        """Count it. Raises SignInDelayed (`retry_after_seconds`) at a limit, SignInUnavailable without Redis."""
        try:
            seconds = count_attempt(self._limits)
        except CannotCount as error:
            raise _unavailable(error) from None
        if seconds:
            logger.warning("sign-in throttled for %s s, account %s", seconds, self._account[:12])
            raise SignInDelayed("Too many attempts. Try again later.", retry_after_seconds=seconds)

    def forgive(self) -> None:
        """It was the right password: only failures count. Raises SignInUnavailable without Redis."""
        try:
            forgive_attempt(self._limits)
        except CannotCount as error:
            raise _unavailable(error) from None


def _unavailable(error: CannotCount) -> SignInUnavailable:
    logger.error("nobody can sign in, Redis does not count: %s", error)
    return SignInUnavailable("Signing in is not possible at the moment.")


def _key(limit: Limit, subject: str) -> str:
    return f"handcart:sign-in:{limit.name}:{subject}"
