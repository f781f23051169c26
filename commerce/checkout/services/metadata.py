"""Free data of integrations on a cart and on its lines.

It can be changed while a payment is under way, too: the version stays, because it says what the payment was shown, and
metadata is no part of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from commerce.checkout.access import lock_checkout
from commerce.checkout.editing import require_open
from commerce.checkout.errors import CheckoutNotFound, LineNotFound
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.actor import Actor
from commerce.core.metadata import with_metadata
from commerce.core.permission import Permission


def update_metadata(*, checkout_id: UUID, metadata: Mapping[str, str], private: bool = False, actor: Actor) -> Checkout:
    """Add or replace entries of a cart's metadata.

    Raises CheckoutNotFound, CheckoutCompleted, Required or InvalidInput, and PermissionDenied for private data
    without MANAGE_CHECKOUTS.
    """
    with transaction.atomic():
        checkout = lock_checkout(checkout_id, actor=actor)
        require_open(checkout)
        column = "private_metadata" if private else "metadata"
        if private:
            actor.require(Permission.MANAGE_CHECKOUTS, checkout.channel_id)
        setattr(checkout, column, with_metadata(getattr(checkout, column), metadata, path=("input",)))
        checkout.save(update_fields=[column, "updated_at"])
    return checkout


def delete_metadata(*, checkout_id: UUID, keys: Sequence[str], actor: Actor) -> Checkout:
    """Take entries out of a cart's metadata, as far as it has them. Raises CheckoutNotFound or CheckoutCompleted."""
    with transaction.atomic():
        checkout = lock_checkout(checkout_id, actor=actor)
        require_open(checkout)
        checkout.metadata = {key: value for key, value in checkout.metadata.items() if key not in keys}
        checkout.save(update_fields=["metadata", "updated_at"])
    return checkout


def update_line_metadata(*, line_id: UUID, metadata: Mapping[str, str], actor: Actor) -> CheckoutLine:
    """Add or replace entries of a line's metadata.

    Raises LineNotFound (also for a line of somebody else's cart), CheckoutCompleted, Required or InvalidInput.
    """
    with _locked_line(line_id, actor) as line:
        line.metadata = with_metadata(line.metadata, metadata, path=("input",))
    return line


def delete_line_metadata(*, line_id: UUID, keys: Sequence[str], actor: Actor) -> CheckoutLine:
    """Take entries out of a line's metadata, as far as it has them. Raises LineNotFound or CheckoutCompleted."""
    with _locked_line(line_id, actor) as line:
        line.metadata = {key: value for key, value in line.metadata.items() if key not in keys}
    return line


@contextmanager
def _locked_line(line_id: UUID, actor: Actor) -> Iterator[CheckoutLine]:
    """The line, its cart locked and loaded; what the block sets is written."""
    missing = LineNotFound("There is no such line.", path=("id",))
    checkout_id = CheckoutLine.objects.filter(id=line_id).values_list("checkout_id", flat=True).first()
    if checkout_id is None:
        raise missing
    with transaction.atomic():
        try:
            checkout = lock_checkout(checkout_id, actor=actor)
        except CheckoutNotFound:
            raise missing from None
        require_open(checkout)
        line = CheckoutLine.objects.filter(id=line_id, checkout=checkout).first()
        if line is None:  # it was taken out, or merged into another cart, meanwhile
            raise missing
        yield line
        line.checkout = checkout
        line.save(update_fields=["metadata", "updated_at"])
