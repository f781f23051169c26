"""The states of a payment attempt and the moves between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class AttemptState(StrEnum):
    """Where a try to pay stands. UNKNOWN is left only by asking the gateway."""

    SUBMITTED = "submitted"
    ACTION_REQUIRED = "action_required"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CHARGED = "charged"
    DECLINED = "declined"
    VOIDED = "voided"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs for Django."""
        return [(member.value, member.value.replace("_", " ")) for member in cls]


_S = AttemptState
_ANSWERS: Final = frozenset({_S.ACTION_REQUIRED, _S.PENDING, _S.AUTHORIZED, _S.CHARGED, _S.DECLINED})

MOVES: Final[dict[AttemptState, frozenset[AttemptState]]] = {
    _S.SUBMITTED: _ANSWERS | {_S.UNKNOWN},
    _S.UNKNOWN: _ANSWERS,
    _S.ACTION_REQUIRED: frozenset({_S.SUBMITTED, _S.PENDING, _S.AUTHORIZED, _S.CHARGED, _S.DECLINED, _S.VOIDED}),
    _S.PENDING: frozenset({_S.AUTHORIZED, _S.CHARGED, _S.DECLINED, _S.VOIDED}),
    _S.AUTHORIZED: frozenset({_S.CHARGED, _S.VOIDED}),
    _S.CHARGED: frozenset({_S.REFUNDED}),
    # Money that comes after the shopper was told "no" is taken note of, so that it can be given back.
    _S.DECLINED: frozenset({_S.AUTHORIZED, _S.CHARGED}),
    _S.VOIDED: frozenset({_S.CHARGED}),
    _S.REFUNDED: frozenset(),
}
"""What may follow what. A late notification that asks for any other move changes nothing."""

IN_FLIGHT: Final = frozenset({_S.SUBMITTED, _S.UNKNOWN, _S.PENDING})
"""Nobody knows yet whether money moves: the cart must not change."""
PAID: Final = frozenset({_S.AUTHORIZED, _S.CHARGED})
LIVE: Final = IN_FLIGHT | PAID | {_S.ACTION_REQUIRED}
"""May still become, or already is, the payment of an order. A checkout has one such attempt at most."""
LIVE_VALUES: Final = sorted(state.value for state in LIVE)


def may_move(current: AttemptState, to: AttemptState) -> bool:
    """Whether an attempt in `current` may become `to`."""
    return to in MOVES[current]
