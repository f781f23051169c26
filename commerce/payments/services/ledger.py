"""Writing down what a gateway said: the account is only ever added to, and balances are sums over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commerce.core.records import Records, fresh
from commerce.core.statements import Statement
from commerce.core.writes import Writes
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

LINES: Final = Records("account_of_payment", PaymentEvent, "WHERE it.attempt_id = $1", "uuid")

# What the first part writes the second does not see yet.
_LINE: Final[Statement[tuple[int]]] = Statement(
    "write_down_payment",
    tuple,
    """
WITH line AS (
    INSERT INTO payments_paymentevent (attempt_id, gateway, reference, type, sequence, amount, message, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now())
        ON CONFLICT DO NOTHING
 RETURNING amount
)
SELECT coalesce(sum(amount), 0) FROM (
    SELECT amount FROM line
     UNION ALL
    SELECT amount FROM payments_paymentevent WHERE attempt_id = $1 AND type = $4
) AS lines
""",
    "uuid", "text", "text", "text", "int", "bigint", "text",
    is_read=False,
)  # fmt: skip


def write_down(
    attempt: PaymentAttempt,
    what: AttemptState,
    *,
    reference: str,
    sequence: int,
    amount: int,
    message: str,
    lines: Sequence[PaymentEvent] | None = None,
    writes: Writes | None = None,
) -> None:
    """Add a line to the account of a locked attempt and bring its balance up to date. A line is written once.

    With all `lines` that the account has by now it is added with `writes`, without them at once.
    """
    balance = _BALANCES.get(what)
    if lines is None or writes is None:
        row = _LINE.first(str(attempt.id), attempt.gateway, reference, what.value, sequence, amount, message[:500])
        total = row[0] if row is not None else 0
    else:
        own = [line for line in lines if line.type == what.value]
        total = sum(line.amount for line in own)
        if all((line.reference, line.sequence) != (reference, sequence) for line in own):
            total += amount
            writes.insert(
                fresh(
                    PaymentEvent,
                    attempt=attempt,
                    gateway=attempt.gateway,
                    reference=reference,
                    type=what.value,
                    sequence=sequence,
                    amount=amount,
                    message=message[:500],
                )
            )
    if balance is not None:
        setattr(attempt, balance, int(total))


def save_and_tell(attempt: PaymentAttempt, writes: Writes | None = None) -> None:
    """Save what was changed of a locked attempt, and say so to the rest of the shop: at once, or with `writes`."""
    own = Writes() if writes is None else writes
    own.change(
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
        writes=own,
    )
    if writes is None:
        own.send()
