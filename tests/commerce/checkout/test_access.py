"""Whose cart it is."""

from collections.abc import Callable
from uuid import UUID

import pytest

from commerce.checkout.access import find_checkout
from commerce.checkout.inputs import CheckoutChanges, LineChange, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import (
    add_lines,
    attach_customer,
    calculate_delivery_options,
    choose_delivery_method,
    delete_lines,
    detach_customer,
    merge_checkouts,
    set_billing_address,
    set_email,
    set_language,
    set_shipping_address,
    update_checkout,
    update_lines,
    update_metadata,
)
from commerce.core.actor import ANONYMOUS, SYSTEM, Actor
from commerce.core.errors import NotAuthenticated, NotFound
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.orders.models import Order
from tests.commerce.checkout.carts import content, home, refused
from tests.factories import customer_actor, make_channel, make_checkout, make_customer, make_variant, staff_actor

pytestmark = pytest.mark.django_db

Verb = Callable[[UUID, Actor], object]

VERBS: dict[str, Verb] = {
    "add lines": lambda key, actor: add_lines(checkout_id=key, lines=[NewLine(uuid7(), 1)], actor=actor),
    "update lines": lambda key, actor: update_lines(checkout_id=key, lines=[LineChange(uuid7(), 1)], actor=actor),
    "delete lines": lambda key, actor: delete_lines(checkout_id=key, line_ids=[], actor=actor),
    "set email": lambda key, actor: set_email(checkout_id=key, email="eve@example.com", actor=actor),
    "set language": lambda key, actor: set_language(checkout_id=key, language_code="de", actor=actor),
    "set shipping": lambda key, actor: set_shipping_address(checkout_id=key, address=home(), actor=actor),
    "set billing": lambda key, actor: set_billing_address(checkout_id=key, address=home(), actor=actor),
    "delivery options": lambda key, actor: calculate_delivery_options(checkout_id=key, actor=actor),
    "choose delivery": lambda key, actor: choose_delivery_method(checkout_id=key, delivery_id=None, actor=actor),
    "attach": lambda key, actor: attach_customer(checkout_id=key, actor=actor),
    "detach": lambda key, actor: detach_customer(checkout_id=key, actor=actor),
    "update": lambda key, actor: update_checkout(checkout_id=key, changes=CheckoutChanges(), actor=actor),
    "metadata": lambda key, actor: update_metadata(checkout_id=key, metadata={"a": "b"}, actor=actor),
    "merge": lambda key, actor: merge_checkouts(guest_checkout_id=key, actor=actor),
    "find": lambda key, actor: find_checkout(key, actor=actor),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_another_customers_cart_looks_like_none(verb: Verb):
    ada, eve = make_customer(), make_customer()
    cart = make_checkout(make_variant(sku="MUG"), user=ada)
    for key in (cart.id, uuid7()):
        with refused() as faults:
            verb(key, customer_actor(eve))
        assert faults == [("NOT_FOUND", ("id",))]
    before = cart.version
    cart.refresh_from_db()
    assert (cart.user_id, cart.version, content(cart)) == (ada.id, before, [("MUG", 1)])


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_customers_cart_is_not_for_guests(verb: Verb):
    cart = make_checkout(user=make_customer())
    with pytest.raises((NotFound, NotAuthenticated)):
        verb(cart.id, ANONYMOUS)
    version = cart.version
    cart.refresh_from_db()
    assert cart.version == version


CHANGES = [name for name in VERBS if name != "find"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_completed_cart_cannot_be_changed(name: str):
    ada = make_customer()
    cart = make_checkout(user=None if name in ("attach", "merge") else ada)
    order = Order.objects.create(
        number=10**9,
        checkout_id=cart.id,
        channel=cart.channel,
        email="a@example.com",
        currency="USD",
        subtotal_net=0,
        subtotal_gross=0,
        total_net=0,
        total_gross=0,
    )
    Checkout.objects.filter(id=cart.id).update(order=order)
    with refused() as faults:
        VERBS[name](cart.id, customer_actor(ada))
    assert faults == [("CHECKOUT_COMPLETED", ("id",))]


def test_a_guests_cart_belongs_to_whoever_knows_its_id():
    cart = make_checkout()
    for actor in (ANONYMOUS, customer_actor(make_customer())):
        assert find_checkout(cart.id, actor=actor) == cart


def test_staff_see_carts_of_their_channels_if_they_may():
    eu = make_channel("eu")
    cart = make_checkout(user=make_customer())
    assert find_checkout(cart.id, actor=SYSTEM) == cart
    assert find_checkout(cart.id, actor=staff_actor(Permission.MANAGE_CHECKOUTS)) == cart
    assert find_checkout(cart.id, actor=staff_actor(Permission.MANAGE_CHECKOUTS, channels=[cart.channel])) == cart
    for actor in (
        staff_actor(),
        staff_actor(Permission.MANAGE_ORDERS),
        staff_actor(Permission.MANAGE_CHECKOUTS, channels=[eu]),
        staff_actor(Permission.MANAGE_CHECKOUTS, channels=[]),
    ):
        with pytest.raises(NotFound):
            find_checkout(cart.id, actor=actor)


def test_a_guest_signs_in_and_takes_the_cart_along():
    ada, eve = make_customer("ada@example.com"), make_customer()
    cart = make_checkout(email="")
    attach_customer(checkout_id=cart.id, actor=customer_actor(ada))
    attach_customer(checkout_id=cart.id, actor=customer_actor(ada))
    cart.refresh_from_db()
    assert (cart.user_id, cart.email) == (ada.id, "ada@example.com")
    with pytest.raises(NotFound):
        attach_customer(checkout_id=cart.id, actor=customer_actor(eve))


def test_staff_do_not_take_a_customers_cart_for_themselves():
    cart = make_checkout(user=make_customer())
    with pytest.raises(NotFound):
        attach_customer(checkout_id=cart.id, actor=staff_actor(Permission.MANAGE_CHECKOUTS))


def test_a_customer_lets_go_of_a_cart():
    ada = make_customer()
    cart = make_checkout(user=ada)
    detach_customer(checkout_id=cart.id, actor=customer_actor(ada))
    assert find_checkout(cart.id, actor=ANONYMOUS).user_id is None


def test_nobody_attaches_without_signing_in():
    for verb in (attach_customer, detach_customer):
        with pytest.raises(NotAuthenticated):
            verb(checkout_id=make_checkout().id, actor=ANONYMOUS)
