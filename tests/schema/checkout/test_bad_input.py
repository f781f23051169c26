"""What no cart takes: a typed error with its full path, the cart as it was, and not a row written anywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commerce.checkout.expiry import purge_expired
from commerce.checkout.models import Checkout
from tests.factories import (
    make_address,
    make_channel,
    make_customer,
    make_shipping_method,
    make_shipping_zone,
    make_variant,
)
from tests.schema.buying import APPROVED, NOBODYS, card, ready
from tests.schema.doing import ADDRESS, Shopper, customer, document, gid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

PREFIXES = ("checkout_", "orders_", "payments_", "inventory_", "accounts_", "events_", "promotions_", "giftcards_")
IMPOSSIBLE = "\ud800"


def written() -> dict[str, str]:
    """A digest of every table that a checkout could write to."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table.startswith(PREFIXES):
                cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t")
                found[table] = cursor.fetchone()[0]
    assert {"checkout_checkout", "checkout_checkoutline", "orders_order", "inventory_stock"} <= found.keys()
    return found


def assert_nothing_happens(shopper: Shopper, name: str, *problems: tuple[str, list[str]], **arguments: Any) -> None:
    """Refused for exactly these reasons; the payload shows the cart as it still is."""
    cart, before = shopper.look(), written()
    answer = shopper.ask(name, **arguments)
    assert answer.problems == list(problems)
    if "checkout" in answer.payload:
        assert answer.payload["checkout"] == cart
    assert shopper.look() == cart
    assert written() == before


def assert_never_gets_in(shopper: Shopper, name: str, **arguments: Any) -> None:
    """Refused as no value of its type, before the shop hears of it."""
    cart, before = shopper.look(), written()
    answer = shopper.ask(name, **arguments)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert shopper.look() == cart
    assert written() == before


@pytest.fixture
def shopper() -> Shopper:
    """Somebody who has only to pay."""
    return ready(price=1000, stock=10)


def units(variant: Any, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    """An entry of `lines`."""
    return {"variantId": gid("ProductVariant", variant.id), "quantity": quantity, **more}


def line_of(shopper: Shopper) -> str:
    """The id of the only line."""
    (line,) = shopper.look()["lines"]
    return str(line["id"])


@pytest.mark.parametrize("quantity", [0, -1])
def test_quantities_below_one(shopper: Shopper, quantity: int) -> None:
    mug = make_variant()
    wanted = [units(mug), units(mug, quantity)]
    assert_nothing_happens(shopper, "checkoutLinesAdd", ("ZERO_QUANTITY", ["lines", "1", "quantity"]), lines=wanted)
    place = ["input", "addLines", "1", "quantity"]
    assert_nothing_happens(shopper, "checkoutUpdate", ("ZERO_QUANTITY", place), input={"addLines": wanted})
    if quantity:
        change = [{"lineId": line_of(shopper), "quantity": quantity}]
        place = ["lines", "0", "quantity"]
        assert_nothing_happens(shopper, "checkoutLinesUpdate", ("ZERO_QUANTITY", place), lines=change)


@pytest.mark.parametrize("quantity", [1.5, 2**31, -(2**31) - 1, "1", True, [1, 2], {}])
def test_quantities_that_are_no_integers(shopper: Shopper, quantity: Any) -> None:
    mug = make_variant()
    assert_never_gets_in(shopper, "checkoutLinesAdd", lines=[units(mug, quantity)])
    assert_never_gets_in(shopper, "checkoutLinesUpdate", lines=[{"lineId": line_of(shopper), "quantity": quantity}])


@pytest.mark.parametrize("number", ["1e309", "-1e309", "NaN", "Infinity", "9" * 5000])
def test_numbers_that_no_column_holds(shopper: Shopper, number: str) -> None:
    wanted = gid("ProductVariant", make_variant().id)
    query = document("checkoutLinesAdd", ["id", "lines"], select="errors { code }")
    lines = f'[{{"variantId": "{wanted}", "quantity": {number}}}]'
    variables = f'{{"id": "{shopper.cart}", "lines": {lines}}}'
    before = written()
    response = shopper.api.client.post(
        "/graphql/", data=f'{{"query": {json.dumps(query)}, "variables": {variables}}}', content_type="application/json"
    )
    assert response.status_code in (200, 400)
    errors = json.loads(response.content)["errors"]
    assert {error["extensions"]["code"] for error in errors} <= {"BAD_USER_INPUT", "BAD_REQUEST", "LIMIT_EXCEEDED"}
    assert written() == before


def test_more_lines_than_a_cart_holds(shopper: Shopper) -> None:
    mug = make_variant()
    ten_thousand = shopper.ask("checkoutLinesAdd", lines=[units(mug)] * 10_000)
    assert ten_thousand.codes == ["LIMIT_EXCEEDED"]
    assert_nothing_happens(shopper, "checkoutLinesAdd", ("TOO_MANY_LINES", ["lines"]), lines=[units(mug)] * 101)


def test_ids_of_other_things_and_of_nothing(shopper: Shopper) -> None:
    mug = make_variant()
    for wrong, code in (
        (gid("ProductVariant", NOBODYS), "NOT_FOUND"),
        (gid("Product", mug.product_id), "GRAPHQL_ERROR"),
        ("\x00", "GRAPHQL_ERROR"),
        ("x" * 10_000, "GRAPHQL_ERROR"),
    ):
        lines = [{"variantId": wrong, "quantity": 1}]
        assert_nothing_happens(shopper, "checkoutLinesAdd", (code, ["lines", "0", "variantId"]), lines=lines)
        line = gid("CheckoutLine", NOBODYS) if code == "NOT_FOUND" else wrong
        assert_nothing_happens(shopper, "checkoutLinesDelete", (code, ["linesIds", "0"]), linesIds=[line])


def test_another_customers_cart_cannot_be_touched_with_ones_own_line_or_address() -> None:
    ada, eve = make_customer(), make_customer()
    theirs = Shopper(customer(ada), ready(user=ada).cart)
    line, home = line_of(theirs), make_address(user=ada)
    thief, before = theirs.as_(customer(eve).token), written()
    for name, arguments in {
        "checkoutLinesUpdate": {"lines": [{"lineId": line, "quantity": 2}]},
        "checkoutLinesDelete": {"linesIds": [line]},
        "checkoutShippingAddressUpdate": {"shippingAddress": ADDRESS},
        "checkoutBillingAddressUpdate": {"billingAddress": ADDRESS},
        "checkoutEmailUpdate": {"email": "eve@example.com"},
        "checkoutUpdate": {"input": {"email": "eve@example.com"}},
        "checkoutComplete": {"payment": APPROVED},
        "transactionInitialize": card("approve"),
    }.items():
        assert thief.ask(name, **arguments).problems == [("NOT_FOUND", ["id"])], name
    assert written() == before
    mine = Shopper(customer(eve), ready(user=eve).cart)
    place = ["lines", "0", "lineId"]
    assert_nothing_happens(mine, "checkoutLinesUpdate", ("NOT_FOUND", place), lines=[{"lineId": line, "quantity": 2}])
    unknown = document("checkoutUpdate", ["id", "input"], select="errors { code }")
    answer = mine.api.send(unknown, id=mine.cart, input={"shippingAddressId": gid("Address", home.id)})
    assert answer.codes == ["BAD_USER_INPUT"], "no address of a book can be named in a cart"


@pytest.mark.parametrize("country", ["XX", "us", "USA", "", "🇩🇪", "U\x00"])
def test_countries_that_are_none(shopper: Shopper, country: str) -> None:
    wrong = {**ADDRESS, "country": country}
    assert_never_gets_in(shopper, "checkoutShippingAddressUpdate", shippingAddress=wrong)
    assert_never_gets_in(shopper, "checkoutUpdate", input={"billingAddress": wrong})


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"postalCode": "10117"}, [("INVALID", "postalCode")]),
        ({"country": "DE", "postalCode": "9404"}, [("INVALID", "postalCode")]),
        ({"country": "JP"}, [("INVALID", "countryArea"), ("INVALID", "postalCode")]),
        ({"countryArea": "Bayern"}, [("INVALID", "countryArea")]),
        ({"postalCode": "", "city": ""}, [("REQUIRED", "city"), ("REQUIRED", "postalCode")]),
        ({"city": "a\x00b"}, [("INVALID", "city")]),
        ({"firstName": "x" * 100_000}, [("INVALID", "firstName")]),
    ],
)
def test_addresses_that_do_not_fit_their_country(
    shopper: Shopper, wrong: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    cart = shopper.look()
    for name, argument, path in (
        ("checkoutShippingAddressUpdate", "shippingAddress", ["shippingAddress"]),
        ("checkoutBillingAddressUpdate", "billingAddress", ["billingAddress"]),
    ):
        answer = shopper.ask(name, **{argument: {**ADDRESS, **wrong}})
        assert sorted(answer.problems) == sorted((code, [*path, field]) for code, field in faults)
    more = {"email": "new@example.com", "addLines": [units(make_variant())]}
    before = written()
    answer = shopper.ask("checkoutUpdate", input={**more, "shippingAddress": {**ADDRESS, **wrong}})
    assert sorted(answer.problems) == sorted((code, ["input", "shippingAddress", field]) for code, field in faults)
    assert answer.payload["checkout"] == cart
    assert written() == before


def test_a_delivery_method_of_another_channel_or_another_country(shopper: Shopper) -> None:
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    german = make_shipping_method("Post", channel=eu, zone=make_shipping_zone("DE", countries=["DE"], channels=[eu]))
    far = make_shipping_method("Far", zone=make_shipping_zone("Japan", countries=["JP"]))
    for method in (german, far):
        wanted = gid("ShippingMethod", method.id)
        problem = ("INVALID_SHIPPING_METHOD", ["deliveryMethodId"])
        assert_nothing_happens(shopper, "checkoutDeliveryMethodUpdate", problem, deliveryMethodId=wanted)
        problem = ("INVALID_SHIPPING_METHOD", ["input", "deliveryMethodId"])
        assert_nothing_happens(shopper, "checkoutUpdate", problem, input={"deliveryMethodId": wanted})
    problem = ("NOT_FOUND", ["deliveryMethodId"])
    nobodys = gid("ShippingMethod", NOBODYS)
    assert_nothing_happens(shopper, "checkoutDeliveryMethodUpdate", problem, deliveryMethodId=nobodys)


def changes(shopper: Shopper) -> dict[str, dict[str, Any]]:
    """Every change of a cart that its owner could ask for."""
    line = line_of(shopper)
    return {
        "checkoutLinesAdd": {"lines": [units(make_variant())]},
        "checkoutLinesUpdate": {"lines": [{"lineId": line, "quantity": 2}]},
        "checkoutLinesDelete": {"linesIds": [line]},
        "checkoutEmailUpdate": {"email": "late@example.com"},
        "checkoutShippingAddressUpdate": {"shippingAddress": ADDRESS},
        "checkoutBillingAddressUpdate": {"billingAddress": ADDRESS},
        "checkoutDeliveryMethodUpdate": {"deliveryMethodId": None},
        "checkoutUpdate": {"input": {"email": "late@example.com"}},
    }


def test_a_cart_that_has_become_an_order_is_closed(shopper: Shopper) -> None:
    asked = changes(shopper)
    shopper.do("checkoutComplete", payment=APPROVED)
    before = written()
    for name, arguments in asked.items():
        assert shopper.ask(name, **arguments).problems == [("CHECKOUT_COMPLETED", ["id"])], name
    assert written() == before
    assert shopper.do("checkoutComplete", payment=APPROVED)["order"]["isPaid"] is True
    assert written() == before, "completing it again is looking at the order"


def test_a_cart_that_has_expired_is_gone(shopper: Shopper) -> None:
    asked = {**changes(shopper), "checkoutComplete": {"payment": APPROVED}, "transactionInitialize": card("approve")}
    Checkout.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    purge_expired()
    before = written()
    for name, arguments in asked.items():
        assert shopper.ask(name, **arguments).problems == [("NOT_FOUND", ["id"])], name
    assert shopper.look() is None
    assert written() == before


@pytest.mark.parametrize("text", ["a\x00b", f"a{IMPOSSIBLE}b"], ids=["NUL", "half a character"])
def test_texts_that_no_column_holds(shopper: Shopper, text: str) -> None:
    mug = make_variant()
    for name, arguments in {
        "checkoutEmailUpdate": {"email": f"{text}@example.com"},
        "checkoutUpdate": {"input": {"customerNote": text}},
        "checkoutShippingAddressUpdate": {"shippingAddress": {**ADDRESS, "lastName": text}},
        "checkoutLinesAdd": {"lines": [units(mug, metadata=[{"key": "a", "value": text}])]},
        "checkoutComplete": {"payment": {"id": text}},
        "transactionInitialize": {"paymentGateway": {"id": text}},
    }.items():
        cart, before = shopper.look(), written()
        answer = shopper.ask(name, **arguments)
        assert answer.status in (200, 400), name
        said = set(answer.codes) or {code for code, _ in answer.problems}
        assert said <= {"INVALID", "NOT_FOUND", "BAD_USER_INPUT", "BAD_REQUEST"}, (name, said)
        if not answer.codes:
            assert all(path for _, path in answer.problems), name
        assert shopper.look() == cart
        assert written() == before, name


@pytest.mark.parametrize("total", ["14.99", "15.01", "0", "15.001", "-15.00", "NaN", "1e309", "9" * 5000])
def test_totals_that_are_not_the_carts(shopper: Shopper, total: str) -> None:
    before = written()
    answer = shopper.ask("checkoutComplete", payment=APPROVED, expectedTotal=total)
    if answer.codes:
        assert answer.codes == ["BAD_USER_INPUT"]
    else:
        ((code, path),) = answer.problems
        assert path == ["expectedTotal"]
        assert code == ("INVALID" if total == "15.001" else "TOTAL_CHANGED")
    assert written() == before
