"""How a cart is delivered."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.checkout import models, services
from schema.checkout.errors import (
    CheckoutError,
    CheckoutErrorCode,
    DeliveryOptionsCalculateError,
    DeliveryOptionsCalculateErrorCode,
)
from schema.checkout.keys import delivery_key
from schema.checkout.lines import Delivery
from schema.checkout.payloads import checkout_key, checkout_named, checkout_payload
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.fields import ANYONE, carried


@strawberry.type(description="The answer to deliveryOptionsCalculate.")
class DeliveryOptionsCalculate:
    """The ways to deliver."""

    deliveries: Any = carried(list[Delivery], "The ways to deliver this cart, at the prices of now.")
    errors: list[DeliveryOptionsCalculateError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _calculated(info: Info, deliveries: list[models.CheckoutDelivery]) -> DeliveryOptionsCalculate:
    deliveries = [delivery for delivery in deliveries if delivery]  # a repeated answer names some that are gone since
    channels = [delivery.checkout.channel for delivery in deliveries]
    info.context.enter_each(deliveries, channels)
    return DeliveryOptionsCalculate(deliveries=deliveries)


def _none(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"deliveries": []}


@mutation(
    ANYONE,
    error=DeliveryOptionsCalculateError,
    codes=DeliveryOptionsCalculateErrorCode,
    payload=_calculated,
    current=_none,
    phased=True,
)
def delivery_options_calculate(info: Info, id: strawberry.ID) -> list[models.CheckoutDelivery]:
    """Work out how a cart can be delivered to its shipping address, and for how much."""
    return services.calculate_delivery_options(checkout_id=checkout_key(id), actor=info.context.actor)


@mutation(
    ANYONE,
    error=CheckoutError,
    codes=CheckoutErrorCode,
    payload=checkout_payload("CheckoutDeliveryMethodUpdate"),
    current=checkout_named,
)
def checkout_delivery_method_update(
    info: Info, id: strawberry.ID | None = None, delivery_method_id: strawberry.ID | None = None
) -> models.Checkout:
    """Choose one of the deliveries that were offered; null takes the choice back."""
    chosen = delivery_key(delivery_method_id) if delivery_method_id else None
    return services.choose_delivery_method(checkout_id=checkout_key(id), delivery_id=chosen, actor=info.context.actor)
