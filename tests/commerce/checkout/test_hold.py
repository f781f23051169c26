"""Carts that hold their goods for a while, where the channel says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import add_lines, create_checkout, delete_lines, merge_checkouts, update_lines
from commerce.core.actor import ANONYMOUS
from commerce.inventory.models import Reservation, Stock
from tests.commerce.checkout.carts import content, facts_of
from tests.factories import customer_actor, make_channel, make_checkout, make_customer, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def holding() -> Channel:
    """A channel whose carts hold their goods for ten minutes."""
    return make_channel(reservation_seconds=600)


def reserved() -> list[tuple[str | None, int]]:
    return list(Stock.objects.order_by("variant__sku").values_list("variant__sku", "reserved"))


def put(cart: Checkout, *lines: NewLine) -> Checkout:
    return add_lines(checkout_id=cart.id, lines=lines, actor=ANONYMOUS)


def test_what_lies_in_one_cart_cannot_be_put_into_another():
    mug = make_variant(sku="MUG", stock=3)
    first = create_checkout(channel_slug="default-channel", lines=[NewLine(mug.id, 2)], actor=ANONYMOUS)
    assert reserved() == [("MUG", 2)]
    second = make_checkout()
    assert facts_of(lambda: put(second, NewLine(mug.id, 2))) == {"available_quantity": 1}
    put(first, NewLine(mug.id, 1))
    assert reserved() == [("MUG", 3)]
    until = Reservation.objects.get().expires_at
    assert timedelta(minutes=9) < until - timezone.now() <= timedelta(minutes=10)


def test_what_is_taken_out_is_free_again():
    mug, cup = make_variant(sku="MUG"), make_variant(sku="CUP")
    cart = put(make_checkout(), NewLine(mug.id, 3), NewLine(cup.id, 1))
    mugs, cups = cart.lines.all()
    update_lines(checkout_id=cart.id, lines=[LineChange(mugs.id, 1)], actor=ANONYMOUS)
    assert reserved() == [("CUP", 1), ("MUG", 1)]
    delete_lines(checkout_id=cart.id, line_ids=[mugs.id, cups.id], actor=ANONYMOUS)
    assert reserved() == [("CUP", 0), ("MUG", 0)]


def test_a_line_that_was_lost_to_somebody_else_does_not_stop_the_others():
    mug, cup = make_variant(sku="MUG", stock=1), make_variant(sku="CUP", stock=1)
    cart = put(make_checkout(), NewLine(mug.id, 1))
    Reservation.objects.all().delete()
    Stock.objects.filter(variant=mug).update(reserved=0, on_hand=0)
    put(cart, NewLine(cup.id, 1))
    assert reserved() == [("CUP", 1), ("MUG", 0)]
    assert content(cart) == [("MUG", 1), ("CUP", 1)]


def test_a_merged_cart_holds_what_both_held():
    ada = make_customer()
    mug = make_variant(sku="MUG", stock=5)
    own = make_checkout(user=ada)
    add_lines(checkout_id=own.id, lines=[NewLine(mug.id, 1)], actor=customer_actor(ada))
    guest = put(make_checkout(), NewLine(mug.id, 2))
    assert reserved() == [("MUG", 3)]
    merge_checkouts(guest_checkout_id=guest.id, actor=customer_actor(ada))
    assert reserved() == [("MUG", 3)]
    assert {row.checkout_id for row in Reservation.objects.all()} == {own.id}
