"""Who buys and where it goes: what is refused, where, and that the cart is shown all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import make_address, make_customer, make_shipping_method, make_variant
from tests.schema.doing import ADDRESS, Shopper, customer, gid, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper() -> Shopper:
    """Somebody with one mug in the cart."""
    someone = Shopper()
    someone.open_cart(make_variant(price=1000))
    return someone


@pytest.mark.parametrize(
    ("email", "code"),
    [("", "REQUIRED"), ("ada", "INVALID"), ("a@b\x00.de", "INVALID"), ("a" * 250 + "@x.de", "INVALID")],
)
def test_an_email_that_is_none(shopper: Shopper, email: str, code: str) -> None:
    answer = shopper.ask("checkoutEmailUpdate", email=email)
    assert answer.problems == [(code, ["email"])]
    assert answer.payload["checkout"]["email"] is None


@pytest.mark.parametrize(
    ("wrong", "code", "name"),
    [
        ({"country": None}, "REQUIRED", "country"),
        ({"postalCode": ""}, "REQUIRED", "postalCode"),
        ({"postalCode": "9"}, "INVALID", "postalCode"),
        ({"countryArea": "Bavaria"}, "INVALID", "countryArea"),
        ({"streetAddress1": "", "streetAddress2": ""}, "REQUIRED", "streetAddress1"),
        ({"phone": "call me"}, "INVALID", "phone"),
        ({"firstName": "x" * 10_000}, "INVALID", "firstName"),
        ({"city": "\x00"}, "INVALID", "city"),
        ({"metadata": [{"key": f"k{n}", "value": ""} for n in range(51)]}, "INVALID", "metadata"),
        ({"metadata": [{"key": "a", "value": "\x00"}]}, "INVALID", "metadata"),
    ],
)
def test_an_address_that_is_none(shopper: Shopper, wrong: dict[str, Any], code: str, name: str) -> None:
    answer = shopper.ask("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, **wrong})
    assert answer.problems == [(code, ["shippingAddress", name])]
    assert answer.payload["errors"][0]["field"] == name
    assert answer.payload["checkout"]["shippingAddress"] is None
    billing = shopper.ask("checkoutBillingAddressUpdate", billingAddress={**ADDRESS, **wrong})
    assert billing.problems == [(code, ["billingAddress", name])]


def test_checks_can_be_waived_but_skipping_them_is_for_staff(shopper: Shopper) -> None:
    sketch = {"country": "US", "city": "Mountain View"}
    lenient = {"checkRequiredFields": False, "enableFieldsNormalization": False}
    skipping = shopper.ask("checkoutShippingAddressUpdate", shippingAddress={**sketch, "skipValidation": True})
    assert {code for code, _ in skipping.problems} == {"REQUIRED"}
    kept = shopper.do("checkoutShippingAddressUpdate", shippingAddress=sketch, validationRules=lenient)["checkout"]
    assert kept["shippingAddress"]["city"] == "Mountain View"


def test_a_country_that_is_none_is_refused_before_the_shop_hears_of_it(shopper: Shopper) -> None:
    answer = shopper.ask("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "country": "XX"})
    assert answer.codes == ["BAD_USER_INPUT"]


def test_the_address_book_is_not_touched_by_a_cart() -> None:
    user = make_customer()
    home = make_address(user=user, city="London")
    shopper = Shopper(customer(user))
    shopper.open_cart(make_variant())
    shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)
    shopper.do("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "city": "Palo Alto"})
    home.refresh_from_db()
    assert home.city == "London"
    used = row(shopper.cart).shipping_address
    assert used is not None
    assert used.user_id is None


def test_no_delivery_without_an_address_and_none_for_what_is_not_shipped(shopper: Shopper) -> None:
    parcel = make_shipping_method()
    assert shopper.do("deliveryOptionsCalculate")["deliveries"] == []
    chosen = {"deliveryMethodId": gid("ShippingMethod", parcel.id)}
    assert shopper.ask("checkoutDeliveryMethodUpdate", **chosen).problems == [
        ("SHIPPING_ADDRESS_NOT_SET", ["deliveryMethodId"])
    ]
    download = Shopper()
    cart = download.open_cart(make_variant(is_shipping_required=False), shippingAddress=ADDRESS)
    assert cart["isShippingRequired"] is False
    assert download.do("deliveryOptionsCalculate")["deliveries"] == []
    assert download.ask("checkoutDeliveryMethodUpdate", **chosen).problems == [
        ("SHIPPING_NOT_REQUIRED", ["deliveryMethodId"])
    ]


def test_a_delivery_that_is_not_offered(shopper: Shopper) -> None:
    make_shipping_method("Parcel")
    heavy = make_shipping_method("Pallet", minimum_subtotal=100_000)
    shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)
    assert [each["shippingMethod"]["name"] for each in shopper.do("deliveryOptionsCalculate")["deliveries"]] == [
        "Parcel"
    ]
    for wanted, code in (
        (gid("ShippingMethod", heavy.id), "INVALID_SHIPPING_METHOD"),
        (gid("ShippingMethod", heavy.zone_id), "NOT_FOUND"),
        (gid("Delivery", heavy.zone_id), "NOT_FOUND"),
        (gid("Checkout", heavy.id), "GRAPHQL_ERROR"),
    ):
        answer = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=wanted)
        assert answer.problems == [(code, ["deliveryMethodId"])]
        assert answer.payload["checkout"]["delivery"] is None
    assert shopper.ask("deliveryOptionsCalculate", id="x").problems == [("GRAPHQL_ERROR", ["id"])]


def test_a_delivery_of_another_cart_is_not_this_ones(shopper: Shopper) -> None:
    make_shipping_method()
    other = Shopper()
    other.open_cart(make_variant(), shippingAddress=ADDRESS)
    (theirs,) = other.do("deliveryOptionsCalculate")["deliveries"]
    shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)
    answer = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=theirs["id"])
    assert answer.problems == [("NOT_FOUND", ["deliveryMethodId"])]


def test_a_delivery_whose_price_changed_is_stale_until_it_is_chosen_again(shopper: Shopper) -> None:
    parcel = make_shipping_method(price=500)
    shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)
    (offer,) = shopper.do("deliveryOptionsCalculate")["deliveries"]
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=offer["id"])
    parcel.channel_listings.update(price_amount=700)
    fields = """{ problems { __typename ... on CheckoutProblemDeliveryMethodStale { delivery { id
        shippingMethod { name price { amount currency } } } } } shippingPrice { gross { amount } } }"""
    stale = shopper.look(fields)
    assert stale["shippingPrice"]["gross"]["amount"] == 7.0
    (problem,) = stale["problems"]
    assert problem["__typename"] == "CheckoutProblemDeliveryMethodStale"
    assert problem["delivery"]["id"] == offer["id"]
    assert problem["delivery"]["shippingMethod"]["price"] == {"amount": 5.0, "currency": "USD"}, "as it was shown"
    again = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=offer["id"])["checkout"]
    assert again["problems"] == []


def test_a_delivery_that_does_not_go_there_any_more_is_a_problem_and_can_be_taken_back(shopper: Shopper) -> None:
    parcel = make_shipping_method(price=500)
    shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)
    chosen = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("ShippingMethod", parcel.id))["checkout"]
    assert chosen["delivery"]["shippingMethod"]["id"] == gid("ShippingMethod", parcel.id)
    parcel.is_active = False
    parcel.save()
    (problem,) = shopper.look(
        "{ problems { __typename ... on CheckoutProblemDeliveryMethodInvalid { "
        "delivery { shippingMethod { active } } } } }"
    )["problems"]
    assert problem["__typename"] == "CheckoutProblemDeliveryMethodInvalid"
    assert problem["delivery"]["shippingMethod"]["active"] is False
    none = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=None)["checkout"]
    assert (none["delivery"], none["problems"]) == (None, [])


def test_problems_of_lines_name_the_line_and_what_is_left() -> None:
    rare, gone = make_variant(stock=5), make_variant()
    shopper = Shopper()
    first, second = shopper.open_cart(rare, gone, quantity=3)["lines"]
    rare.stocks.update(on_hand=1)
    gone.product.channel_listings.update(is_published=False)
    problems = shopper.look(
        """{ problems { __typename
        ... on CheckoutLineProblemInsufficientStock { availableQuantity line { id quantity } }
        ... on CheckoutLineProblemVariantNotAvailable { line { id variant { sku } } } } }"""
    )["problems"]
    assert problems == [
        {
            "__typename": "CheckoutLineProblemInsufficientStock",
            "availableQuantity": 1,
            "line": {"id": first["id"], "quantity": 3},
        },
        {
            "__typename": "CheckoutLineProblemVariantNotAvailable",
            "line": {"id": second["id"], "variant": {"sku": gone.sku}},
        },
    ]


def test_the_form_of_an_address_follows_the_country() -> None:
    asked = """query($country: CountryCode!, $area: String) {
      addressValidationRules(countryCode: $country, countryArea: $area) {
      countryCode countryName addressFormat requiredFields allowedFields upperFields countryAreaType
      countryAreaChoices { raw verbose } postalCodeType postalCodeMatchers postalCodeExamples } }"""
    rules = Shopper().api.send(asked, country="US", area="CA").data["addressValidationRules"]
    assert (rules["countryCode"], rules["countryAreaType"], rules["postalCodeType"]) == ("US", "state", "zip")
    assert {"raw": "CA", "verbose": "California"} in rules["countryAreaChoices"]
    assert {"streetAddress1", "city", "countryArea", "postalCode"} <= set(rules["requiredFields"])
    austria = Shopper().api.send(asked, country="AT").data["addressValidationRules"]
    assert austria["countryAreaChoices"] == []
    assert "countryArea" not in austria["requiredFields"]
    assert Shopper().api.send(asked, country="XX").codes == ["BAD_USER_INPUT"]
