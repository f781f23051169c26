"""The gateways of this shop: those that settings name, and those of installed packages."""

from __future__ import annotations

from functools import cache
from typing import Final, cast

from django.conf import settings

from commerce.core.outside_calls import OutsideCalls
from commerce.core.plugins import plugin_classes
from commerce.payments.errors import GatewayNotFound
from commerce.payments.outside import BoundedGateway
from commerce.payments.provider import GatewayBusy, PaymentGateway

PREFIX: Final = "payments."
"""A package registers its gateway as the entry point `payments.<anything>` of the group `handcart.plugins`."""


def gateway_classes() -> dict[str, type[PaymentGateway]]:
    """The class of every gateway by its id. Raises ImproperlyConfigured if two share one."""
    return plugin_classes(settings.PAYMENT_GATEWAYS, prefix=PREFIX, kind="payment gateways")


@cache
def gateways() -> dict[str, PaymentGateway]:
    """Every gateway by its id, all with one bound on the calls that are under way. Raises ImproperlyConfigured."""
    calls = OutsideCalls(settings.OUTSIDE_CALLS, GatewayBusy)
    bounded = {
        name: BoundedGateway(made(settings.PAYMENT_GATEWAY_OPTIONS.get(name, {})), calls)
        for name, made in gateway_classes().items()
    }
    return cast(dict[str, PaymentGateway], bounded)


def gateway_by_id(gateway_id: str) -> PaymentGateway:
    """The gateway `gateway_id`. Raises GatewayNotFound."""
    found = gateways().get(gateway_id)
    if found is None:
        raise GatewayNotFound("There is no such payment gateway.", path=("gateway",))
    return found


def gateways_for(currency: str) -> list[PaymentGateway]:
    """The gateways that take `currency`, in the order in which settings name them."""
    return [gateway for gateway in gateways().values() if takes(gateway, currency)]


def takes(gateway: PaymentGateway, currency: str) -> bool:
    """Whether the gateway can be paid with in `currency`."""
    currencies = gateway.supports().currencies
    return currencies is None or currency in currencies
