"""The ways to pay as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from commerce.checkout.models import Checkout
from commerce.payments.gateways import gateways_for
from commerce.payments.provider import PaymentGateway as Gateway
from schema.context import RequestContext


@strawberry.type(description="A setting of a gateway for the frontend.")
class GatewayConfigLine:
    """A key and its value."""

    field: str = strawberry.field(description="The key.")
    value: str | None = strawberry.field(description="The value.")


@strawberry.type(description="A way to pay.")
class PaymentGateway:
    """One installed gateway."""

    id: strawberry.ID = strawberry.field(description="The id to name it by.")
    name: str = strawberry.field(description="The name that the shopper reads.")
    currencies: list[str] = strawberry.field(description="The currencies that it takes here.")
    config: list[GatewayConfigLine] = strawberry.field(
        description="Settings for the frontend; what depends on the amount comes from paymentGatewayInitialize."
    )


def _shown(gateway: Gateway, currency: str) -> PaymentGateway:
    currencies = gateway.supports().currencies
    return PaymentGateway(
        id=strawberry.ID(gateway.id),
        name=gateway.name,
        currencies=sorted(currencies) if currencies is not None else [currency],
        config=[],
    )


def load_gateways(checkouts: Sequence[Checkout], context: RequestContext) -> list[list[PaymentGateway]]:
    """The ways to pay in each cart's currency."""
    currencies = [checkout.channel.currency_code for checkout in checkouts]
    return [[_shown(gateway, currency) for gateway in gateways_for(currency)] for currency in currencies]
