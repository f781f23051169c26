"""Carts that nobody has touched for as long as their channel keeps them."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from commerce.accounts.models import Address
from commerce.checkout.models import Checkout
from commerce.giftcards.holds import release_holds
from commerce.inventory.services import release_reservations
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt
from commerce.payments.states import LIVE_VALUES
from commerce.promotions.redemptions import release_redemptions
from commerce.taxes.models import ServiceAnswer

_BATCH: Final = 200


def purge_expired() -> int:
    """Delete expired carts with their lines and their copies of addresses; how many.

    A cart whose payment may still bring money stays until that is settled. Orders outlive their carts.
    """
    purged = 0
    while True:
        batch = _purge_batch()
        purged += batch
        if batch < _BATCH:
            return purged


def _purge_batch() -> int:
    unsettled = PaymentAttempt.objects.filter(state__in=LIVE_VALUES, abandoned_at=None, order_id=None).values(
        "checkout_id"
    )
    with transaction.atomic():
        expired = (
            Checkout.objects.filter(expires_at__lt=Now())
            .exclude(id__in=unsettled)
            .order_by("id")
            .select_for_update(skip_locked=True, of=("self",))
        )
        carts = list(expired.only("id", "order", "shipping_address", "billing_address")[:_BATCH])
        release_holds(*(cart.id for cart in carts if cart.order_id is None))
        for cart in carts:
            if cart.order_id is None:
                release_redemptions(cart.id)
                release_reservations(cart.id)
        Checkout.objects.filter(id__in=[cart.id for cart in carts]).delete()
        ServiceAnswer.objects.filter(cart_id__in=[cart.id for cart in carts]).delete()
        copies = {key for cart in carts for key in (cart.shipping_address_id, cart.billing_address_id) if key}
        kept = Order.objects.filter(Q(shipping_address__in=copies) | Q(billing_address__in=copies))
        needed = {key for pair in kept.values_list("shipping_address", "billing_address") for key in pair}
        Address.objects.filter(id__in=copies - needed, user=None).delete()
    return len(carts)
