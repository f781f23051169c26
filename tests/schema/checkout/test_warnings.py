"""A cart says what the shopper should know: prices that changed, units that were cut."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import VariantChannelListing
from commerce.catalog.price_range import refresh_price_ranges
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.notices import added, code_removed
from tests.factories import PASSWORD, make_channel, make_customer, make_variant
from tests.schema.doing import ADDRESS, Shopper, customer, gid, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

WARNINGS = """{ warnings { code message line { id } previousPrice { amount currency } currentPrice { amount }
  previousQuantity promoCode } problems { __typename } lines { id quantity } }"""


def told(shopper: Shopper) -> list[dict[str, Any]]:
    """What the cart warns of."""
    found: list[dict[str, Any]] = shopper.look(WARNINGS)["warnings"]
    return found


def cost(variant: Any, price: int) -> None:
    """Let a variant cost something else."""
    VariantChannelListing.objects.filter(variant=variant).update(price_amount=price)
    refresh_price_ranges([variant.product_id])


def test_a_shopper_is_told_that_a_price_has_changed_until_they_have_seen_it() -> None:
    mug, plate = make_variant(price=1000), make_variant(price=2000)
    shopper = Shopper()
    line = shopper.open_cart(mug, plate)["lines"][0]
    assert told(shopper) == []
    cost(mug, 1250)
    (warning,) = told(shopper)
    assert warning["message"]
    assert warning | {"message": ""} == {
        "code": "PRICE_CHANGED",
        "message": "",
        "line": {"id": line["id"]},
        "previousPrice": {"amount": 10.0, "currency": "USD"},
        "currentPrice": {"amount": 12.5},
        "previousQuantity": None,
        "promoCode": None,
    }
    assert shopper.look(WARNINGS)["problems"] == [], "it stops nothing"
    shopper.do("checkoutWarningsDismiss", id=shopper.cart)
    assert told(shopper) == []
    cost(mug, 1000)
    assert [each["previousPrice"]["amount"] for each in told(shopper)] == [12.5]


def test_what_cannot_be_bought_any_more_is_a_problem_and_no_warning() -> None:
    mug = make_variant(price=1000)
    shopper = Shopper()
    shopper.open_cart(mug)
    VariantChannelListing.objects.filter(variant=mug).delete()
    refresh_price_ranges([mug.product_id])
    found = shopper.look(WARNINGS)
    assert found["warnings"] == []
    assert [each["__typename"] for each in found["problems"]] == ["CheckoutLineProblemVariantNotAvailable"]


@pytest.mark.parametrize("metadata", [[], [{"key": "engraving", "value": "Ada"}]])
def test_a_merge_above_the_limit_says_what_was_cut(metadata: list[dict[str, str]]) -> None:
    make_channel(quantity_limit_per_line=10)
    mug, user = make_variant(stock=99), make_customer("ada@example.com")
    own = Shopper(customer(user))
    own.open_cart(mug, quantity=8)
    guest = Shopper()
    guest.open_cart()
    wanted = {"variantId": gid("ProductVariant", mug.id), "quantity": 7, "metadata": metadata}
    guest.do("checkoutLinesAdd", lines=[wanted])
    merging = """mutation($id: ID, $email: String!, $password: String!) {
      tokenCreate(email: $email, password: $password, checkoutId: $id) { checkout { id } errors { code } } }"""
    guest.api.send(merging, id=guest.cart, email="ada@example.com", password=PASSWORD)
    merged = own.look(WARNINGS)
    quantities = {line["id"]: line["quantity"] for line in merged["lines"]}
    (warning,) = merged["warnings"]
    assert (warning["code"], sum(quantities.values())) == ("QUANTITY_REDUCED", 10)
    cut = quantities[warning["line"]["id"]]
    assert (warning["previousQuantity"], cut) == ((7, 2) if metadata else (15, 10))
    own.do("checkoutLinesUpdate", lines=[{"lineId": warning["line"]["id"], "quantity": 1}])
    assert told(own) == [], "the shopper has chosen for themselves"


def test_a_merge_within_the_limit_warns_of_nothing() -> None:
    mug, user = make_variant(stock=99), make_customer("ada@example.com")
    own = Shopper(customer(user))
    own.open_cart(mug, quantity=8)
    guest = Shopper()
    guest.open_cart(mug, quantity=7)
    own.as_(own.api.token).ask("checkoutCustomerAttach", id=guest.cart)
    assert Checkout.objects.exclude(notices=[]).count() == 0


def test_a_code_that_was_taken_out_is_named_once() -> None:
    shopper = Shopper()
    shopper.open_cart(make_variant())
    cart = row(shopper.cart)
    notices = added(cart, [code_removed("SPRING"), code_removed("SPRING")])
    Checkout.objects.filter(id=cart.id).update(notices=notices)
    assert [(each["code"], each["promoCode"], each["line"]) for each in told(shopper)] == [
        ("CODE_REMOVED", "SPRING", None)
    ]
    shopper.do("checkoutWarningsDismiss", id=shopper.cart)
    assert told(shopper) == []


def test_a_present_has_a_card_and_the_order_keeps_it() -> None:
    shopper = Shopper()
    shopper.open_cart(make_variant(is_shipping_required=False), billingAddress=ADDRESS, email="ada@example.com")
    gift = "checkout { isGift giftMessage } errors { code path }"

    def change(**fields: Any) -> Any:
        return shopper.ask("checkoutUpdate", select=gift, input=fields)

    assert change(giftMessage="For you").payload["checkout"] == {"isGift": True, "giftMessage": "For you"}
    for wrong in ({"isGift": False, "giftMessage": "x"}, {"giftMessage": "x\x00"}, {"giftMessage": "x" * 1001}):
        assert change(**wrong).problems == [("INVALID", ["input", "giftMessage"])]
    assert change(isGift=False).payload["checkout"] == {"isGift": False, "giftMessage": ""}
    assert change(isGift=True).payload["checkout"] == {"isGift": True, "giftMessage": ""}
    change(giftMessage="For you")
    payment = {"id": "dummy", "data": {"outcome": "approve"}}
    placed = shopper.ask("checkoutComplete", select="order { isGift giftMessage } errors { code }", payment=payment)
    assert placed.payload == {"order": {"isGift": True, "giftMessage": "For you"}, "errors": []}


def test_metadata_of_a_cart_and_of_its_lines_are_changed_and_taken_out() -> None:
    shopper = Shopper()
    line = shopper.open_cart(make_variant())["lines"][0]["id"]
    for item, kind in ((shopper.cart, "Checkout"), (line, "CheckoutLine")):
        entries = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
        found = shopper.do("updateMetadata", id=item, input=entries)["item"]
        assert found == {"__typename": kind, "metadata": entries}
        found = shopper.do("updateMetadata", id=item, input=[{"key": "a", "value": "3"}])["item"]
        assert found["metadata"] == [{"key": "a", "value": "3"}, {"key": "b", "value": "2"}]
        found = shopper.do("deleteMetadata", id=item, keys=["a", "nothing"])["item"]
        assert found["metadata"] == [{"key": "b", "value": "2"}]
    assert shopper.look("{ metadata { key } lines { metadata { key } } }") == {
        "metadata": [{"key": "b"}],
        "lines": [{"metadata": [{"key": "b"}]}],
    }


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"key": " ", "value": "x"}, "REQUIRED"),
        ({"key": "a\x00", "value": "x"}, "INVALID"),
        ({"key": "a" * 256, "value": "x"}, "INVALID"),
    ],
)
def test_metadata_that_cannot_be_kept(entry: dict[str, str], code: str) -> None:
    shopper = Shopper()
    line = shopper.open_cart(make_variant())["lines"][0]["id"]
    for item in (shopper.cart, line):
        assert shopper.ask("updateMetadata", id=item, input=[entry]).problems == [(code, ["input"])]


def test_metadata_of_somebody_elses_cart_and_of_other_things_are_not_found() -> None:
    ada, eve = Shopper(customer(make_customer())), Shopper(customer(make_customer()))
    line = ada.open_cart(make_variant())["lines"][0]["id"]
    entry = [{"key": "a", "value": "x"}]
    for item in (ada.cart, line, gid("CheckoutLine", "01890000-0000-7000-8000-000000000000")):
        assert eve.ask("updateMetadata", id=item, input=entry).problems == [("NOT_FOUND", ["id"])]
        assert eve.ask("deleteMetadata", id=item, keys=["a"]).problems == [("NOT_FOUND", ["id"])]
    product = gid("Product", "01890000-0000-7000-8000-000000000000")
    assert eve.ask("updateMetadata", id=product, input=entry).problems == [("GRAPHQL_ERROR", ["id"])]
    assert CheckoutLine.objects.get().metadata == {}
