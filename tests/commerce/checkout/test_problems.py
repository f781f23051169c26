"""What stands between a cart and an order."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductChannelListing, VariantChannelListing
from commerce.checkout.inputs import NewLine
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.problems import (
    InsufficientStock,
    VariantNotAvailable,
    problems,
    problems_of,
    require_completable,
)
from commerce.checkout.quote import quote, quotes
from commerce.checkout.services import add_lines
from commerce.core.actor import ANONYMOUS
from commerce.inventory.models import Reservation, Stock
from tests.commerce.checkout.carts import refused
from tests.conftest import QueryBudget
from tests.factories import make_address, make_channel, make_checkout, make_shipping_method, make_variant

pytestmark = pytest.mark.django_db


def complete_cart(**fields: Any) -> Checkout:
    """A cart that could become an order at once, unless `fields` take something away."""
    method = make_shipping_method()
    addresses = {"shipping_address": make_address(), "billing_address": make_address()}
    cart = make_checkout(make_variant(price=1000, stock=5), quantity=2, **(addresses | fields))
    cart.delivery = CheckoutDelivery.objects.create(checkout=cart, method=method, name=method.name, price_amount=500)
    cart.save()
    return cart


def test_a_complete_cart_has_no_problems():
    cart = complete_cart()
    assert problems(cart, quote(cart)) == []
    require_completable(cart, quote(cart))


@pytest.mark.parametrize(
    ("missing", "code", "path"),
    [
        ({"email": ""}, "EMAIL_NOT_SET", ("email",)),
        ({"billing_address": None}, "BILLING_ADDRESS_NOT_SET", ("billing_address",)),
        ({"shipping_address": None}, "SHIPPING_ADDRESS_NOT_SET", ("shipping_address",)),
    ],
)
def test_what_is_missing_is_named(missing: dict[str, Any], code: str, path: tuple[str, ...]):
    cart = complete_cart(**missing)
    with refused() as faults:
        require_completable(cart, quote(cart))
    assert (code, path) in faults


def test_everything_that_is_missing_is_named_at_once():
    cart = make_checkout(make_variant(), email="")
    with refused() as faults:
        require_completable(cart, quote(cart))
    assert [code for code, _ in faults] == [
        "EMAIL_NOT_SET",
        "BILLING_ADDRESS_NOT_SET",
        "SHIPPING_ADDRESS_NOT_SET",
        "SHIPPING_METHOD_NOT_SET",
    ]


def test_an_empty_cart_is_no_order():
    cart = make_checkout(billing_address=make_address())
    with refused() as faults:
        require_completable(cart, quote(cart))
    assert faults == [("NO_LINES", ("lines",))]


def test_a_download_needs_neither_address_nor_delivery():
    cart = make_checkout(make_variant(is_shipping_required=False), billing_address=make_address())
    require_completable(cart, quote(cart))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_published": False}, "PRODUCT_NOT_PUBLISHED"),
        ({"available_for_purchase_at": None}, "PRODUCT_UNAVAILABLE_FOR_PURCHASE"),
        ({"available_for_purchase_at": timezone.now() + timedelta(days=9)}, "PRODUCT_UNAVAILABLE_FOR_PURCHASE"),
    ],
)
def test_a_product_that_is_withdrawn_meanwhile_is_not_sold(change: dict[str, Any], code: str):
    cart = complete_cart()
    ProductChannelListing.objects.update(**change)
    found = quote(cart)
    assert problems(cart, found) == [VariantNotAvailable(found.lines[0])]
    with refused() as faults:
        require_completable(cart, found)
    assert faults == [(code, ("lines", "0"))]


def test_a_variant_that_lost_its_price_is_not_sold_at_the_old_one():
    cart = complete_cart()
    add_lines(checkout_id=cart.id, lines=[NewLine(cart.lines.get().variant_id, 1)], actor=ANONYMOUS)
    VariantChannelListing.objects.all().delete()
    cart.refresh_from_db()
    with refused() as faults:
        require_completable(cart, quote(cart))
    assert faults == [("UNAVAILABLE_VARIANT_IN_CHANNEL", ("lines", "0"))]


def test_a_cart_beyond_all_money_is_no_order():
    cart = complete_cart()
    VariantChannelListing.objects.update(price_amount=10**15)
    with refused() as faults:
        require_completable(cart, quote(cart))
    assert faults == [("INVALID", ("lines",))]


def test_stock_that_was_sold_meanwhile_is_a_problem_of_every_line_that_wants_it():
    cart = complete_cart()
    variant = cart.lines.get().variant
    CheckoutLine.objects.create(checkout=cart, variant=variant, quantity=1, metadata={"engraving": "Ada"})
    assert problems(cart, quote(cart)) == []
    Stock.objects.update(on_hand=2)
    found = quote(cart)
    assert problems(cart, found) == [InsufficientStock(line, 2) for line in found.lines]


def test_what_is_set_aside_for_this_cart_is_there_for_it_and_for_nobody_else():
    cart = complete_cart()
    line, stock = cart.lines.get(), Stock.objects.get()
    Reservation.objects.create(
        checkout_id=cart.id, checkout_line_id=line.id, stock=stock, quantity=2, expires_at=timezone.now()
    )
    Stock.objects.update(on_hand=2, reserved=2)
    other = make_checkout(line.variant)
    found = quotes([cart, other])
    by_cart = problems_of([cart, other], found)
    assert by_cart[cart.id] == []
    assert by_cart[other.id] == [InsufficientStock(found[other.id].lines[0], 0)]


def test_carts_of_two_channels_each_get_what_they_hold_themselves():
    first, second = complete_cart(), make_checkout(channel=make_channel("outlet"))
    variant = make_variant(channel=second.channel)
    CheckoutLine.objects.create(checkout=second, variant=variant, quantity=2)
    for cart in (first, second):
        line = cart.lines.get()
        stock = Stock.objects.get(variant=line.variant)
        Reservation.objects.create(
            checkout_id=cart.id, checkout_line_id=line.id, stock=stock, quantity=2, expires_at=timezone.now()
        )
        Stock.objects.filter(id=stock.id).update(on_hand=2, reserved=2)
    carts = [first, second]
    assert problems_of(carts, quotes(carts)) == {first.id: [], second.id: []}


def test_the_problems_of_many_carts_cost_the_statements_of_one(query_budget: QueryBudget):
    carts = [complete_cart() for _ in range(4)]
    found = quotes(carts)
    with query_budget("cart problems"):
        problems_of(carts, found)
