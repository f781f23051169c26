"""Opening a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from commerce.checkout.code_throttle import CodeAttempt
from commerce.checkout.details import checked_address, put_checked_address, put_email, put_language
from commerce.checkout.editing import CartEdit, expiry
from commerce.checkout.goods import open_with
from commerce.checkout.inputs import NewAddress, NewLine
from commerce.checkout.lines import add, require_few
from commerce.checkout.models import Checkout
from commerce.checkout.places import place_of
from commerce.checkout.promo_codes import give_codes
from commerce.core.actor import Actor, ActorKind
from commerce.core.metadata import with_metadata
from commerce.core.permission import Permission
from commerce.core.records import fresh


def create_checkout(
    *,
    channel_slug: str | None,
    lines: Sequence[NewLine] = (),
    email: str | None = None,
    language_code: str | None = None,
    shipping_address: NewAddress | None = None,
    billing_address: NewAddress | None = None,
    metadata: Mapping[str, str] | None = None,
    private_metadata: Mapping[str, str] | None = None,
    promo_codes: Sequence[str] = (),
    ip: str = "",
    actor: Actor,
) -> Checkout:
    """A new cart in a channel that is open: a customer's own if one is signed in, anybody's who knows its id if not.

    Raises ChannelRequired, ChannelNotFound, ChannelInactive, and what `add_lines`, `set_email` and the addresses
    raise, codes at ("promo_codes", ...); PermissionDenied for private metadata without MANAGE_CHECKOUTS.
    """
    # What is wrong with the input itself is told before anything is read.
    require_few(lines, "lines")
    ship_to = checked_address("shipping", shipping_address) if shipping_address is not None else None
    bill_to = checked_address("billing", billing_address) if billing_address is not None else None
    own = actor.kind is ActorKind.CUSTOMER
    user_id = actor.id if own else None
    with transaction.atomic():
        channel, known = open_with(
            channel_slug,
            {line.variant_id for line in lines},
            place_of(ship_to.data) if ship_to is not None else None,
            user_id,
        )
        if private_metadata:
            actor.require(Permission.MANAGE_CHECKOUTS, channel.id)
        checkout = fresh(
            Checkout,
            channel=channel,
            user_id=user_id,
            email=actor.email if own else "",
            metadata=with_metadata({}, metadata or {}, path=("metadata",)),
            private_metadata=with_metadata({}, private_metadata or {}, path=("private_metadata",)),
            expires_at=expiry(channel),
        )
        edit = CartEdit(checkout, known=known)
        if email:
            put_email(edit, email)
        if language_code:
            put_language(edit, language_code)
        if ship_to is not None:
            put_checked_address(edit, "shipping", ship_to)
        if bill_to is not None:
            put_checked_address(edit, "billing", bill_to)
        if lines:
            add(edit, lines)
        if promo_codes:
            give_codes(edit, promo_codes, attempt=CodeAttempt(checkout_id=None, ip=ip), field="promo_codes")
        edit.save()
    return checkout
