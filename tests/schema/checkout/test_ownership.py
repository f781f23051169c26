"""Whose cart it is: a guest's belongs to whoever knows its id, a customer's to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from tests.factories import make_customer, make_shipping_method, make_staff, make_variant
from tests.schema.doing import ADDRESS, Shopper, customer, gid

pytestmark = pytest.mark.django_db


@pytest.fixture
def adas() -> Shopper:
    """Ada, signed in, with a cart of her own."""
    shopper = Shopper(customer(make_customer("ada@example.com")))
    shopper.open_cart(make_variant())
    return shopper


def test_a_cart_that_is_opened_by_a_customer_is_hers(adas: Shopper) -> None:
    cart = adas.look()
    assert (cart["user"], cart["email"]) == ({"email": "ada@example.com"}, "ada@example.com")


def changes(shopper: Shopper) -> dict[str, dict[str, Any]]:
    """Every mutation of a cart, with arguments that its owner could send."""
    (line,) = shopper.look()["lines"]
    wanted = [{"variantId": line["variant"]["id"], "quantity": 1}]
    method = gid("ShippingMethod", make_shipping_method().id)
    return {
        "checkoutLinesAdd": {"lines": wanted},
        "checkoutLinesUpdate": {"lines": [{"lineId": line["id"], "quantity": 2}]},
        "checkoutLinesDelete": {"linesIds": [line["id"]]},
        "checkoutEmailUpdate": {"email": "eve@example.com"},
        "checkoutShippingAddressUpdate": {"shippingAddress": ADDRESS},
        "checkoutBillingAddressUpdate": {"billingAddress": ADDRESS},
        "checkoutDeliveryMethodUpdate": {"deliveryMethodId": method},
        "checkoutUpdate": {"input": {"email": "eve@example.com"}},
        "deliveryOptionsCalculate": {},
        "paymentGatewayInitialize": {},
        "transactionInitialize": {"paymentGateway": {"id": "dummy", "data": {"outcome": "approve"}}},
        "checkoutComplete": {"payment": {"id": "dummy"}},
    }


@pytest.mark.parametrize("who", ["a guest", "another customer", "staff with every permission"])
def test_somebody_elses_cart_is_as_good_as_missing(adas: Shopper, who: str) -> None:
    tokens = {
        "a guest": None,
        "another customer": customer(make_customer()).token,
        "staff with every permission": customer(make_staff(list(Permission))).token,
    }
    eve = adas.as_(tokens[who])
    before = adas.look()
    assert eve.look() is None
    for name, arguments in changes(adas).items():
        answer = eve.ask(name, **arguments)
        assert answer.problems == [("NOT_FOUND", ["id"])], name
        assert answer.payload.get("checkout") is None, name
    assert adas.look() == before


def test_attaching_somebody_elses_cart_is_as_good_as_missing(adas: Shopper) -> None:
    eve = adas.as_(customer(make_customer()).token)
    for name in ("checkoutCustomerAttach", "checkoutCustomerDetach"):
        answer = eve.ask(name)
        assert answer.problems == [("NOT_FOUND", ["id"])]
        assert answer.payload["checkout"] is None
    assert adas.look()["user"] == {"email": "ada@example.com"}


def test_a_guests_cart_becomes_the_customers_and_is_nobody_elses_from_then_on() -> None:
    guest = Shopper()
    guest.open_cart(make_variant())
    assert guest.ask("checkoutCustomerAttach").codes == ["UNAUTHENTICATED"]
    ada = guest.as_(customer(make_customer("ada@example.com")).token)
    cart = ada.do("checkoutCustomerAttach")["checkout"]
    assert (cart["user"], cart["email"]) == ({"email": "ada@example.com"}, "ada@example.com")
    assert guest.look() is None
    assert ada.do("checkoutCustomerAttach")["checkout"] == cart, "twice is once"
    assert guest.ask("checkoutCustomerDetach").codes == ["UNAUTHENTICATED"]
    assert ada.do("checkoutCustomerDetach")["checkout"]["user"] is None
    assert guest.look()["quantity"] == 1


def test_a_cart_without_an_id_or_with_a_wrong_one_is_read_as_null() -> None:
    assert Shopper().api.send("{ checkout { id } }").data == {"checkout": None}
    answer = Shopper().api.send('{ checkout(id: "x") { id } }')
    assert answer.codes == ["GRAPHQL_ERROR"]
    assert answer.body["data"] == {"checkout": None}
