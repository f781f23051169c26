"""How the goods get there."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.checkout.access import lock_checkout
from commerce.checkout.deliveries import delivery_for, offer_deliveries
from commerce.checkout.editing import editing, require_open
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.rates import ask_providers
from commerce.core.actor import Actor
from commerce.idempotency.once import done


def calculate_delivery_options(*, checkout_id: UUID, actor: Actor) -> list[CheckoutDelivery]:
    """The ways to deliver a cart at the prices of now, with what they are and the checkout loaded.

    The shop's own methods in the merchant's order, rates of others, places to fetch it; those only without a shipping
    address, and none when nothing has to be shipped. Providers are asked before, outside of any transaction. Raises
    CheckoutNotFound or CheckoutCompleted.
    """
    ask_providers(checkout_id=checkout_id, actor=actor)
    with transaction.atomic():
        checkout = lock_checkout(checkout_id, actor=actor)
        require_open(checkout)
        return done(offer_deliveries(checkout))


def choose_delivery_method(*, checkout_id: UUID, delivery_id: UUID | None, actor: Actor) -> Checkout:
    """Choose a delivery by its own id, its shipping method's or its warehouse's; None takes the choice back.

    Raises DeliveryNotFound, DeliveryNotOffered, ShippingNotRequired, ShippingAddressMissing, and what `editing` raises.
    """
    with editing(checkout_id, named=delivery_id, actor=actor) as edit:
        edit.set(delivery=None if delivery_id is None else delivery_for(edit, delivery_id))
    return edit.checkout
