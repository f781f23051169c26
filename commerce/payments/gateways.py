"""The gateways of this shop: those that settings name, and those of installed packages."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from commerce.payments.errors import GatewayNotFound
from commerce.payments.outside import BoundedGateway, OutsideCalls
from commerce.payments.provider import PaymentGateway

GROUP: Final = "handcart.plugins"
PREFIX: Final = "payments."
"""A package registers its gateway as the entry point `payments.<anything>` of the group `handcart.plugins`."""


def gateway_classes() -> dict[str, type[PaymentGateway]]:
    """The class of every gateway by its id. Raises ImproperlyConfigured if two share one."""
    classes = [cast(type[PaymentGateway], import_string(path)) for path in settings.PAYMENT_GATEWAYS]
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    classes += [point.load() for point in found if point.name.startswith(PREFIX)]
    by_id: dict[str, type[PaymentGateway]] = {}
    for made in classes:
        if made.id in by_id:
            raise ImproperlyConfigured(f"Two payment gateways have the id {made.id!r}.")
        by_id[made.id] = made
    return by_id


@cache
def gateways() -> dict[str, PaymentGateway]:
    """Every gateway by its id, all with one bound on the calls that are under way. Raises ImproperlyConfigured."""
    calls = OutsideCalls(settings.OUTSIDE_CALLS)
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
