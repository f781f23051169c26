"""A guest signs in, and their cart goes on in the customer's. Nothing is lost, however often it is asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from commerce.accounts.models import Address
from commerce.checkout.access import find_checkout
from commerce.checkout.details import give_to
from commerce.checkout.editing import CartEdit, require_open
from commerce.checkout.errors import CheckoutNotFound, SignInRequired
from commerce.checkout.lines import limit_of
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.notices import added, quantity_reduced
from commerce.checkout.promo_codes import MOST_CODES
from commerce.core.actor import Actor
from commerce.giftcards.holds import release_holds
from commerce.inventory.services import release_reservations
from commerce.payments.services import guard_cart_edit, live_attempt, open_attempts
from commerce.payments.states import PAID
from commerce.promotions.redemptions import release_redemptions

_ONE_MERGE_PER_CUSTOMER: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def merge_checkouts(*, guest_checkout_id: UUID, actor: Actor) -> Checkout:
    """The customer's cart with the guest's lines in it: their newest open cart of that channel, or the guest's own.

    Quantities of the same variant and metadata add up, to the limits that the channel and the variant set (a notice
    says what was cut); stock is not asked (the cart's problems tell). The customer's e-mail, addresses and metadata win
    where both carts have some. Afterwards the guest's id leads the customer, and nobody else, to the cart that is left.
    Merging a cart that is merged or the customer's already changes nothing. A cart that is paid for and not yet an
    order is mixed with no other: the guest's then becomes the customer's as it is.

    Raises SignInRequired, CheckoutNotFound (also for another customer's), CheckoutCompleted, or PaymentInProgress.
    """
    if actor.user_id is None:
        raise SignInRequired("Sign in to have a cart of your own.", path=("id",))
    with transaction.atomic():
        with connection.cursor() as cursor:  # two sign-ins at once must not leave two carts
            cursor.execute(_ONE_MERGE_PER_CUSTOMER, [f"merge carts of {actor.user_id}"])
        seen = find_checkout(guest_checkout_id, actor=actor)
        if seen.user_id == actor.user_id:
            return seen
        guest, own = _locked(seen, actor.user_id)
        if guest.merged_into_id is not None or guest.user_id is not None:  # somebody was quicker
            raise CheckoutNotFound("There is no such cart.", path=("id",))
        require_open(guest)
        guard_cart_edit(guest.id, live_attempt(guest.id))
        if own is None or _is_paid(guest) or _is_paid(own):
            edit = CartEdit(guest)
            give_to(edit, actor)
        else:
            guard_cart_edit(own.id, live_attempt(own.id))
            edit = CartEdit(own)
            cut = _move_lines(edit, CartEdit(guest))
            edit.known.lines = None  # in another order by now
            edit.set(notices=added(own, [*guest.notices, *cut]))
            _fill_gaps(edit, guest)
            _retire(guest, own)
        edit.save()
    return edit.checkout


def _locked(guest: Checkout, user_id: UUID) -> tuple[Checkout, Checkout | None]:
    """The guest's cart and the customer's, locked in the order of their ids; None if they have none to merge into."""
    theirs = Checkout.objects.filter(
        user=user_id,
        channel=guest.channel_id,
        order=None,
        merged_into=None,
        expires_at__gt=timezone.now(),
    )
    own_id = theirs.order_by("-updated_at", "-id").values_list("id", flat=True).first()
    rows = (
        Checkout.objects.filter(id__in=[guest.id] if own_id is None else [guest.id, own_id])
        .select_related("channel")
        .order_by("id")
        .select_for_update(of=("self",), no_key=True)
    )
    locked = {row.id: row for row in rows}
    if guest.id not in locked:
        raise CheckoutNotFound("There is no such cart.", path=("id",))
    own = locked.get(own_id) if own_id is not None else None
    if own is not None and (own.order_id is not None or own.user_id != user_id):
        own = None  # it was completed or let go meanwhile
    return locked[guest.id], own


def _is_paid(cart: Checkout) -> bool:
    """Whether money has come for this very cart, which other lines would make worth something else."""
    return any(attempt.state in PAID for attempt in open_attempts(cart.id))


def _move_lines(into: CartEdit, guest: CartEdit) -> list[dict[str, Any]]:
    """Lines of the same kind add up; the others move over as they are, with their ids.

    Returns a notice for each line that would be above the limit.
    """
    now = timezone.now()
    total = Counter[UUID]()
    for line in into.lines:
        total[line.variant_id] += line.quantity
    same, moved = [], []
    wanted: dict[UUID, tuple[CheckoutLine, int]] = {}
    for line in guest.lines:
        room = max(0, limit_of(line.variant, into.checkout.channel) - total[line.variant_id])
        units = min(line.quantity, room)
        twin = next((own for own in into.lines if _alike(own, line)), None)
        if twin is not None:
            wanted[twin.id] = (twin, wanted.get(twin.id, (twin, twin.quantity))[1] + line.quantity)
            twin.quantity, twin.updated_at = twin.quantity + units, now
            same.append((twin, line))
        else:
            wanted[line.id] = (line, line.quantity)
            line.checkout, line.quantity, line.updated_at = into.checkout, max(1, units), now
            moved.append(line)
            into.lines.append(line)
        total[line.variant_id] += units
    CheckoutLine.objects.filter(id__in=[line.id for _, line in same]).delete()
    changed = [*{twin.id: twin for twin, _ in same}.values(), *moved]
    CheckoutLine.objects.bulk_update(changed, ["checkout", "quantity", "updated_at"])
    return [quantity_reduced(line, units) for line, units in wanted.values() if units > line.quantity]


def _alike(one: CheckoutLine, other: CheckoutLine) -> bool:
    return one.variant_id == other.variant_id and one.metadata == other.metadata


def _fill_gaps(edit: CartEdit, guest: Checkout) -> None:
    """Take over what the guest has said and the customer has not."""
    own = edit.checkout
    edit.set(
        metadata={**guest.metadata, **own.metadata},
        private_metadata={**guest.private_metadata, **own.private_metadata},
        is_tax_exempt=own.is_tax_exempt or guest.is_tax_exempt,
    )
    if guest.is_gift and not own.is_gift:
        edit.set(is_gift=True, gift_message=guest.gift_message)
    for name in ("email", "customer_note", "vat_id", "voucher_code_ids", "gift_choices"):
        if not getattr(own, name):
            edit.set(**{name: getattr(guest, name)})
    if guest.gift_card_ids:
        cards = list(dict.fromkeys([*own.gift_card_ids, *guest.gift_card_ids]))
        edit.set(gift_card_ids=cards[:MOST_CODES])
    if own.shipping_address_id is None and guest.shipping_address_id is not None:
        edit.set(shipping_address_id=guest.shipping_address_id, save_shipping_address=guest.save_shipping_address)
        if own.delivery_id is None and guest.delivery is not None and guest.delivery.method_id is not None:
            choice, _ = CheckoutDelivery.objects.get_or_create(
                checkout=own,
                method_id=guest.delivery.method_id,
                defaults={"name": guest.delivery.name, "price_amount": guest.delivery.price_amount},
            )
            edit.set(delivery=choice)
    if own.billing_address_id is None and guest.billing_address_id is not None:
        edit.set(billing_address_id=guest.billing_address_id, save_billing_address=guest.save_billing_address)


def _retire(guest: Checkout, into: Checkout) -> None:
    """Leave nothing of the guest's cart but its id, which leads to the other one."""
    if guest.gift_card_ids:
        release_holds(guest.id)
    release_redemptions(guest.id)
    release_reservations(guest.id)
    Checkout.objects.filter(merged_into=guest).update(merged_into=into)
    guest.deliveries.all().delete()
    Checkout.objects.filter(id=guest.id).update(
        merged_into=into,
        email="",
        delivery=None,
        shipping_address=None,
        billing_address=None,
        version=guest.version + 1,
        updated_at=timezone.now(),
    )
    taken = (into.shipping_address_id, into.billing_address_id)
    both = (guest.shipping_address_id, guest.billing_address_id)
    spare = [key for key in both if key is not None and key not in taken]
    if spare:
        Address.objects.filter(id__in=spare, user=None).delete()
