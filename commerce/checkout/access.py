"""Whose cart it is. A cart without a customer belongs to whoever knows its id, which nobody can guess."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from commerce.channels.models import Channel
from commerce.checkout.errors import CheckoutNotFound
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.records import Records

_BY_ID: Final = """
  JOIN channels_channel AS channel ON channel.id = it.channel_id
 WHERE it.id = (SELECT coalesce(merged_into_id, id) FROM checkout_checkout WHERE id = $1)
"""
# Only the channel, which never changes, is joined to the row that may have to be waited for: what else the cart refers
# to may be another by then, and PostgreSQL would look at the old one.
_FOUND: Final = Records("checkout_by_id", Checkout, _BY_ID, "uuid", joined={"channel": Channel})
_LOCKED: Final = Records(
    "checkout_locked", Checkout, f"{_BY_ID} FOR NO KEY UPDATE OF it", "uuid", joined={"channel": Channel}
)
_PAID_FOR: Final = Records(
    "checkout_locked_for_payment",
    Checkout,
    """
  JOIN channels_channel AS channel ON channel.id = it.channel_id
 WHERE it.id = (SELECT checkout_id FROM payments_paymentattempt WHERE id = $1)
   FOR NO KEY UPDATE OF it
""",
    "uuid",
    joined={"channel": Channel},
)


def find_checkout(checkout_id: UUID, *, actor: Actor) -> Checkout:
    """The cart, with its channel loaded; for the id of a guest's cart that was merged, the one that has its lines.

    Raises CheckoutNotFound for a missing one and for another customer's.
    """
    return require_allowed(_FOUND.first(str(checkout_id)), actor)


def lock_checkout(checkout_id: UUID, *, actor: Actor) -> Checkout:
    """`find_checkout`, locked until the end of the transaction. The first lock of every verb that takes several."""
    while True:
        locked = _LOCKED.first(str(checkout_id))
        if locked is None or locked.merged_into_id is None:
            return require_allowed(locked, actor)
        checkout_id = locked.merged_into_id  # it was merged while this transaction waited for it


def lock_paid_for(attempt_id: UUID) -> Checkout | None:
    """The cart that a payment attempt was opened for, locked; None if it is purged. Asks nobody whose it is."""
    return _PAID_FOR.first(str(attempt_id))


def may_use(checkout: Checkout, actor: Actor) -> bool:
    """Whether this actor may see and change the cart at all."""
    if checkout.user_id is None or checkout.user_id == actor.user_id:
        return True
    return actor.has(Permission.MANAGE_CHECKOUTS, checkout.channel_id)


def require_allowed(checkout: Checkout | None, actor: Actor) -> Checkout:
    """The cart. Raises CheckoutNotFound for none and for another customer's."""
    if checkout is None or not may_use(checkout, actor):
        raise CheckoutNotFound("There is no such cart.", path=("id",))
    return checkout
