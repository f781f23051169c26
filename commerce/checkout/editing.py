"""A change of a cart: locked first, refused if it is too late or a payment is under way, written in one UPDATE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.checkout.carried import lines_of
from commerce.checkout.errors import CheckoutCompleted
from commerce.checkout.known import Known, leave_with
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.opened import open_to_edit
from commerce.checkout.stock import hold
from commerce.core.actor import Actor
from commerce.core.writes import Writes
from commerce.giftcards.holds import release_holds
from commerce.payments.services import guard_cart_edit
from commerce.promotions.redemptions import release_redemptions
from commerce.shipping.provider import Destination


@dataclass
class CartEdit:
    """A locked cart, its lines, and what will be written. Steps put their changes here one after the other.

    `fresh` are rows that are inserted when it is saved: nothing else reads them before.
    """

    checkout: Checkout
    changes: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    fresh: list[Model] = field(default_factory=list)

    @property
    def lines(self) -> list[CheckoutLine]:
        """The lines with their variants, in the order of the cart. Steps keep this list up to date."""
        if self.known.lines is None:
            self.known.lines = lines_of([self.checkout.id])
        return self.known.lines

    @property
    def destination(self) -> str | None:
        """The country of the shipping address, None without one."""
        return self.goes_to.country if self.goes_to is not None else None

    @property
    def goes_to(self) -> Destination | None:
        """Where the shipping address is, None without one."""
        key, other = self.checkout.shipping_address_id, self.checkout.billing_address_id
        if key is None:
            return None
        return self.known.places_of([key] if other is None else [key, other])[key]

    def set(self, **columns: Any) -> None:
        """Change columns of the cart, at once in memory and with the others in the table."""
        for name, value in columns.items():
            setattr(self.checkout, name, value)
            column = Checkout._meta.get_field(name).attname  # type: ignore[union-attr]
            self.changes[column] = getattr(self.checkout, column)

    def save(self) -> None:
        """Write what was set, count the version up, let the cart live on; set its goods aside if its channel does."""
        checkout = self.checkout
        self.set(
            version=checkout.version + 1,
            expires_at=expiry(checkout.channel),
        )
        writes = Writes()
        writes.insert(*[checkout] * checkout._state.adding, *self.fresh)
        writes.change(checkout, **self.changes)
        writes.send()
        self.fresh = []
        if checkout.channel.reservation_seconds:
            hold(checkout, self.lines, self.destination)
            self.known.stock.clear()  # it holds other units now
        leave_with(checkout, self.known)


@contextmanager
def editing(checkout_id: UUID, *, named: UUID | None = None, actor: Actor) -> Iterator[CartEdit]:
    """Change a cart in one transaction: nothing of it stays if the block raises.

    `named` is the id that the shopper has given for the delivery, if it is going to be asked for.

    Raises CheckoutNotFound, CheckoutCompleted, or PaymentInProgress while the gateway is being asked.
    """
    with transaction.atomic():
        checkout, known = open_to_edit(checkout_id, named=named, actor=actor)
        require_open(checkout)
        if checkout.gift_card_ids:
            release_holds(checkout.id)
        if checkout.voucher_code_ids:
            release_redemptions(checkout.id)
        edit = CartEdit(checkout, known=known)
        guard_cart_edit(checkout.id, known.live)
        yield edit
        edit.save()


def require_open(checkout: Checkout) -> None:
    """Raise CheckoutCompleted for a cart that has become an order."""
    if checkout.order_id is not None:
        raise CheckoutCompleted("This cart has become an order.", path=("id",))


def expiry(channel: Channel) -> datetime:
    """When a cart that is touched now is purged."""
    return timezone.now() + timedelta(days=channel.checkout_days)
