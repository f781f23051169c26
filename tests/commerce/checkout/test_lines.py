"""Filling a cart and emptying it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductChannelListing, ProductVariant, VariantChannelListing
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.services import add_lines, delete_lines, update_lines
from commerce.core.actor import ANONYMOUS
from commerce.core.ids import uuid7
from tests.commerce.checkout.carts import content, facts_of, refused
from tests.conftest import QueryBudget
from tests.factories import (
    list_variant,
    make_address,
    make_channel,
    make_checkout,
    make_product,
    make_variant,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


def put(checkout: Checkout, *lines: NewLine) -> Checkout:
    return add_lines(checkout_id=checkout.id, lines=lines, actor=ANONYMOUS)


def change(checkout: Checkout, *lines: LineChange) -> Checkout:
    return update_lines(checkout_id=checkout.id, lines=lines, actor=ANONYMOUS)


def only_line(checkout: Checkout) -> CheckoutLine:
    return checkout.lines.get()


def test_the_same_mug_twice_is_one_line_of_two():
    mug, cart = make_variant(sku="MUG"), make_checkout()
    put(cart, NewLine(mug.id, 1))
    put(cart, NewLine(mug.id, 1))
    assert content(cart) == [("MUG", 2)]


def test_the_same_mug_twice_in_one_call_is_one_line_of_three():
    mug, cart = make_variant(sku="MUG"), make_checkout()
    put(cart, NewLine(mug.id, 1), NewLine(mug.id, 2))
    assert content(cart) == [("MUG", 3)]


def test_an_engraved_mug_stays_apart_from_a_plain_one():
    mug, cart = make_variant(sku="MUG"), make_checkout()
    put(cart, NewLine(mug.id, 1, {"engraving": "Ada"}))
    put(cart, NewLine(mug.id, 1))
    put(cart, NewLine(mug.id, 1, {"engraving": "Ada"}))
    assert content(cart) == [("MUG", 2), ("MUG", 1)]


def test_a_new_line_can_be_demanded():
    mug, cart = make_variant(sku="MUG"), make_checkout()
    put(cart, NewLine(mug.id, 1))
    put(cart, NewLine(mug.id, 1, force_new_line=True))
    assert content(cart) == [("MUG", 1), ("MUG", 1)]


def test_every_change_counts_the_version_up_and_keeps_the_cart_alive():
    mug, cart = make_variant(), make_checkout(expires_at=timezone.now() + timedelta(minutes=1))
    put(cart, NewLine(mug.id, 1))
    cart.refresh_from_db()
    assert cart.version == 2
    assert cart.expires_at > timezone.now() + timedelta(days=29)


def test_a_price_from_the_shopper_is_refused():
    mug, cart = make_variant(), make_checkout()
    with refused() as faults:
        put(cart, NewLine(mug.id, 1, price=Decimal("0.01")))
    assert faults == [("INVALID", ("lines", "0", "price"))]
    with refused() as faults:
        put(cart, NewLine(mug.id, 1, price_override_reason="I am a friend"))
    assert faults == [("PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE", ("lines", "0", "price_override_reason"))]
    put(cart, NewLine(mug.id, 1))
    with refused() as faults:
        change(cart, LineChange(only_line(cart).id, 1, price=Decimal(0)))
    assert faults == [("INVALID", ("lines", "0", "price"))]


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, "ZERO_QUANTITY"),
        (-1, "ZERO_QUANTITY"),
        (-(2**31), "ZERO_QUANTITY"),
        (51, "QUANTITY_GREATER_THAN_LIMIT"),
        (2**31 - 1, "QUANTITY_GREATER_THAN_LIMIT"),
        (10**30, "QUANTITY_GREATER_THAN_LIMIT"),
    ],
)
def test_a_quantity_that_makes_no_sense_is_refused(quantity: int, code: str):
    mug, cart = make_variant(stock=1000), make_checkout()
    with refused() as faults:
        put(cart, NewLine(mug.id, quantity))
    assert faults == [(code, ("lines", "0", "quantity"))]
    assert content(cart) == []


def test_every_fault_is_told_with_its_place_and_nothing_is_done():
    mug, cart = make_variant(), make_checkout()
    with refused() as faults:
        put(cart, NewLine(mug.id, 1), NewLine(uuid7(), 1), NewLine(mug.id, 0))
    assert faults == [("ZERO_QUANTITY", ("lines", "2", "quantity")), ("NOT_FOUND", ("lines", "1", "variant_id"))]
    cart.refresh_from_db()
    assert (content(cart), cart.version) == ([], 1)


def test_the_limit_counts_all_lines_of_a_variant():
    mug, cart = make_variant(sku="MUG", stock=100, quantity_limit_per_customer=5), make_checkout()
    put(cart, NewLine(mug.id, 3))
    with refused() as faults:
        put(cart, NewLine(mug.id, 2, {"engraving": "Ada"}), NewLine(mug.id, 1, force_new_line=True))
    assert faults == [("QUANTITY_GREATER_THAN_LIMIT", ("lines", "1", "quantity"))]
    assert content(cart) == [("MUG", 3)]


def test_who_wants_more_than_there_is_learns_how_many_there_are():
    mug, cart = make_variant(stock=3), make_checkout()
    put(cart, NewLine(mug.id, 2))
    assert facts_of(lambda: put(cart, NewLine(mug.id, 2))) == {"available_quantity": 3}
    with refused() as faults:
        put(cart, NewLine(mug.id, 2))
    assert faults == [("INSUFFICIENT_STOCK", ("lines", "0", "quantity"))]


def test_stock_that_does_not_ship_to_the_address_does_not_count():
    mug = make_variant(stock=3, warehouse=make_warehouse("alaska", countries=["CA"]))
    cart = make_checkout(shipping_address=make_address())
    assert facts_of(lambda: put(cart, NewLine(mug.id, 1))) == {"available_quantity": 0}


def test_what_is_not_tracked_or_may_be_sold_ahead_is_always_there():
    download = make_variant(sku="D", stock=None, track_inventory=False)
    preorder = make_variant(sku="P", stock=0, backorder_allowed=True)
    cart = make_checkout()
    put(cart, NewLine(download.id, 9), NewLine(preorder.id, 9))
    assert content(cart) == [("D", 9), ("P", 9)]


def _unpriced() -> ProductVariant:
    return make_variant(price=None)


def _elsewhere() -> ProductVariant:
    return make_variant(channel=make_channel("eu"))


def _listed(**fields: Any) -> ProductVariant:
    variant = make_variant()
    ProductChannelListing.objects.filter(product=variant.product_id).update(**fields)
    return variant


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_unpriced, "UNAVAILABLE_VARIANT_IN_CHANNEL"),
        (_elsewhere, "UNAVAILABLE_VARIANT_IN_CHANNEL"),
        (lambda: _listed(is_published=False), "PRODUCT_NOT_PUBLISHED"),
        (lambda: _listed(published_at=timezone.now() + timedelta(days=1)), "PRODUCT_NOT_PUBLISHED"),
        (lambda: _listed(available_for_purchase_at=None), "PRODUCT_UNAVAILABLE_FOR_PURCHASE"),
        (
            lambda: _listed(available_for_purchase_at=timezone.now() + timedelta(days=1)),
            "PRODUCT_UNAVAILABLE_FOR_PURCHASE",
        ),
    ],
)
def test_what_the_channel_does_not_sell_stays_out(make: Any, code: str):
    variant, cart = make(), make_checkout()
    with refused() as faults:
        put(cart, NewLine(variant.id, 1))
    assert faults == [(code, ("lines", "0", "variant_id"))]
    assert content(cart) == []


def test_a_price_in_this_channel_without_the_product_being_listed_here_is_not_enough():
    eu = make_channel("eu")
    variant, cart = make_variant(), make_checkout(channel=eu)
    list_variant(variant, eu, price=900)
    with refused() as faults:
        put(cart, NewLine(variant.id, 1))
    assert faults == [("UNAVAILABLE_VARIANT_IN_CHANNEL", ("lines", "0", "variant_id"))]


def test_a_call_has_a_hundred_lines_at_most():
    cart = make_checkout()
    for verb in (
        lambda: put(cart, *[NewLine(uuid7(), 1)] * 101),
        lambda: change(cart, *[LineChange(uuid7(), 1)] * 101),
        lambda: delete_lines(checkout_id=cart.id, line_ids=[uuid7()] * 101, actor=ANONYMOUS),
    ):
        with refused() as faults:
            verb()
        assert [code for code, _ in faults] == ["TOO_MANY_LINES"]


def test_a_cart_has_250_lines_at_most():
    mug, cart = make_variant(sku="MUG", stock=1000), make_checkout()
    CheckoutLine.objects.bulk_create(CheckoutLine(checkout=cart, variant=mug, quantity=1) for _ in range(249))
    make_channel().__class__.objects.update(quantity_limit_per_line=1000)
    put(cart, NewLine(mug.id, 1, force_new_line=True))
    with refused() as faults:
        put(cart, NewLine(mug.id, 1, force_new_line=True))
    assert faults == [("TOO_MANY_LINES", ("lines",))]
    assert cart.lines.count() == 250


def test_a_line_is_changed_and_zero_removes_it():
    mug, cart = make_variant(sku="MUG"), make_checkout()
    put(cart, NewLine(mug.id, 1, {"a": "1"}))
    line = only_line(cart)
    change(cart, LineChange(line.id, 4, {"b": "2"}))
    assert content(cart) == [("MUG", 4)]
    assert only_line(cart).metadata == {"a": "1", "b": "2"}
    change(cart, LineChange(line.id, metadata={"b": "3"}))
    assert (content(cart), only_line(cart).metadata["b"]) == ([("MUG", 4)], "3")
    change(cart, LineChange(line.id, 0))
    assert content(cart) == []


def test_another_carts_line_cannot_be_changed_or_removed():
    mug = make_variant(sku="MUG")
    mine, theirs = make_checkout(mug), make_checkout(mug)
    with refused() as faults:
        change(mine, LineChange(only_line(theirs).id, 5))
    assert faults == [("NOT_FOUND", ("lines", "0", "line_id"))]
    with refused() as faults:
        delete_lines(checkout_id=mine.id, line_ids=[only_line(mine).id, only_line(theirs).id], actor=ANONYMOUS)
    assert faults == [("NOT_FOUND", ("lines_ids", "1"))]
    assert content(mine) == content(theirs) == [("MUG", 1)]


def test_a_line_that_is_named_twice_is_refused():
    cart = make_checkout(make_variant(sku="MUG"))
    line = only_line(cart)
    with refused() as faults:
        change(cart, LineChange(line.id, 2), LineChange(line.id, 3))
    assert faults == [("INVALID", ("lines", "1", "line_id"))]
    with refused() as faults:
        change(cart, LineChange(line.id, -1))
    assert faults == [("ZERO_QUANTITY", ("lines", "0", "quantity"))]
    assert content(cart) == [("MUG", 1)]


def test_who_holds_more_than_there_is_may_still_take_some_out():
    mug = make_variant(sku="MUG", stock=2)
    cart = make_checkout(mug, quantity=5)
    change(cart, LineChange(only_line(cart).id, 4))
    assert content(cart) == [("MUG", 4)]
    VariantChannelListing.objects.all().delete()
    change(cart, LineChange(only_line(cart).id, 3))
    assert content(cart) == [("MUG", 3)]
    with refused() as faults:
        change(cart, LineChange(only_line(cart).id, 4))
    assert faults == [("UNAVAILABLE_VARIANT_IN_CHANNEL", ("lines", "0", "variant_id"))]


def test_units_can_move_between_two_lines_of_the_last_mugs():
    mug, cart = make_variant(sku="MUG", stock=3), make_checkout()
    put(cart, NewLine(mug.id, 2), NewLine(mug.id, 1, {"engraving": "Ada"}))
    plain, engraved = cart.lines.all()
    change(cart, LineChange(engraved.id, 2), LineChange(plain.id, 1))
    assert content(cart) == [("MUG", 1), ("MUG", 2)]
    with refused() as faults:
        change(cart, LineChange(engraved.id, 3), LineChange(plain.id, 1))
    assert faults == [("INSUFFICIENT_STOCK", ("lines", "0", "quantity"))]


def test_lines_are_removed():
    mug, cup, cart = make_variant(sku="MUG"), make_variant(sku="CUP"), make_checkout()
    put(cart, NewLine(mug.id, 1), NewLine(cup.id, 1))
    first = cart.lines.all()[0]
    delete_lines(checkout_id=cart.id, line_ids=[first.id, first.id], actor=ANONYMOUS)
    assert content(cart) == [("CUP", 1)]


@pytest.mark.parametrize(
    "metadata",
    [
        {"": "x"},
        {"k": "v" * 10_001},
        {"k" * 256: "v"},
        {"k": "a\x00b"},
        {"k": "\ud800"},
        {str(n): "" for n in range(51)},
    ],
)
def test_metadata_has_its_bounds(metadata: dict[str, str]):
    mug, cart = make_variant(), make_checkout()
    with refused() as faults:
        put(cart, NewLine(mug.id, 1, metadata))
    assert [path for _, path in faults] == [("lines", "0", "metadata")]


def test_ten_lines_cost_what_one_costs(query_budget: QueryBudget):
    product = make_product()
    variants = [make_variant(product=product) for _ in range(20)]
    cart = make_checkout(variants[0])
    with query_budget("cart edit"):
        put(cart, NewLine(variants[0].id, 1))
    with query_budget("cart edit"):
        put(cart, *(NewLine(variant.id, 1) for variant in variants[:10]))
    with query_budget("cart edit"):
        put(cart, *(NewLine(variant.id, 1) for variant in variants))
    lines = list(cart.lines.all())
    with query_budget("cart edit"):
        change(cart, *(LineChange(line.id, 2) for line in lines[:10]))
