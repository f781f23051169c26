"""What happens to money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentMoved:
    """The gateway told us how a payment stands now. Amounts are minor units: sums over the ledger, not steps."""

    type: ClassVar[str] = "payment.moved"
    payment_id: UUID
    order_id: UUID | None
    gateway: str
    state: str
    currency: str
    authorized_amount: int
    charged_amount: int
    refunded_amount: int


@dataclass(frozen=True, slots=True)
class PaymentOperationFailed:
    """A capture, void or refund was refused by the gateway, or given up: somebody has to look at it."""

    type: ClassVar[str] = "payment.operation_failed"
    payment_id: UUID
    order_id: UUID | None
    kind: str
    amount: int
    currency: str
    message: str
