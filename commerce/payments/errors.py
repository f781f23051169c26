"""Facts that stop a payment."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound
from commerce.idempotency.errors import InProgress


class GatewayNotFound(NotFound):
    """No such payment gateway is installed, or it cannot be used here."""


class GatewayUnavailable(CommerceError):
    """The gateway could not be asked. Nothing was charged; the same may be tried again."""

    code: ClassVar[str] = "GATEWAY_BUSY"
    is_final: ClassVar[bool] = False


class AttemptNotFound(NotFound):
    """No such payment, or not one that this actor may know of."""


class PaymentInProgress(InProgress):
    """A payment of this cart is under way and nobody knows yet how it ends: ask again in a moment."""

    code: ClassVar[str] = "PAYMENT_IN_PROGRESS"


class PaymentDeclined(CommerceError):
    """The gateway said no. Nothing was charged."""

    code: ClassVar[str] = "PAYMENT_DECLINED"


class ActionRequired(CommerceError):
    """The shopper has to do something first, e.g. 3-D Secure. Facts: `transaction_id`, `data` for the browser."""

    code: ClassVar[str] = "PAYMENT_ACTION_REQUIRED"


class AlreadyProcessed(Conflict):
    """The payment has ended; nothing is left to be done."""

    code: ClassVar[str] = "TRANSACTION_ALREADY_PROCESSED"


class AmountTooLarge(InvalidInput):
    """More than is left to capture or to refund. Fact: `available`, minor units that are."""
