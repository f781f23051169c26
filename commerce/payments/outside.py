"""A bound on the threads of a process that wait for payment gateways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.core.money import Money
from commerce.core.outside_calls import OutsideCalls
from commerce.payments.provider import Charge, Outcome, PaymentGateway, Supports, Update


class BoundedGateway:
    """A gateway whose every call to the outside holds one of the process's places.

    A gateway that hangs takes its places and no more, so that the other threads go on selling.
    """

    def __init__(self, gateway: PaymentGateway, calls: OutsideCalls) -> None:
        self.id = gateway.id
        self.name = gateway.name
        self._gateway = gateway
        self._calls = calls

    def supports(self) -> Supports:
        """See PaymentGateway; asks nobody."""
        return self._gateway.supports()

    def initialise(self, amount: Money, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """See PaymentGateway, as for all of these."""
        with self._calls.place():
            return self._gateway.initialise(amount, data)

    def authorize(self, charge: Charge, *, key: str) -> Outcome:
        """Set money aside."""
        with self._calls.place():
            return self._gateway.authorize(charge, key=key)

    def charge(self, charge: Charge, *, key: str) -> Outcome:
        """Take money."""
        with self._calls.place():
            return self._gateway.charge(charge, key=key)

    def process(self, reference: str, data: Mapping[str, Any], *, key: str) -> Outcome:
        """Go on after ACTION_REQUIRED."""
        with self._calls.place():
            return self._gateway.process(reference, data, key=key)

    def capture(self, reference: str, amount: Money, *, key: str) -> Outcome:
        """Take what was set aside."""
        with self._calls.place():
            return self._gateway.capture(reference, amount, key=key)

    def void(self, reference: str, *, key: str) -> Outcome:
        """Let go what was set aside."""
        with self._calls.place():
            return self._gateway.void(reference, key=key)

    def refund(self, reference: str, amount: Money, *, key: str) -> Outcome:
        """Give money back."""
        with self._calls.place():
            return self._gateway.refund(reference, amount, key=key)

    def fetch(self, key: str) -> Outcome | None:
        """How a payment stands."""
        with self._calls.place():
            return self._gateway.fetch(key)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Update:
        """See PaymentGateway; asks nobody."""
        return self._gateway.read_notification(headers, body)
