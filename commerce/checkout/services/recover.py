"""Giving a cart back that somebody has left behind."""

from __future__ import annotations

from django.db import transaction

from commerce.channels.queries import active_channel
from commerce.checkout.abandoned import recoverable
from commerce.checkout.carried import lines_of
from commerce.checkout.editing import CartEdit, expiry
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.actor import Actor, ActorKind


def recover_checkout(*, token: str, actor: Actor) -> Checkout:
    """The cart that a recovery token is for, to its customer; to everybody else a new cart with the same goods.

    A link in a mail is forwarded, and opened by who knows whom: so nothing but variants and quantities goes into the
    new cart, no e-mail, address, note, code or metadata. What cannot be bought any more becomes a problem of it.
    Raises RecoveryTokenInvalid, CheckoutNotFound or ChannelInactive.
    """
    with transaction.atomic():
        left = recoverable(token)
        if left.user_id is not None and left.user_id == actor.user_id:
            return left
        channel = active_channel(left.channel.slug)
        own = actor.kind is ActorKind.CUSTOMER
        checkout = Checkout.objects.create(
            channel=channel,
            user_id=actor.id if own else None,
            email=actor.email if own else "",
            language_code=left.language_code,
            expires_at=expiry(channel),
        )
        edit = CartEdit(checkout)
        edit.lines[:] = [
            CheckoutLine(
                checkout=checkout,
                variant=line.variant,
                quantity=line.quantity,
                last_price_amount=line.last_price_amount,
            )
            for line in lines_of([left.id])
        ]
        CheckoutLine.objects.bulk_create(edit.lines)
        edit.save()
    return checkout
