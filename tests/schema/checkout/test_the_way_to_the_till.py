"""The whole way of a shopper through the cart, as storefronts walk it."""

from __future__ import annotations

import pytest

from tests.factories import make_channel, make_shipping_method, make_tax_rate, make_variant
from tests.schema.doing import ADDRESS, Shopper, gid, row

pytestmark = pytest.mark.django_db


def test_a_guest_fills_a_cart_says_who_and_where_and_chooses_a_delivery() -> None:
    mug, parcel = make_variant(price=1200, stock=9), make_shipping_method("Parcel", price=500, minimum_delivery_days=2)
    shopper = Shopper()
    cart = shopper.open_cart(mug, quantity=2)
    assert (cart["quantity"], cart["channel"]["slug"], cart["user"]) == (2, "default-channel", None)
    assert cart["subtotalPrice"]["gross"] == {"amount": 24.0, "minorAmount": "2400"}
    assert cart["isShippingRequired"] is True

    assert shopper.do("checkoutEmailUpdate", email="ADA@example.com")["checkout"]["email"] == "ada@example.com"
    moved = shopper.do("checkoutShippingAddressUpdate", shippingAddress=ADDRESS)["checkout"]
    assert moved["shippingAddress"]["country"] == {"code": "US"}
    (offer,) = shopper.do("deliveryOptionsCalculate")["deliveries"]
    assert offer["shippingMethod"] == {
        "id": gid("ShippingMethod", parcel.id),
        "name": "Parcel",
        "active": True,
        "price": {"amount": 5.0, "currency": "USD"},
        "minimumDeliveryDays": 2,
    }
    chosen = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=offer["id"])["checkout"]
    assert chosen["delivery"]["id"] == offer["id"]
    assert chosen["totalPrice"]["gross"]["minorAmount"] == "2900"
    billed = shopper.do("checkoutBillingAddressUpdate", billingAddress={**ADDRESS, "city": "Palo Alto"})["checkout"]
    assert (billed["billingAddress"]["city"], billed["shippingAddress"]["city"]) == ("PALO ALTO", "MOUNTAIN VIEW")
    assert billed["problems"] == []
    assert (billed["authorizeStatus"], billed["chargeStatus"]) == ("NONE", "NONE")
    assert shopper.look() == billed


def test_a_european_cart_shows_gross_prices_with_the_tax_in_them() -> None:
    eu = make_channel(
        "eu",
        currency_code="EUR",
        prices_include_tax=True,
        display_gross_prices=True,
        default_country="DE",
        countries=["DE", "AT"],
    )
    make_tax_rate("DE", "19")
    make_tax_rate("AT", "20")
    mug = make_variant(price=1190, channel=eu)
    make_shipping_method("Post", price=595, channel=eu)
    shopper = Shopper()
    cart = shopper.open_cart(mug, channel="eu")
    assert cart["subtotalPrice"] == {
        "gross": {"amount": 11.9, "minorAmount": "1190"},
        "net": {"amount": 10.0},
        "tax": {"amount": 1.9},
    }

    there = {
        "firstName": "Leon",
        "lastName": "Graf",
        "streetAddress1": "Graben 1",
        "city": "Wien",
        "postalCode": "1010",
    }
    moved = shopper.do("checkoutShippingAddressUpdate", shippingAddress={**there, "country": "AT"})["checkout"]
    assert moved["subtotalPrice"] == {
        "gross": {"amount": 11.9, "minorAmount": "1190"},
        "net": {"amount": 9.92},
        "tax": {"amount": 1.98},
    }
    (offer,) = shopper.do("deliveryOptionsCalculate")["deliveries"]
    assert offer["shippingMethod"]["price"] == {"amount": 5.95, "currency": "EUR"}
    total = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=offer["id"])["checkout"]["totalPrice"]["gross"]
    assert total == {"amount": 17.85, "minorAmount": "1785", "currency": "EUR", "fractionDigits": 2}


def test_a_japanese_cart_has_whole_yen() -> None:
    jp = make_channel("jp", currency_code="JPY", default_country="JP", countries=["JP"])
    cart = Shopper().open_cart(make_variant(price=1200, channel=jp), channel="jp", quantity=3)
    assert cart["totalPrice"]["gross"] == {
        "amount": 3600.0,
        "minorAmount": "3600",
        "currency": "JPY",
        "fractionDigits": 0,
    }


def test_checkout_create_takes_everything_at_once() -> None:
    mug = make_variant()
    cart = Shopper().open_cart(
        mug,
        email="ada@example.com",
        languageCode="DE",
        shippingAddress=ADDRESS,
        billingAddress=ADDRESS,
        metadata=[{"key": "campaign", "value": "spring"}],
        saveShippingAddress=False,
    )
    assert (cart["email"], cart["languageCode"]) == ("ada@example.com", "DE")
    assert cart["metadata"] == [{"key": "campaign", "value": "spring"}]
    assert cart["billingAddress"]["city"] == "MOUNTAIN VIEW", "as the country writes it"
    kept = row(cart["id"])
    assert (kept.save_shipping_address, kept.save_billing_address) == (False, True)


def test_one_call_changes_everything_or_nothing() -> None:
    mug, plate = make_variant(stock=5), make_variant(stock=5)
    parcel = make_shipping_method("Parcel", price=500)
    shopper = Shopper()
    first = shopper.open_cart(mug)
    changes = {
        "addLines": [{"variantId": gid("ProductVariant", plate.id), "quantity": 2}],
        "updateLines": [{"lineId": first["lines"][0]["id"], "quantity": 3}],
        "email": "ada@example.com",
        "customerNote": "Ring twice.",
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
        "deliveryMethodId": gid("ShippingMethod", parcel.id),
        "metadata": [{"key": "gift", "value": "yes"}],
    }
    wrong = {**changes, "addLines": [{"variantId": gid("ProductVariant", plate.id), "quantity": 6}]}
    refused = shopper.ask("checkoutUpdate", input=wrong)
    assert refused.problems == [("INSUFFICIENT_STOCK", ["input", "addLines", "0", "quantity"])]
    assert refused.payload["errors"][0]["availableQuantity"] == 5
    assert refused.payload["errors"][0]["field"] == "quantity"
    assert refused.payload["checkout"] == first, "nothing of it was done"

    cart = shopper.do("checkoutUpdate", input=changes)["checkout"]
    assert [line["quantity"] for line in cart["lines"]] == [3, 2]
    assert (cart["email"], cart["customerNote"]) == ("ada@example.com", "Ring twice.")
    assert cart["delivery"]["shippingMethod"]["name"] == "Parcel"
    assert cart["totalPrice"]["gross"]["amount"] == 55.0

    less = shopper.do("checkoutUpdate", input={"removeLineIds": [cart["lines"][0]["id"]]})["checkout"]
    assert [line["variant"]["sku"] for line in less["lines"]] == [plate.sku]
    assert less["email"] == "ada@example.com", "what is left out stays"


def test_two_mutations_in_one_request_each_show_the_cart_as_they_left_it() -> None:
    mug = make_variant(price=1000)
    shopper = Shopper()
    shopper.open_cart(mug)
    line = {"variantId": gid("ProductVariant", mug.id), "quantity": 1}
    answer = shopper.api.send(
        "mutation($id: ID, $lines: [CheckoutLineInput!]!) {"
        " first: checkoutLinesAdd(id: $id, lines: $lines) { checkout { quantity totalPrice { gross { amount } } } }"
        " second: checkoutLinesAdd(id: $id, lines: $lines) { checkout { quantity totalPrice { gross { amount } } } } }",
        id=shopper.cart,
        lines=[line],
    )
    assert answer.data == {
        "first": {"checkout": {"quantity": 2, "totalPrice": {"gross": {"amount": 20.0}}}},
        "second": {"checkout": {"quantity": 3, "totalPrice": {"gross": {"amount": 30.0}}}},
    }


def test_the_prices_of_two_carts_of_two_channels_in_one_request_do_not_mix() -> None:
    eu = make_channel(
        "eu", currency_code="EUR", prices_include_tax=True, display_gross_prices=True, default_country="DE"
    )
    make_tax_rate("DE", "19")
    at_home, abroad = Shopper(), Shopper()
    at_home.open_cart(make_variant(price=1000))
    abroad.open_cart(make_variant(price=1190, channel=eu), channel="eu")
    fields = """{ lines { undiscountedUnitPrice { amount currency }
        variant { pricing { price { gross { amount currency } } } } } }"""
    answer = Shopper().api.send(
        f"query($one: ID, $two: ID) {{ one: checkout(id: $one) {fields} two: checkout(id: $two) {fields} }}",
        one=at_home.cart,
        two=abroad.cart,
    )
    (one,), (two,) = answer.data["one"]["lines"], answer.data["two"]["lines"]
    assert one["undiscountedUnitPrice"] == {"amount": 10.0, "currency": "USD"}
    assert one["variant"]["pricing"]["price"]["gross"] == {"amount": 10.0, "currency": "USD"}
    assert two["undiscountedUnitPrice"] == {"amount": 11.9, "currency": "EUR"}
    assert two["variant"]["pricing"]["price"]["gross"] == {"amount": 11.9, "currency": "EUR"}
