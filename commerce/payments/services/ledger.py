"""Writing down what a gateway said: the account is only ever added to, and balances are sums over it."""

from __future__ import annotations

from typing import Final

from django.db.models import Sum

from commerce.core.records import update_row
from commerce.events.emit import emit
from commerce.payments.events import PaymentMoved
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.states import AttemptState

# What becomes of an attempt; the rest was fixed before the gateway was called.
_MOVING: Final = (
    "state", "reference", "client_data", "message", "authorized_amount", "charged_amount", "refunded_amount",
    "lease_until", "abandoned_at", "order_id", "calls", "submitted_at",
)  # fmt: skip
_BALANCES: Final = {
    AttemptState.AUTHORIZED: "authorized_amount",
    AttemptState.CHARGED: "charged_amount",
    AttemptState.REFUNDED: "refunded_amount",
}


def write_down(
    attempt: PaymentAttempt, what: AttemptState, *, reference: str, sequence: int, amount: int, message: str
) -> None:
    """Add a line to the account of a locked attempt and bring its balance up to date. A line is written once."""
    PaymentEvent.objects.bulk_create(
        [
            PaymentEvent(
                attempt=attempt,
                gateway=attempt.gateway,
                reference=reference,
                type=what.value,
                sequence=sequence,
                amount=amount,
                message=message[:500],
            )
        ],
        ignore_conflicts=True,
    )
    balance = _BALANCES.get(what)
    if balance is not None:
        lines = attempt.events.filter(type=what.value)
        setattr(attempt, balance, lines.aggregate(units=Sum("amount"))["units"] or 0)


def save_and_tell(attempt: PaymentAttempt) -> None:
    """Save what was changed of a locked attempt, and say so to the rest of the shop."""
    update_row(
        attempt,
        version=attempt.version + 1,
        **{name: getattr(attempt, name) for name in _MOVING},
    )
    emit(
        PaymentMoved(
            payment_id=attempt.id,
            order_id=attempt.order_id,
            gateway=attempt.gateway,
            state=attempt.state,
            currency=attempt.currency,
            authorized_amount=attempt.authorized_amount,
            charged_amount=attempt.charged_amount,
            refunded_amount=attempt.refunded_amount,
        ),
        aggregate=("payment", attempt.id),
        sequence=attempt.version,
    )
