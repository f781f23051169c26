"""A guest signs in with a cart in hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD, make_channel, make_customer, make_variant
from tests.schema.buying import NOBODYS, card, ready
from tests.schema.doing import Shopper, customer, gid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


def sign_in(guest: Shopper, email: str = "ada@example.com", **arguments: Any) -> Any:
    """The payload of tokenCreate with the guest's cart."""
    return guest.do("tokenCreate", **{"email": email, "password": PASSWORD, "checkoutId": guest.cart, **arguments})


def content(cart: Any) -> list[tuple[str, int]]:
    """What is in a cart."""
    return sorted((line["variant"]["sku"], line["quantity"]) for line in cart["lines"])


def test_nothing_in_the_guests_cart_is_lost() -> None:
    ada = make_customer("ada@example.com")
    mug, plate = make_variant(sku="MUG", price=1000), make_variant(sku="PLATE", price=2000)
    own = Shopper(customer(ada))
    own.open_cart(mug, quantity=2)
    guest = Shopper()
    guest.open_cart(mug, plate)
    entered = sign_in(guest)
    assert entered["warnings"] == []
    assert entered["checkout"]["id"] == own.cart
    assert content(entered["checkout"]) == [("MUG", 3), ("PLATE", 1)]
    assert entered["checkout"]["totalPrice"]["gross"]["amount"] == 50.0
    assert own.look() == entered["checkout"]

    by_old_id = guest.as_(entered["token"])
    assert by_old_id.look()["id"] == own.cart, "the guest's id leads to the cart that is left"
    assert guest.look() is None, "but nobody else"
    again = sign_in(guest)
    assert content(again["checkout"]) == [("MUG", 3), ("PLATE", 1)], "twice is once"


def test_a_customer_without_a_cart_takes_the_guests_as_it_is() -> None:
    make_customer("ada@example.com")
    guest = Shopper()
    guest.open_cart(make_variant(sku="MUG"))
    entered = sign_in(guest)
    assert (entered["checkout"]["id"], entered["checkout"]["user"]) == (guest.cart, {"email": "ada@example.com"})


def test_a_cart_of_another_channel_stays_a_cart_of_its_own() -> None:
    ada = make_customer("ada@example.com")
    eu = make_channel("eu", currency_code="EUR")
    own = Shopper(customer(ada))
    own.open_cart(make_variant(sku="MUG"))
    guest = Shopper()
    guest.open_cart(make_variant(sku="TASSE", channel=eu), channel="eu")
    entered = sign_in(guest)
    assert content(entered["checkout"]) == [("TASSE", 1)]
    assert content(own.look()) == [("MUG", 1)]


def test_a_cart_that_cannot_be_taken_along_keeps_nobody_out() -> None:
    make_customer("ada@example.com")
    eve = make_customer("eve@example.com")
    eves = Shopper(customer(eve))
    eves.open_cart(make_variant())
    bought = ready()
    bought.do("transactionInitialize", **card("approve"))
    bought.do("checkoutComplete")
    paying = ready()
    paying.do("transactionInitialize", **card("pending"))
    for cart, code in (
        (eves.cart, "NOT_FOUND"),
        (gid("Checkout", NOBODYS), "NOT_FOUND"),
        (bought.cart, "CHECKOUT_COMPLETED"),
        (paying.cart, "PAYMENT_IN_PROGRESS"),
    ):
        entered = sign_in(Shopper(cart=cart))
        assert [(w["code"], w["path"]) for w in entered["warnings"]] == [(code, ["checkoutId"])], code
        assert entered["checkout"] is None
        assert entered["token"]
        assert entered["user"]["email"] == "ada@example.com"
    assert eves.look()["user"] == {"email": "eve@example.com"}
    assert paying.look()["user"] is None


def test_an_id_that_is_no_carts_is_the_frontends_mistake() -> None:
    make_customer("ada@example.com")
    for wrong in ("x", gid("Order", NOBODYS)):
        answer = Shopper().ask("tokenCreate", email="ada@example.com", password=PASSWORD, checkoutId=wrong)
        assert answer.problems == [("GRAPHQL_ERROR", ["checkoutId"])]
        assert answer.payload["token"] is None


def test_a_wrong_password_moves_no_cart() -> None:
    make_customer("ada@example.com")
    guest = Shopper()
    guest.open_cart(make_variant())
    answer = guest.ask("tokenCreate", email="ada@example.com", password="wrong", checkoutId=guest.cart)
    assert answer.problems == [("INVALID_CREDENTIALS", ["email"])]
    assert guest.look()["user"] is None
