"""Once a payment has an outcome, it and the cart that it was made for are locked and read in one round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from commerce.accounts.models import Address
from commerce.channels.models import Channel
from commerce.checkout.models import Checkout
from commerce.checkout.places import ADDRESSES
from commerce.core.records import Records
from commerce.core.statements import Statement
from commerce.core.together import Part, Together, value_of
from commerce.inventory.models import Reservation
from commerce.inventory.set_aside import HELD
from commerce.orders.services.place import NEXT_NUMBER
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.services.attempts import LOCKED, found_locked
from commerce.payments.services.ledger import LINES

_ITS_CART: Final = "(SELECT checkout_id FROM payments_paymentattempt WHERE id = $1)"
_LOCK: Final[Statement[tuple[()]]] = Statement(
    "lock_cart_of_payment",
    tuple,
    f"SELECT FROM checkout_checkout WHERE id = {_ITS_CART} FOR NO KEY UPDATE",
    "uuid",
    is_read=False,
)
# Locked once more: the payment may have been given to another cart while the lock was waited for.
_CART: Final = Records(
    "cart_of_payment_locked",
    Checkout,
    f"""
  JOIN channels_channel AS channel ON channel.id = it.channel_id
 WHERE it.id = {_ITS_CART}
   FOR NO KEY UPDATE OF it
""",
    "uuid",
    joined={"channel": Channel},
)

_of_cart: Final = partial(value_of, "cart", _CART)
# $1 the payment, $2 whether an order is to be placed. The cart is the first to be read, and so to be locked.
_PAID: Final = Together(
    "paid_cart",
    "uuid",
    "bool",
    parts={
        "cart": Part.of(_CART, "$1"),
        "attempt": Part.of(LOCKED, "$1"),
        "lines": Part.of(LINES, "$1"),
        "addresses": Part.of(ADDRESSES, f"ARRAY[{_of_cart('shipping_address_id')}, {_of_cart('billing_address_id')}]"),
        "held": Part.of(HELD, _of_cart("id")),
        "number": Part(NEXT_NUMBER, [int], "$2"),
    },
)


@dataclass(frozen=True, slots=True)
class PaidCart:
    """A locked payment with the `lines` of its account, and its cart, locked, None if it is purged.

    `held` are the locked reservations of the cart, `number` is for the order if one is to be placed.
    """

    attempt: PaymentAttempt
    checkout: Checkout | None
    lines: Sequence[PaymentEvent]
    addresses: Mapping[UUID, Address]
    held: Sequence[Reservation]
    number: int | None


def lock_paid_cart(attempt_id: UUID, *, is_placed: bool) -> PaidCart:
    """Asks nobody whose cart it is. Raises AttemptNotFound."""
    _LOCK.run_later(str(attempt_id))
    found = _PAID.all(["cart", "attempt", "lines", "addresses", "held", "number"], str(attempt_id), is_placed)
    return PaidCart(
        attempt=found_locked(found["attempt"]),
        checkout=next(iter(found["cart"]), None),
        lines=found["lines"],
        addresses={address.id: address for address in found["addresses"]},
        held=found["held"],
        number=next((number for (number,) in found["number"]), None),
    )
