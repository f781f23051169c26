"""A cart is locked and read in one round trip, and what was read of it is what would be read of it otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from commerce.channels.models import Channel
from commerce.checkout.complete import complete_checkout
from commerce.checkout.errors import CheckoutNotFound
from commerce.checkout.inputs import CheckoutChanges, NewLine
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.opened import open_to_edit, open_to_pay
from commerce.checkout.problems import problems
from commerce.checkout.quote import quote
from commerce.checkout.services import create_checkout, merge_checkouts, update_checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.ids import uuid7
from commerce.inventory.models import Warehouse
from commerce.orders.models import Order
from tests.commerce.checkout.carts import home
from tests.factories import (
    customer_actor,
    make_address,
    make_channel,
    make_checkout,
    make_customer,
    make_shipping_method,
    make_tax_rate,
    make_variant,
    make_warehouse,
)
from tests.shoppers import add_line, paying, ready_checkout, total_of
from tests.statements import Statements, recorded_statements

pytestmark = pytest.mark.usefixtures("durable")


def at_home() -> Checkout:
    make_tax_rate("US", "0")
    make_tax_rate("US", "8", area="CA")
    return ready_checkout(make_variant(price=1000, stock=5))


def in_britain() -> Checkout:
    make_tax_rate("GB", "20")
    there = make_address(country="GB", country_area="", city="London", postal_code="E1 6AN")
    return ready_checkout(make_variant(price=1000, stock=5), shipping_address=there, billing_address=there)


def of_nothing_that_is_sent() -> Checkout:
    make_tax_rate("DE", "19")
    there = make_address(country="DE", country_area="", city="Berlin", postal_code="10117")
    book = make_variant(price=1000, is_shipping_required=False)
    return make_checkout(book, shipping_address=None, billing_address=there)


def without_an_address() -> Checkout:
    make_tax_rate("US", "5")
    return make_checkout(make_variant(price=1000))


def that_is_fetched() -> Checkout:
    make_tax_rate("DE", "19")
    cart = ready_checkout(make_variant(price=1000, stock=5))
    there = make_address(country="DE", country_area="", city="Berlin", postal_code="10117")
    shop = make_warehouse("shop", click_and_collect=Warehouse.ClickAndCollect.ALL, address=there)
    cart.delivery = CheckoutDelivery.objects.create(checkout=cart, warehouse=shop, name="Shop", price_amount=0)
    cart.save()
    return cart


def with_nothing_in_it() -> Checkout:
    return make_checkout()


def with_more_than_there_is() -> Checkout:
    cart = ready_checkout(make_variant(price=1000, stock=1), quantity=3)
    add_line(cart, make_variant(price=300, stock=2), quantity=2)
    return cart


CARTS = [
    at_home,
    in_britain,
    of_nothing_that_is_sent,
    without_an_address,
    that_is_fetched,
    with_nothing_in_it,
    with_more_than_there_is,
]


@pytest.mark.parametrize("made", CARTS)
def test_a_cart_that_was_opened_costs_what_it_costs_anyway(made: Callable[[], Checkout]) -> None:
    cart = made()
    expected = quote(Checkout.objects.select_related("channel").get(id=cart.id))
    with transaction.atomic():
        checkout, known = open_to_edit(cart.id, actor=ANONYMOUS)
        assert quote(checkout, known) == expected
        checkout, known = open_to_pay(cart.id, is_placed=False, actor=ANONYMOUS)
        assert quote(checkout, known) == expected


@pytest.mark.parametrize("made", [at_home, that_is_fetched, with_more_than_there_is])
def test_its_problems_are_what_they_are_anyway(made: Callable[[], Checkout]) -> None:
    cart = made()
    quoted = quote(cart)
    with transaction.atomic():
        checkout, known = open_to_edit(cart.id, actor=ANONYMOUS)
        variants = {line.variant.id for line in quoted.lines}
        found = known.obtainable(checkout, quoted.supplied_to, variants)
    assert [type(problem).__name__ for problem in problems(cart, quoted)] == [
        type(problem).__name__ for problem in problems(checkout, quote(checkout, known))
    ]
    assert all(found.left(line.variant.id, {}) is not None for line in quoted.lines)


def test_nothing_is_asked_again_of_a_cart_that_was_opened() -> None:
    cart = at_home()
    with transaction.atomic():
        checkout, known = open_to_pay(cart.id, is_placed=False, actor=ANONYMOUS)
        with recorded_statements() as seen:
            quote(checkout, known)
    assert not seen, seen


def test_a_cart_that_is_not_there_and_a_stranger_s_are_the_same_to_whoever_opens_them() -> None:
    cart = make_checkout(make_variant(), user=make_customer("ada@example.com"))
    for key in (uuid7(), cart.id):
        with transaction.atomic(), pytest.raises(CheckoutNotFound):
            open_to_edit(key, actor=ANONYMOUS)


def test_who_opens_a_cart_that_was_merged_has_the_one_that_holds_its_lines() -> None:
    ada = customer_actor(make_customer("ada@example.com"))
    mug, cup = make_variant(), make_variant()
    guest = create_checkout(channel_slug="default-channel", lines=[NewLine(mug.id, 1)], actor=ANONYMOUS)
    own = create_checkout(channel_slug="default-channel", lines=[NewLine(cup.id, 1)], actor=ada)
    merge_checkouts(guest_checkout_id=guest.id, actor=ada)
    with transaction.atomic():
        checkout, known = open_to_edit(guest.id, actor=ada)
    assert checkout.id == own.id
    assert {line.variant_id for line in known.lines or ()} == {mug.id, cup.id}


def test_no_number_is_used_up_for_a_cart_that_has_to_be_paid_first_or_is_an_order_already() -> None:
    cart = at_home()
    with transaction.atomic():
        assert open_to_pay(cart.id, is_placed=True, actor=ANONYMOUS)[1].number is None
    Channel.objects.update(allow_unpaid_orders=True)
    order = complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert complete_checkout(checkout_id=cart.id, actor=ANONYMOUS).number == order.number
    other = complete_checkout(checkout_id=ready_checkout(make_variant(price=1)).id, actor=ANONYMOUS)
    assert other.number == order.number + 1


def trips_of(verb: Callable[[], object]) -> int:
    with recorded_statements() as seen:
        verb()
    return seen.round_trips


def test_a_purchase_goes_to_postgresql_eight_times() -> None:
    make_channel()
    method = make_shipping_method(price=500)
    mug = make_variant(price=1000, stock=100)

    def buy() -> Statements:
        with recorded_statements() as seen:
            cart = create_checkout(
                channel_slug="default-channel",
                lines=[NewLine(mug.id, 1)],
                email="ada@example.com",
                shipping_address=home(),
                billing_address=home(),
                actor=ANONYMOUS,
            )
            assert seen.round_trips == 2
            update_checkout(checkout_id=cart.id, changes=CheckoutChanges(delivery_id=method.id), actor=ANONYMOUS)
            assert seen.round_trips == 4
            complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
        return seen

    buy()  # plans are made
    assert buy().round_trips == 8
    assert Order.objects.count() == 2


def test_an_order_that_is_paid_later_is_placed_in_two_round_trips() -> None:
    Channel.objects.filter(id=make_channel().id).update(allow_unpaid_orders=True)
    mug = make_variant(stock=5)
    complete_checkout(checkout_id=ready_checkout(mug).id, actor=ANONYMOUS)
    cart = ready_checkout(mug)
    shown = total_of(cart)
    assert trips_of(lambda: complete_checkout(checkout_id=cart.id, expected_total=shown, actor=ANONYMOUS)) == 2
