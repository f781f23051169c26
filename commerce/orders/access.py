"""Who may see an order, and how much of it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from commerce.core.actor import Actor
from commerce.core.keys import keyed_digest
from commerce.core.permission import Permission
from commerce.orders.models import Order

OPEN_FOR: Final = timedelta(hours=24)
"""How long after placing a guest's order shows who bought it to whoever knows its id."""


def access_token(order: Order) -> str:
    """The secret that opens this order for ever. Derived, so that the table holds nothing but its hash."""
    return keyed_digest("order access token", str(order.id))


def token_for_buyer(order: Order) -> str | None:
    """The access token, for whoever completes the checkout, also if they ask again; None once a day has passed."""
    return access_token(order) if timezone.now() < order.created_at + OPEN_FOR else None


def hash_of_token(token: str) -> str:
    """What the table keeps of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def opens(order: Order, token: str | None) -> bool:
    """Whether this is the order's access token; told in constant time. An empty token opens nothing."""
    if not token or not order.access_token_hash:
        return False
    return hmac.compare_digest(hash_of_token(token), order.access_token_hash)


def may_see(order: Order, actor: Actor) -> bool:
    """A guest's order: whoever knows its id. A customer's: they alone. Staff and apps: those of its channel."""
    if order.user_id is None or order.user_id == actor.user_id:
        return True
    return actor.has(Permission.MANAGE_ORDERS, order.channel_id)


def must_mask(order: Order, actor: Actor, token: str | None, now: datetime) -> bool:
    """Whether this reader is not to be told who bought: a guest's order, a day after placing, without its token."""
    if order.user_id is not None or actor.has(Permission.MANAGE_ORDERS, order.channel_id):
        return False
    return now >= order.created_at + OPEN_FOR and not opens(order, token)
