"""Bundles in carts, beside their parts."""

from __future__ import annotations

import pytest

from commerce.catalog.services import unpublish_product
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import add_lines, update_lines
from commerce.checkout.stock import hold
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.models import Reservation, Stock
from tests.commerce.catalog.test_bundles import make_bundle
from tests.commerce.checkout.carts import content, facts_of, refused
from tests.factories import make_checkout, make_variant
from tests.shoppers import add_line

pytestmark = pytest.mark.django_db


def put(checkout: Checkout, *lines: NewLine) -> Checkout:
    return add_lines(checkout_id=checkout.id, lines=lines, actor=ANONYMOUS)


def test_what_a_bundle_takes_is_not_there_for_its_part_and_the_other_way_round() -> None:
    cup, pot = make_variant(stock=7), make_variant(stock=9)
    tea_set, cart = make_bundle((cup, 2), (pot, 1)), make_checkout()
    put(cart, NewLine(tea_set.id, 2))
    assert facts_of(lambda: put(cart, NewLine(cup.id, 4))) == {"available_quantity": 3}
    put(cart, NewLine(cup.id, 3))
    assert facts_of(lambda: put(cart, NewLine(tea_set.id, 1))) == {"available_quantity": 2}
    cups = cart.lines.get(variant=cup)
    update_lines(checkout_id=cart.id, lines=[LineChange(cups.id, quantity=1)], actor=ANONYMOUS)
    put(cart, NewLine(tea_set.id, 1))
    assert content(cart) == [(tea_set.sku, 3), (cup.sku, 1)]


def test_both_in_one_call_are_weighed_together() -> None:
    cup = make_variant(stock=5)
    pair, cart = make_bundle((cup, 2)), make_checkout()
    with refused() as faults:
        put(cart, NewLine(pair.id, 2), NewLine(cup.id, 2))
    assert faults == [("INSUFFICIENT_STOCK", ("lines", "1", "quantity"))]


def test_a_bundle_that_lacks_a_part_does_not_keep_the_others_from_being_set_aside() -> None:
    cup, pot = make_variant(stock=1), make_variant(stock=0)
    cart = make_checkout(make_bundle((cup, 1), (pot, 1)))
    cups = add_line(cart, cup)
    hold(cart, list(cart.lines.order_by("id")), "US")
    assert [(row.checkout_line_id, row.stock.variant_id) for row in Reservation.objects.all()] == [(cups.id, cup.id)]
    Stock.objects.filter(variant=pot).update(on_hand=1)
    cups.delete()
    hold(cart, list(cart.lines.all()), "US")
    assert sorted(row.stock.variant_id for row in Reservation.objects.all()) == sorted([cup.id, pot.id])


def test_what_is_hidden_and_what_is_sold_out_are_left_out_together() -> None:
    cup, gone, hidden = make_variant(), make_variant(stock=0), make_variant()
    cart = make_checkout(make_bundle((hidden, 1)))
    cups = add_line(cart, cup)
    add_line(cart, gone)
    unpublish_product(product_id=hidden.product_id, channel=cart.channel, actor=SYSTEM)
    hold(cart, list(cart.lines.order_by("id")), "US")
    assert Reservation.objects.get().checkout_line_id == cups.id
