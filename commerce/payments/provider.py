"""What a payment gateway is: values in, values out. A plugin needs this page and plugins/README.md, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID

from commerce.core.money import Money
from commerce.core.values import quickly_made

DEADLINE_SECONDS: Final = 20.0
"""A gateway answers, or raises OutcomeUnknown or GatewayBusy, within this time."""

Options = Mapping[str, Any]
"""What settings.PAYMENT_GATEWAY_OPTIONS hold for the gateway."""


class Status(StrEnum):
    """What became of a request. VOIDED and REFUNDED answer void and refund, the others all else."""

    ACTION_REQUIRED = "action_required"  # the shopper has to do something: `client_data` says what
    PENDING = "pending"  # accepted; the answer comes later, by notification or `fetch`
    AUTHORIZED = "authorized"
    CHARGED = "charged"
    DECLINED = "declined"  # for certain: nothing has moved and nothing will
    VOIDED = "voided"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Supports:
    """What a gateway can do. `currencies` None is every currency."""

    currencies: frozenset[str] | None = None
    authorization: bool = True
    partial_capture: bool = False


@quickly_made
@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to make. `data` is the browser's, unchecked; `attempt_id` is our name for the payment."""

    attempt_id: UUID
    amount: Money
    email: str
    data: Mapping[str, Any] = field(default_factory=dict)


@quickly_made
@dataclass(frozen=True, slots=True)
class Outcome:
    """The gateway's answer. `amount` is what has moved (0 if nothing); `reference` its own name for the payment."""

    status: Status
    reference: str
    amount: Money
    message: str = ""
    client_data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A verified notification: what became of the payment that was made with `key`."""

    key: str
    outcome: Outcome


class OutcomeUnknown(Exception):
    """The request may or may not have had its effect: `fetch` will tell."""


class GatewayBusy(Exception):
    """The request certainly had no effect, and may be made again later."""


class BadSignature(Exception):
    """The notification does not come from the gateway, or is too old."""


class PaymentGateway(Protocol):
    """Moves money outside. Never touches our tables. Every verb may raise OutcomeUnknown or GatewayBusy.

    The same `key` with the same request has its effect once and the same answer always, for at least 24 hours.
    """

    id: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, options: Options) -> None: ...
    def supports(self) -> Supports: ...
    def initialise(self, amount: Money, data: Mapping[str, Any]) -> Mapping[str, Any]: ...  # for the shopper's browser
    def authorize(self, charge: Charge, *, key: str) -> Outcome: ...
    def charge(self, charge: Charge, *, key: str) -> Outcome: ...
    def process(self, reference: str, data: Mapping[str, Any], *, key: str) -> Outcome: ...  # after ACTION_REQUIRED
    def capture(self, reference: str, amount: Money, *, key: str) -> Outcome: ...
    def void(self, reference: str, *, key: str) -> Outcome: ...  # DECLINED if it is too late
    def refund(self, reference: str, amount: Money, *, key: str) -> Outcome: ...
    def fetch(self, key: str) -> Outcome | None: ...  # how the payment made with `key` stands; None: never heard of it
    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Update: ...  # raises BadSignature
