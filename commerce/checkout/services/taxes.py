"""Who pays tax."""

from __future__ import annotations

from uuid import UUID

from commerce.checkout.details import put_vat_id
from commerce.checkout.editing import editing
from commerce.checkout.models import Checkout
from commerce.core.actor import SYSTEM, Actor
from commerce.core.permission import Permission


def set_vat_id(*, checkout_id: UUID, vat_id: str, actor: Actor) -> Checkout:
    """Say with which VAT id of the European Union the buyer buys, "" for none; the order keeps it.

    Raises InvalidVatId at ("vat_id",), and what `editing` raises.
    """
    with editing(checkout_id, actor=actor) as edit:
        put_vat_id(edit, vat_id)
    return edit.checkout


def set_tax_exemption(*, checkout_id: UUID, is_exempt: bool, actor: Actor) -> Checkout:
    """Let the buyer of a cart off tax, or no longer. Net prices stay, whichever side the channel enters.

    Needs MANAGE_TAXES in the cart's channel, whoever the cart belongs to. Raises PermissionDenied, and what `editing`
    raises.
    """
    with editing(checkout_id, actor=SYSTEM) as edit:
        actor.require(Permission.MANAGE_TAXES, edit.checkout.channel_id)
        edit.set(is_tax_exempt=is_exempt)
    return edit.checkout
