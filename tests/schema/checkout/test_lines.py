"""What a cart does not take, with the code, the place, and the cart as it still is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.checkout.models import Checkout
from tests.factories import list_product, make_channel, make_product, make_variant
from tests.schema.buying import NOBODYS
from tests.schema.doing import Shopper, gid

pytestmark = pytest.mark.django_db


def units(variant: Any, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """An entry of `lines`."""
    return {"variantId": gid("ProductVariant", variant.id), "quantity": quantity, **more}


@pytest.fixture
def shopper() -> Shopper:
    """Somebody with one mug in the cart."""
    someone = Shopper()
    someone.open_cart(make_variant(price=1000, stock=10))
    return someone


def assert_refused(shopper: Shopper, name: str, *problems: tuple[str, list[str]], **arguments: Any) -> Any:
    """The mutation is refused for exactly these reasons, shows the cart, and leaves it as it was; its errors."""
    before = shopper.look()
    answer = shopper.ask(name, **arguments)
    assert answer.problems == list(problems)
    assert answer.payload["checkout"] == before
    assert shopper.look() == before
    return answer.payload["errors"]


def test_the_same_variant_adds_up_and_another_metadata_is_another_line(shopper: Shopper) -> None:
    mug = make_variant()
    shopper.do("checkoutLinesAdd", lines=[units(mug), units(mug, 2)])
    engraved = units(mug, metadata=[{"key": "engraving", "value": "Ada"}])
    cart = shopper.do("checkoutLinesAdd", lines=[engraved, units(mug, forceNewLine=True)])["checkout"]
    assert [(line["variant"]["sku"], line["quantity"]) for line in cart["lines"]][1:] == [
        (mug.sku, 3),
        (mug.sku, 1),
        (mug.sku, 1),
    ]


def test_a_quantity_is_changed_and_zero_removes_the_line(shopper: Shopper) -> None:
    (line,) = shopper.look()["lines"]
    cart = shopper.do("checkoutLinesUpdate", lines=[{"lineId": line["id"], "quantity": 4}])["checkout"]
    assert (cart["quantity"], cart["subtotalPrice"]["gross"]["amount"]) == (4, 40.0)
    empty = shopper.do("checkoutLinesUpdate", lines=[{"lineId": line["id"], "quantity": 0}])["checkout"]
    assert (empty["lines"], empty["totalPrice"]["gross"]["amount"]) == ([], 0.0)


def test_lines_are_deleted(shopper: Shopper) -> None:
    (line,) = shopper.look()["lines"]
    assert shopper.do("checkoutLinesDelete", linesIds=[line["id"]])["checkout"]["lines"] == []
    assert_refused(shopper, "checkoutLinesDelete", ("NOT_FOUND", ["linesIds", "0"]), linesIds=[line["id"]])


@pytest.mark.parametrize("quantity", [0, -1, -(2**31)])
def test_no_units_and_fewer_cannot_be_added(shopper: Shopper, quantity: int) -> None:
    wanted = [units(make_variant(), quantity)]
    assert_refused(shopper, "checkoutLinesAdd", ("ZERO_QUANTITY", ["lines", "0", "quantity"]), lines=wanted)


def test_a_line_has_no_negative_quantity(shopper: Shopper) -> None:
    (line,) = shopper.look()["lines"]
    change = [{"lineId": line["id"], "quantity": -3}]
    assert_refused(shopper, "checkoutLinesUpdate", ("ZERO_QUANTITY", ["lines", "0", "quantity"]), lines=change)


def test_more_units_than_the_channel_lets_anybody_have(shopper: Shopper) -> None:
    wanted = [units(make_variant(stock=10**6), 2**31 - 1)]
    assert_refused(
        shopper, "checkoutLinesAdd", ("QUANTITY_GREATER_THAN_LIMIT", ["lines", "0", "quantity"]), lines=wanted
    )


@pytest.mark.parametrize("quantity", [2**31, 10**30, 1.5, "NaN", None])
def test_a_quantity_that_is_no_integer_never_gets_to_the_shop(shopper: Shopper, quantity: Any) -> None:
    before = shopper.look()
    answer = shopper.ask("checkoutLinesAdd", lines=[units(make_variant(), quantity)])
    assert answer.codes == ["BAD_USER_INPUT"]
    assert shopper.look() == before


def test_more_units_than_there_are_with_how_many_there_are(shopper: Shopper) -> None:
    rare = make_variant(stock=2)
    (error,) = assert_refused(
        shopper, "checkoutLinesAdd", ("INSUFFICIENT_STOCK", ["lines", "0", "quantity"]), lines=[units(rare, 3)]
    )
    assert (error["availableQuantity"], error["field"]) == (2, "quantity")


def test_every_line_that_is_wrong_is_named(shopper: Shopper) -> None:
    gone, rare = make_variant(price=None), make_variant(stock=0)
    assert_refused(
        shopper,
        "checkoutLinesAdd",
        ("UNAVAILABLE_VARIANT_IN_CHANNEL", ["lines", "0", "variantId"]),
        ("INSUFFICIENT_STOCK", ["lines", "2", "quantity"]),
        lines=[units(gone), units(make_variant()), units(rare)],
    )


def test_ten_thousand_lines_are_refused(shopper: Shopper) -> None:
    mug = make_variant()
    before = shopper.look()
    answer = shopper.ask("checkoutLinesAdd", lines=[units(mug)] * 10_000)
    assert answer.codes == ["LIMIT_EXCEEDED"]
    assert_refused(shopper, "checkoutLinesAdd", ("TOO_MANY_LINES", ["lines"]), lines=[units(mug)] * 101)
    assert shopper.look() == before


@pytest.mark.parametrize("price", ["0.01", 0, "999999999"])
def test_a_price_from_the_browser_is_refused(shopper: Shopper, price: Any) -> None:
    cheap = [units(make_variant(), price=price)]
    assert_refused(shopper, "checkoutLinesAdd", ("INVALID", ["lines", "0", "price"]), lines=cheap)
    (line,) = shopper.look()["lines"]
    change = [{"lineId": line["id"], "price": price}]
    assert_refused(shopper, "checkoutLinesUpdate", ("INVALID", ["lines", "0", "price"]), lines=change)


def test_a_reason_for_a_price_is_refused_without_one(shopper: Shopper) -> None:
    reasoned = [units(make_variant(), priceOverrideReason="because")]
    place = ["lines", "0", "priceOverrideReason"]
    assert_refused(shopper, "checkoutLinesAdd", ("PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE", place), lines=reasoned)


@pytest.mark.parametrize("id", [gid("Product", NOBODYS), "", "x", "1", "UHJvZHVjdFZhcmlhbnQ6MQ=="])
def test_an_id_that_is_not_a_variants(shopper: Shopper, id: str) -> None:
    wanted = [units(make_variant()), {"variantId": id, "quantity": 1}]
    assert_refused(shopper, "checkoutLinesAdd", ("GRAPHQL_ERROR", ["lines", "1", "variantId"]), lines=wanted)


def test_a_variant_that_nobody_has(shopper: Shopper) -> None:
    wanted = [{"variantId": gid("ProductVariant", NOBODYS), "quantity": 1}]
    assert_refused(shopper, "checkoutLinesAdd", ("NOT_FOUND", ["lines", "0", "variantId"]), lines=wanted)


def test_a_line_of_another_cart(shopper: Shopper) -> None:
    other = Shopper()
    (theirs,) = other.open_cart(make_variant())["lines"]
    change = [{"lineId": theirs["id"], "quantity": 5}]
    assert_refused(shopper, "checkoutLinesUpdate", ("NOT_FOUND", ["lines", "0", "lineId"]), lines=change)
    assert_refused(shopper, "checkoutLinesDelete", ("NOT_FOUND", ["linesIds", "0"]), linesIds=[theirs["id"]])
    assert_refused(shopper, "checkoutLinesUpdate", ("REQUIRED", ["lines", "0", "lineId"]), lines=[{"quantity": 1}])
    assert other.look()["quantity"] == 1


def test_what_another_channel_sells_is_not_sold_here(shopper: Shopper) -> None:
    eu = make_channel("eu", currency_code="EUR")
    german = make_variant(channel=eu)
    problem = ("UNAVAILABLE_VARIANT_IN_CHANNEL", ["lines", "0", "variantId"])
    assert_refused(shopper, "checkoutLinesAdd", problem, lines=[units(german)])
    list_product(german.product, make_channel())  # shown, but without a price
    assert_refused(shopper, "checkoutLinesAdd", problem, lines=[units(german)])


def test_what_is_not_published_or_not_yet_for_sale(shopper: Shopper) -> None:
    hidden = make_variant(product=make_product(is_published=False))
    place = ["lines", "0", "variantId"]
    assert_refused(shopper, "checkoutLinesAdd", ("PRODUCT_NOT_PUBLISHED", place), lines=[units(hidden)])
    early = make_variant()
    early.product.channel_listings.update(available_for_purchase_at=timezone.now() + timedelta(days=1))
    assert_refused(shopper, "checkoutLinesAdd", ("PRODUCT_UNAVAILABLE_FOR_PURCHASE", place), lines=[units(early)])


def test_metadata_floods_are_refused(shopper: Shopper) -> None:
    flood = [{"key": f"k{number}", "value": "v"} for number in range(51)]
    wanted = [units(make_variant(), metadata=flood)]
    assert_refused(shopper, "checkoutLinesAdd", ("INVALID", ["lines", "0", "metadata"]), lines=wanted)


def test_a_cart_is_opened_in_a_channel_that_is_open_and_with_lines_that_can_be_had() -> None:
    closed = make_channel("closed", is_active=False)
    make_channel()
    shopper, before = Shopper(), Checkout.objects.count()
    for given, code in ((None, "MISSING_CHANNEL_SLUG"), ("nowhere", "NOT_FOUND"), (closed.slug, "CHANNEL_INACTIVE")):
        answer = shopper.ask("checkoutCreate", input={"channel": given})
        assert answer.problems == [(code, ["input", "channel"])]
        assert answer.payload["checkout"] is None
    rare = make_variant(stock=1)
    answer = shopper.ask("checkoutCreate", input={"channel": "default-channel", "lines": [units(rare, 2)]})
    assert answer.problems == [("INSUFFICIENT_STOCK", ["input", "lines", "0", "quantity"])]
    assert Checkout.objects.count() == before, "nothing is left of a cart that was refused"


def test_no_id_and_a_strangers_id_at_all() -> None:
    mug, shopper = make_variant(), Shopper()
    answer = shopper.ask("checkoutLinesAdd", lines=[units(mug)])
    assert answer.problems == [("REQUIRED", ["id"])]
    assert answer.payload["checkout"] is None
    assert shopper.ask("checkoutLinesAdd", id="x", lines=[units(mug)]).problems == [("GRAPHQL_ERROR", ["id"])]
    unknown = gid("Checkout", NOBODYS)
    assert shopper.ask("checkoutLinesAdd", id=unknown, lines=[units(mug)]).problems == [("NOT_FOUND", ["id"])]
