"""Payments of a cart as the API shows them."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from commerce.core import money
from commerce.payments import models
from commerce.payments.states import AttemptState
from schema.errors import code_enum
from schema.fields import computed, nested
from schema.ids import global_id
from schema.money import Money


@strawberry.enum(description="What may be done with a payment.")
class TransactionActionEnum(Enum):
    CHARGE = "charge"
    REFUND = "refund"
    CANCEL = "cancel"


@strawberry.enum(description="Whether the money is taken at once or only secured.")
class TransactionFlowStrategyEnum(Enum):
    AUTHORIZATION = "authorize"
    CHARGE = "charge"


_EVENTS = """
    AUTHORIZATION_SUCCESS AUTHORIZATION_FAILURE AUTHORIZATION_ADJUSTMENT AUTHORIZATION_REQUEST
    AUTHORIZATION_ACTION_REQUIRED CHARGE_ACTION_REQUIRED CHARGE_SUCCESS CHARGE_FAILURE CHARGE_BACK CHARGE_REQUEST
    REFUND_SUCCESS REFUND_FAILURE REFUND_REVERSE REFUND_REQUEST CANCEL_SUCCESS CANCEL_FAILURE CANCEL_REQUEST INFO
"""

TransactionEventTypeEnum = code_enum("TransactionEventTypeEnum", _EVENTS, description="What happened to a payment.")

_OUTCOMES = {
    AttemptState.SUBMITTED: "{}_REQUEST",
    AttemptState.PENDING: "{}_REQUEST",
    AttemptState.UNKNOWN: "{}_REQUEST",
    AttemptState.ACTION_REQUIRED: "{}_ACTION_REQUIRED",
    AttemptState.AUTHORIZED: "AUTHORIZATION_SUCCESS",
    AttemptState.CHARGED: "CHARGE_SUCCESS",
    AttemptState.DECLINED: "{}_FAILURE",
    AttemptState.VOIDED: "CANCEL_SUCCESS",
    AttemptState.REFUNDED: "REFUND_SUCCESS",
}


@strawberry.type(description="How a payment stands after what was just done.")
class TransactionEvent:
    """The latest word on an attempt."""

    type: Any = strawberry.field(graphql_type=TransactionEventTypeEnum | None, description="What happened.")
    message: str = strawberry.field(description="What the gateway said; may be empty.")


def event_of(attempt: models.PaymentAttempt) -> TransactionEvent:
    """The dialect's word for the attempt's state."""
    asked = "AUTHORIZATION" if attempt.action == models.PaymentAttempt.Action.AUTHORIZE else "CHARGE"
    name = _OUTCOMES[AttemptState(attempt.state)].format(asked)
    return TransactionEvent(type=TransactionEventTypeEnum[name], message=attempt.message)


def _actions(attempt: models.PaymentAttempt) -> list[TransactionActionEnum]:
    """What the shop's staff may do with it."""
    actions = []
    if attempt.state == AttemptState.AUTHORIZED:
        actions += [TransactionActionEnum.CHARGE, TransactionActionEnum.CANCEL]
    if attempt.charged_amount > attempt.refunded_amount:
        actions.append(TransactionActionEnum.REFUND)
    return actions


def _message(attempt: models.PaymentAttempt) -> str:
    """What the gateway said last; may be empty."""
    return attempt.message


@strawberry.type(description="One try to pay.")
class TransactionItem:
    """Source: commerce.payments.models.PaymentAttempt."""

    id: strawberry.ID = global_id("TransactionItem")
    actions: list[TransactionActionEnum] = computed(_actions)
    message: str = computed(_message)
    amount: Money = nested(
        lambda attempts, context: [money.Money(attempt.amount, attempt.currency) for attempt in attempts],
        "What is to be paid.",
    )
    authorized_amount: Money = nested(
        lambda attempts, context: [money.Money(a.authorized_amount, a.currency) for a in attempts],
        "Secured so far.",
    )
    charged_amount: Money = nested(
        lambda attempts, context: [money.Money(a.charged_amount, a.currency) for a in attempts],
        "Charged so far.",
    )
    refunded_amount: Money = nested(
        lambda attempts, context: [money.Money(a.refunded_amount, a.currency) for a in attempts],
        "Given back so far.",
    )
