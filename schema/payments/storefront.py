"""Paying for a cart, as the dialect's storefronts do it: the money moves before checkoutComplete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from commerce.checkout import pay
from commerce.checkout.access import find_checkout
from commerce.checkout.gateways import PreparedGateway, prepare_gateways
from commerce.core.errors import CommerceError, InvalidInput
from commerce.core.money import Money as Amount
from commerce.payments.models import PaymentAttempt
from schema.checkout.payloads import checkout_key
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.errors import renamed, to_error
from schema.fields import ANYONE, carried
from schema.ids import id_of
from schema.money import minor_units
from schema.payments.errors import (
    PaymentGatewayConfigError,
    PaymentGatewayConfigErrorCode,
    PaymentGatewayInitializeError,
    PaymentGatewayInitializeErrorCode,
    TransactionInitializeError,
    TransactionInitializeErrorCode,
    TransactionProcessError,
    TransactionProcessErrorCode,
)
from schema.payments.types import TransactionEvent, TransactionFlowStrategyEnum, TransactionItem, event_of
from schema.scalars import JSON, PositiveDecimal


@strawberry.input(description="A gateway, and what its page in the browser knows.")
class PaymentGatewayToInitialize:
    """A gateway's id and data for it."""

    id: str = strawberry.field(description="The gateway's id.")
    data: JSON | None = strawberry.field(default=None, description="What the gateway's own page gave you.")

    def values(self, *, path: tuple[str, ...]) -> Mapping[str, Any]:
        """The data as an object. InvalidInput if it is anything else."""
        if self.data is None:
            return {}
        if not isinstance(self.data, dict):
            raise InvalidInput("The data for a gateway is a JSON object.", path=path)
        return self.data


@strawberry.type(description="A gateway, ready for the frontend.")
class PaymentGatewayConfig:
    """What one gateway's page in the browser needs."""

    id: str = strawberry.field(description="The gateway's id.")
    data: JSON | None = strawberry.field(default=None, description="What the gateway's page needs.")
    errors: list[PaymentGatewayConfigError] | None = strawberry.field(
        default_factory=list, description="Why this gateway is not ready."
    )


@strawberry.type(description="The answer to paymentGatewayInitialize.")
class PaymentGatewayInitialize:
    """One entry for each gateway."""

    gateway_configs: list[PaymentGatewayConfig] | None = strawberry.field(default=None, description="The gateways.")
    errors: list[PaymentGatewayInitializeError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _prepared(info: Info, gateways: Sequence[PreparedGateway]) -> PaymentGatewayInitialize:
    return PaymentGatewayInitialize(gateway_configs=[_config(gateway) for gateway in gateways])


def _config(gateway: PreparedGateway) -> PaymentGatewayConfig:
    if isinstance(gateway.result, CommerceError):
        fault = to_error(gateway.result, PaymentGatewayConfigError, PaymentGatewayConfigErrorCode)
        return PaymentGatewayConfig(id=gateway.id, errors=[fault])
    return PaymentGatewayConfig(id=gateway.id, data=JSON(dict(gateway.result)))


@mutation(
    ANYONE,
    error=PaymentGatewayInitializeError,
    codes=PaymentGatewayInitializeErrorCode,
    payload=_prepared,
    replayable=False,
)
def payment_gateway_initialize(
    info: Info, id: strawberry.ID, payment_gateways: list[PaymentGatewayToInitialize] | None = None
) -> Sequence[PreparedGateway]:
    """What the gateways' pages in the browser need for this cart; all of its gateways unless some are named."""
    asked = None
    if payment_gateways is not None:
        asked = {
            gateway.id: gateway.values(path=("payment_gateways", str(place), "data"))
            for place, gateway in enumerate(payment_gateways)
        }
    return prepare_gateways(checkout_id=checkout_key(id), asked=asked, actor=info.context.actor)


@strawberry.type(description="The answer to transactionInitialize.")
class TransactionInitialize:
    """How the payment began."""

    transaction: Any = carried(TransactionItem | None, "The payment.")
    transaction_event: TransactionEvent | None = strawberry.field(default=None, description="How it stands.")
    data: JSON | None = strawberry.field(default=None, description="What the browser needs for the next step.")
    errors: list[TransactionInitializeError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _initialized(info: Info, attempt: PaymentAttempt) -> TransactionInitialize:
    return TransactionInitialize(
        transaction=attempt, transaction_event=event_of(attempt), data=JSON(attempt.client_data)
    )


@mutation(
    ANYONE,
    error=TransactionInitializeError,
    codes=TransactionInitializeErrorCode,
    payload=_initialized,
    phased=True,
)
def transaction_initialize(
    info: Info,
    id: strawberry.ID,
    payment_gateway: PaymentGatewayToInitialize,
    amount: PositiveDecimal | None = None,
    action: TransactionFlowStrategyEnum | None = None,
    idempotency_key: str | None = None,
) -> PaymentAttempt:
    """Pay for a cart: the goods are set aside first, so that nobody pays for what is gone.

    `amount` is the total that the shopper was shown. Asked for again while a payment is under way, or once it has
    succeeded, it answers with that one: nobody pays twice.
    """
    actor, key = info.context.actor, checkout_key(id)
    shown = None
    if amount is not None:
        currency = find_checkout(key, actor=actor).channel.currency_code
        shown = Amount(minor_units(amount, currency, path=("amount",)), currency)
    payment = pay.PaymentData(
        gateway=payment_gateway.id,
        data=payment_gateway.values(path=("payment_gateway", "data")),
        action=PaymentAttempt.Action((action or TransactionFlowStrategyEnum.CHARGE).value),
    )
    with renamed(gateway=("payment_gateway", "id"), expected_total=("amount",)):
        return pay.initialize_transaction(checkout_id=key, payment=payment, amount=shown, actor=actor)


@strawberry.type(description="The answer to transactionProcess.")
class TransactionProcess:
    """How the payment went on."""

    transaction: Any = carried(TransactionItem | None, "The payment.")
    transaction_event: TransactionEvent | None = strawberry.field(default=None, description="How it stands.")
    data: JSON | None = strawberry.field(default=None, description="What the browser needs for the next step.")
    errors: list[TransactionProcessError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _processed(info: Info, attempt: PaymentAttempt) -> TransactionProcess:
    return TransactionProcess(transaction=attempt, transaction_event=event_of(attempt), data=JSON(attempt.client_data))


@mutation(ANYONE, error=TransactionProcessError, codes=TransactionProcessErrorCode, payload=_processed, phased=True)
def transaction_process(info: Info, id: strawberry.ID | None = None, data: JSON | None = None) -> PaymentAttempt:
    """Go on with a payment after the shopper has done what was asked of them, e.g. 3-D Secure."""
    if not isinstance(data, dict | None):
        raise InvalidInput("The data for a gateway is a JSON object.", path=("data",))
    key = id_of("TransactionItem", id or "", path=("id",))
    return pay.process_transaction(attempt_id=key, data=data or {}, actor=info.context.actor)
