"""A guest signs in, and nothing of their cart is lost."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from commerce.accounts.models import Address, User
from commerce.channels.models import Channel
from commerce.checkout.access import find_checkout, lock_checkout
from commerce.checkout.inputs import NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import (
    add_lines,
    choose_delivery_method,
    detach_customer,
    merge_checkouts,
)
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import NotAuthenticated, NotFound
from commerce.core.money import Money
from commerce.inventory.models import Reservation, Stock
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import open_attempt
from commerce.payments.states import AttemptState
from tests.commerce.checkout.carts import content, refused
from tests.factories import (
    customer_actor,
    make_address,
    make_channel,
    make_checkout,
    make_customer,
    make_shipping_method,
    make_variant,
)

pytestmark = pytest.mark.django_db


def merge(guest: Checkout, user: User) -> Checkout:
    return merge_checkouts(guest_checkout_id=guest.id, actor=customer_actor(user))


def open_carts(user: User) -> list[Checkout]:
    return list(Checkout.objects.filter(user=user, merged_into=None, order=None))


def test_a_customer_without_a_cart_takes_the_guests_as_it_is():
    ada = make_customer("ada@example.com")
    guest = make_checkout(make_variant(sku="MUG"), email="")
    merged = merge(guest, ada)
    assert (merged.id, merged.user_id, merged.email) == (guest.id, ada.id, "ada@example.com")
    assert content(merged) == [("MUG", 1)]


def test_quantities_add_up_and_other_lines_come_along():
    ada = make_customer()
    mug, cup, jug = make_variant(sku="MUG"), make_variant(sku="CUP"), make_variant(sku="JUG")
    own, guest = make_checkout(mug, quantity=2, user=ada), make_checkout(mug, quantity=3)
    own.lines.create(variant=cup, quantity=1)
    guest.lines.create(variant=jug, quantity=4)
    engraved = guest.lines.create(variant=mug, quantity=1, metadata={"engraving": "Ada"})
    merged = merge(guest, ada)
    assert merged.id == own.id
    assert sorted(content(merged)) == [("CUP", 1), ("JUG", 4), ("MUG", 1), ("MUG", 5)]
    assert merged.lines.get(id=engraved.id).metadata == {"engraving": "Ada"}
    assert merged.version == own.version + 1


def test_quantities_stop_at_the_limit_and_no_line_is_lost():
    ada = make_customer()
    mug = make_variant(sku="MUG", quantity_limit_per_customer=5)
    make_checkout(mug, quantity=4, user=ada)
    guest = make_checkout(mug, quantity=3)
    guest.lines.create(variant=mug, quantity=2, metadata={"engraving": "Ada"})
    merged = merge(guest, ada)
    assert sorted(content(merged)) == [("MUG", 1), ("MUG", 5)]


def test_who_has_more_than_the_limit_keeps_it():
    ada = make_customer()
    mug = make_variant(sku="MUG")
    own, guest = make_checkout(mug, quantity=60, user=ada), make_checkout(mug)
    Channel.objects.update(quantity_limit_per_line=50)
    assert content(merge(guest, ada)) == [("MUG", 60)]
    assert own.lines.count() == 1


def test_merging_again_adds_nothing():
    ada = make_customer()
    mug = make_variant(sku="MUG")
    own, guest = make_checkout(mug, user=ada), make_checkout(mug)
    for key in (guest, guest, own):
        assert merge(key, ada).id == own.id
    assert content(own) == [("MUG", 2)]


def test_the_guests_id_leads_the_customer_and_nobody_else_to_the_cart():
    ada, eve = make_customer(), make_customer()
    mug = make_variant(sku="MUG")
    own, guest = make_checkout(mug, user=ada), make_checkout(mug)
    merge(guest, ada)
    actor = customer_actor(ada)
    assert find_checkout(guest.id, actor=actor).id == own.id
    assert lock_checkout(guest.id, actor=actor).id == own.id
    add_lines(checkout_id=guest.id, lines=[NewLine(mug.id, 1)], actor=actor)
    assert content(own) == [("MUG", 3)]
    for stranger in (ANONYMOUS, customer_actor(eve)):
        with pytest.raises(NotFound):
            find_checkout(guest.id, actor=stranger)
    with pytest.raises(NotFound):
        merge(guest, eve)


def test_a_cart_that_was_merged_into_one_that_is_merged_again_is_still_found():
    ada, bob = make_customer(), make_customer()
    guest, adas, bobs = make_checkout(make_variant()), make_checkout(user=ada), make_checkout(user=bob)
    merge(guest, ada)
    detach_customer(checkout_id=adas.id, actor=customer_actor(ada))
    merge(adas, bob)
    assert find_checkout(guest.id, actor=customer_actor(bob)).id == bobs.id
    assert bobs.lines.count() == 1


def test_what_the_guest_said_fills_what_the_customer_left_open():
    ada = make_customer()
    method = make_shipping_method()
    own = make_checkout(make_variant(), user=ada, email="ada@example.com", metadata={"a": "own", "b": "own"})
    guest = make_checkout(
        make_variant(),
        email="guest@example.com",
        customer_note="Ring twice",
        shipping_address=make_address(city="There"),
        billing_address=make_address(city="Elsewhere"),
        metadata={"a": "guest", "c": "guest"},
    )
    choose_delivery_method(checkout_id=guest.id, delivery_id=method.id, actor=ANONYMOUS)
    merge(guest, ada)
    own = Checkout.objects.get(id=own.id)
    assert (own.email, own.customer_note) == ("ada@example.com", "Ring twice")
    assert own.metadata == {"a": "own", "b": "own", "c": "guest"}
    assert own.shipping_address is not None
    assert own.billing_address is not None
    assert (own.shipping_address.city, own.billing_address.city) == ("There", "Elsewhere")
    assert own.delivery is not None
    assert (own.delivery.method, own.delivery.checkout_id) == (method, own.id)
    guest.refresh_from_db()
    assert (guest.email, guest.shipping_address, guest.delivery) == ("", None, None)
    assert Address.objects.count() == 2


def test_the_customers_own_address_stays():
    ada = make_customer()
    own = make_checkout(user=ada, shipping_address=make_address(city="Mine"))
    guest = make_checkout(make_variant(), shipping_address=make_address(city="Guest's"))
    merged = merge(guest, ada)
    assert merged.shipping_address is not None
    assert (merged.id, merged.shipping_address.city) == (own.id, "Mine")
    assert Address.objects.count() == 1


def test_only_an_open_cart_of_the_same_channel_is_merged_into():
    ada, eu = make_customer(), make_channel("eu")
    mug = make_variant()
    make_checkout(channel=eu, user=ada)
    make_checkout(user=ada, expires_at=timezone.now() - timedelta(days=1))
    done = make_checkout(user=ada)
    order = Order.objects.create(
        number=10**9,
        checkout_id=done.id,
        channel=done.channel,
        email="a@example.com",
        currency="USD",
        subtotal_net=0,
        subtotal_gross=0,
        total_net=0,
        total_gross=0,
    )
    Checkout.objects.filter(id=done.id).update(order=order)
    guest = make_checkout(mug)
    assert merge(guest, ada).id == guest.id


def test_the_newest_cart_is_the_one():
    ada = make_customer()
    older, newer = make_checkout(user=ada), make_checkout(user=ada)
    Checkout.objects.filter(id=older.id).update(updated_at=timezone.now() - timedelta(hours=1))
    assert merge(make_checkout(make_variant()), ada).id == newer.id


def test_goods_that_the_guest_held_are_given_back():
    ada = make_customer()
    mug = make_variant(stock=5)
    make_checkout(mug, user=ada)
    guest = make_checkout(mug, quantity=2)
    Reservation.objects.create(
        checkout_id=guest.id,
        checkout_line_id=guest.lines.get().id,
        stock=Stock.objects.get(),
        quantity=2,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    Stock.objects.update(reserved=2)
    merge(guest, ada)
    assert (Stock.objects.get().reserved, Reservation.objects.count()) == (0, 0)


@pytest.mark.parametrize("busy", ["guest", "own"])
def test_a_payment_under_way_holds_the_merge_up(busy: str):
    ada = make_customer()
    mug = make_variant(sku="MUG")
    carts = {"own": make_checkout(mug, user=ada), "guest": make_checkout(mug)}
    open_attempt(
        checkout_id=carts[busy].id, gateway="dummy", action="charge", amount=Money(1, "USD"), frozen={}, live=None
    )
    with refused() as faults:
        merge(carts["guest"], ada)
    assert [code for code, _ in faults] == ["PAYMENT_IN_PROGRESS"]
    assert content(carts["own"]) == content(carts["guest"]) == [("MUG", 1)]


@pytest.mark.parametrize("paid", ["guest", "own"])
def test_a_cart_that_is_paid_for_is_mixed_with_no_other(paid: str):
    ada = make_customer()
    mug = make_variant(sku="MUG")
    carts = {"own": make_checkout(mug, user=ada), "guest": make_checkout(mug)}
    opened = open_attempt(
        checkout_id=carts[paid].id, gateway="dummy", action="charge", amount=Money(1, "USD"), frozen={}, live=None
    )
    PaymentAttempt.objects.filter(id=opened.attempt.id).update(state=AttemptState.CHARGED.value)
    assert merge(carts["guest"], ada).id == carts["guest"].id
    assert len(open_carts(ada)) == 2
    assert content(carts["own"]) == content(carts["guest"]) == [("MUG", 1)]


def test_nobody_merges_without_signing_in():
    with pytest.raises(NotAuthenticated):
        merge_checkouts(guest_checkout_id=make_checkout().id, actor=ANONYMOUS)


def at_once(*verbs: Callable[[], UUID]) -> list[UUID | str]:
    """Start every verb in a thread of its own at the same moment; their answers, or the codes of what they raised."""
    barrier, answers = Barrier(len(verbs)), list[UUID | str]()

    def run(verb: Callable[[], UUID]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(10)
            answers.append(verb())
        except NotFound as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.usefixtures("durable")
def test_two_sign_ins_at_once_merge_one_cart_once():
    ada = make_customer()
    mug = make_variant(sku="MUG")
    own, guest = make_checkout(mug, user=ada), make_checkout(mug)
    answers = at_once(*[lambda: merge(guest, ada).id] * 4)
    assert answers == [own.id] * 4
    assert content(own) == [("MUG", 2)]


@pytest.mark.usefixtures("durable")
def test_two_devices_sign_in_at_once_and_both_carts_end_in_one():
    ada = make_customer()
    mug, cup = make_variant(sku="MUG"), make_variant(sku="CUP")
    phone, laptop = make_checkout(mug), make_checkout(cup)
    answers = at_once(lambda: merge(phone, ada).id, lambda: merge(laptop, ada).id)
    assert len(set(answers)) == 1
    (left,) = open_carts(ada)
    assert sorted(content(left)) == [("CUP", 1), ("MUG", 1)]


@pytest.mark.usefixtures("durable")
def test_two_customers_with_one_guests_id_do_not_both_get_the_cart():
    ada, eve = make_customer(), make_customer()
    guest = make_checkout(make_variant(sku="MUG"))
    make_checkout(user=ada)
    answers = at_once(lambda: merge(guest, ada).id, lambda: merge(guest, eve).id)
    assert answers.count("NOT_FOUND") == 1
    assert sum(len(content(cart)) for cart in [*open_carts(ada), *open_carts(eve)]) == 1


@pytest.mark.usefixtures("durable")
def test_two_clicks_at_once_are_two_mugs_in_one_line():
    mug = make_variant(sku="MUG")
    cart = make_checkout()
    at_once(*[lambda: add_lines(checkout_id=cart.id, lines=[NewLine(mug.id, 1)], actor=ANONYMOUS).id] * 4)
    assert content(cart) == [("MUG", 4)]


@pytest.mark.usefixtures("durable")
def test_a_line_that_is_added_while_the_cart_is_merged_is_not_lost():
    ada = make_customer()
    mug, cup = make_variant(sku="MUG"), make_variant(sku="CUP")
    own, guest = make_checkout(user=ada), make_checkout(mug)
    actor = customer_actor(ada)
    at_once(
        lambda: merge(guest, ada).id,
        lambda: add_lines(checkout_id=guest.id, lines=[NewLine(cup.id, 1)], actor=actor).id,
    )
    assert sorted(content(own)) == [("CUP", 1), ("MUG", 1)]
