"""What the answer to a change of a cart takes over from it, and for how long."""

from __future__ import annotations

import pytest

from commerce.catalog.models import VariantChannelListing
from commerce.checkout.inputs import CheckoutChanges, NewAddress, NewLine
from commerce.checkout.known import stock_taken_from
from commerce.checkout.outside_taxes import taxed_quotes
from commerce.checkout.problems import problems_of
from commerce.checkout.quote import quote
from commerce.checkout.services import add_lines, create_checkout, update_checkout
from commerce.core.actor import ANONYMOUS
from tests.commerce.checkout.carts import HOME
from tests.factories import make_channel, make_shipping_method, make_variant
from tests.shoppers import ready_checkout
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


def test_the_answer_to_a_change_asks_only_for_what_nobody_has_read() -> None:
    mug, cup = make_variant(price=1000), make_variant(price=700)
    cart = ready_checkout(mug)
    changed = add_lines(checkout_id=cart.id, lines=[NewLine(cup.id, 2)], actor=ANONYMOUS)

    with recorded_statements() as statements:
        answered = taxed_quotes([changed])[cart.id]
    told = str(statements)
    assert "checkout_lines_of_carts" not in told
    assert "offers_of_variants" not in told
    assert "places_of_addresses" not in told
    assert "what_a_cart_holds" not in told
    assert "goods_for_a_cart" not in told
    assert answered == quote(cart)


def test_what_was_read_for_a_change_serves_one_answer_and_no_other() -> None:
    mug = make_variant(price=1000)
    cart = ready_checkout(make_variant(price=100))
    changed = add_lines(checkout_id=cart.id, lines=[NewLine(mug.id, 1)], actor=ANONYMOUS)
    answered = taxed_quotes([changed])[cart.id]
    VariantChannelListing.objects.filter(variant=mug).update(price_amount=4000)

    again = taxed_quotes([changed])[cart.id]
    assert again.total.gross.amount - answered.total.gross.amount == 3000
    assert again == quote(cart)


def test_an_address_and_a_delivery_of_the_same_call_are_what_the_answer_is_reckoned_with() -> None:
    method = make_shipping_method(price=500)
    cart = ready_checkout(make_variant(price=1000), shipping_address=None)
    changes = CheckoutChanges(shipping_address=NewAddress(HOME), delivery_id=method.id)

    changed = update_checkout(checkout_id=cart.id, changes=changes, actor=ANONYMOUS)
    answered = taxed_quotes([changed])[cart.id]
    assert answered.shipping.gross.amount == 500
    cart.refresh_from_db()
    assert answered.total == quote(cart).total


def test_a_line_that_is_taken_out_is_in_no_answer() -> None:
    cart = ready_checkout(make_variant(price=1000), quantity=2)
    (line,) = cart.lines.all()
    changes = CheckoutChanges(remove_line_ids=[line.id], add_lines=[NewLine(make_variant(price=300).id, 1)])

    changed = update_checkout(checkout_id=cart.id, changes=changes, actor=ANONYMOUS)
    assert taxed_quotes([changed])[cart.id].subtotal.gross.amount == 300


def test_what_was_found_out_of_the_goods_of_a_new_cart_serves_the_problems_of_its_answer() -> None:
    mug, channel = make_variant(stock=2), make_channel()
    opened = create_checkout(
        channel_slug=channel.slug,
        lines=[NewLine(mug.id, 2)],
        shipping_address=NewAddress(HOME),
        actor=ANONYMOUS,
    )
    with recorded_statements() as statements:
        answered = taxed_quotes([opened])
        found = problems_of([opened], answered, {opened.id: stock_taken_from(opened)})
    assert (found[opened.id], list(statements)) == ([], [])


def test_goods_that_a_change_has_set_aside_are_no_problem_of_its_answer() -> None:
    mug, channel = make_variant(stock=2), make_channel(reservation_seconds=600)
    opened = create_checkout(channel_slug=channel.slug, lines=[NewLine(mug.id, 2)], actor=ANONYMOUS)
    found = problems_of([opened], taxed_quotes([opened]), {opened.id: stock_taken_from(opened)})
    assert found[opened.id] == []
