"""Uses of promotions that carts have taken to be paid, and given up since."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from commerce.checkout.models import Checkout
from commerce.checkout.pay import HELD_WHILE_PAYING
from commerce.core.transactions import retry_on_deadlock
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt
from commerce.payments.states import IN_FLIGHT, PAID
from commerce.promotions.models import PromotionUse
from commerce.promotions.taking import give_promotions_back


def release_forgotten_uses() -> int:
    """Give back what carts have taken that are neither bought nor being paid any more. Returns how many carts."""
    forgotten = PromotionUse.objects.filter(
        ~Exists(Order.objects.filter(checkout_id=OuterRef("checkout_id"))),
        ~Exists(_live_attempts().filter(checkout_id=OuterRef("checkout_id"))),
        created_at__lt=timezone.now() - HELD_WHILE_PAYING,
    )
    checkout_ids = set(forgotten.values_list("checkout_id", flat=True))
    return sum(_release(checkout_id) for checkout_id in checkout_ids)


def _release(checkout_id: UUID) -> int:
    def release() -> int:
        with transaction.atomic():
            list(Checkout.objects.select_for_update(no_key=True).filter(id=checkout_id).values_list("id"))
            is_bought = Order.objects.filter(checkout_id=checkout_id).exists()
            if is_bought or _live_attempts().filter(checkout_id=checkout_id).exists():
                return 0
            give_promotions_back(checkout_id)
            return 1

    return retry_on_deadlock(release)


def _live_attempts() -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(state__in=IN_FLIGHT | PAID, abandoned_at__isnull=True)
