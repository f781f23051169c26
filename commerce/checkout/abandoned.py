"""Carts that somebody has left behind: telling partners of them, once for each time, and giving them back."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Now

from commerce.accounts.tokens import Audience, decode_token, encode_token, uuid_claim
from commerce.checkout.carried import lines_of
from commerce.checkout.errors import CheckoutNotFound, RecoveryTokenInvalid
from commerce.checkout.events import AbandonedLine, CheckoutAbandoned
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.errors import CommerceError
from commerce.events.emit import emit_many
from commerce.payments.models import PaymentAttempt
from commerce.payments.states import LIVE_VALUES

_BATCH: Final = 100
_RECOVERY_SECONDS: Final = 30 * 24 * 3600
_PURPOSE: Final = "cart recovery"


def announce_abandoned() -> int:
    """Emit CheckoutAbandoned for every cart that has lain about long enough since it was last changed; how many.

    Safe with many workers: a cart is claimed by its lock, and marked in the transaction of its event. A cart that is
    touched again can be abandoned again. One whose payment is under way is left alone.
    """
    told = 0
    while True:
        batch = _announce_batch()
        told += batch
        if batch < _BATCH:
            return told


def recovery_token(checkout_id: UUID) -> str:
    """What gives the lines of a cart to whoever holds it, for 30 days."""
    return encode_token(_PURPOSE, _RECOVERY_SECONDS, Audience.STOREFRONT, sub=str(checkout_id))


def recoverable(token: str) -> Checkout:
    """The cart that a recovery token is for, or the one that it was merged into.

    Raises RecoveryTokenInvalid, or CheckoutNotFound if it has become an order or is gone, at ("token",).
    """
    try:
        checkout_id = uuid_claim(decode_token(_PURPOSE, token, Audience.STOREFRONT), "sub")
    except CommerceError as error:
        raise RecoveryTokenInvalid(error.message, path=("token",)) from None
    found = Checkout.objects.filter(id=checkout_id).select_related("channel", "merged_into__channel").first()
    checkout = found.merged_into or found if found is not None else None
    if checkout is None or checkout.order_id is not None:
        raise CheckoutNotFound("This cart is no more.", path=("token",))
    return checkout


def _announce_batch() -> int:
    patience = ExpressionWrapper(
        F("channel__abandoned_after_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    paying = PaymentAttempt.objects.filter(
        checkout_id=OuterRef("id"), state__in=LIVE_VALUES, abandoned_at=None, order_id=None
    )
    with transaction.atomic():
        left = (
            Checkout.objects.filter(
                Q(abandoned_at=None) | Q(abandoned_at__lt=F("updated_at")),
                Exists(CheckoutLine.objects.filter(checkout=OuterRef("id"))),
                ~Exists(paying),
                channel__abandoned_after_minutes__gt=0,
                channel__is_active=True,
                updated_at__lt=Now() - patience,
                expires_at__gt=Now(),
                order=None,
                merged_into=None,
            )
            .exclude(email="")
            .select_related("channel")
            .order_by("updated_at")
            .select_for_update(skip_locked=True, of=("self",), no_key=True)
        )
        carts = list(left[:_BATCH])
        Checkout.objects.filter(id__in=[cart.id for cart in carts]).update(abandoned_at=Now(), version=F("version") + 1)
        lines: dict[UUID, list[CheckoutLine]] = defaultdict(list)
        for line in lines_of([cart.id for cart in carts]):
            lines[line.checkout_id].append(line)
        for slug in dict.fromkeys(cart.channel.slug for cart in carts):
            here = [cart for cart in carts if cart.channel.slug == slug]
            events = [(_event(cart, lines[cart.id]), ("checkout", cart.id), cart.version + 1) for cart in here]
            emit_many(events, channel=slug)
    return len(carts)


def _event(cart: Checkout, lines: list[CheckoutLine]) -> CheckoutAbandoned:
    return CheckoutAbandoned(
        checkout_id=cart.id,
        channel=cart.channel.slug,
        email=cart.email,
        language_code=cart.language_code,
        recovery_token=recovery_token(cart.id),
        lines=tuple(
            AbandonedLine(line.variant_id, line.variant.sku or "", line.variant.product.name, line.quantity)
            for line in lines
        ),
    )
