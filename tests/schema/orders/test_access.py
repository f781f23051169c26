"""Who may read an order, and how much of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.core.permission import Permission
from commerce.orders.models import Order
from schema.ids import id_of
from tests.api import Api
from tests.factories import make_customer, make_staff
from tests.schema.buying import APPROVED, ready
from tests.schema.doing import ORDER, Shopper, customer, gid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

READ = f"query($id: ID, $token: String) {{ order(id: $id, accessToken: $token) {ORDER} }}"


def read(api: Api, order_id: str | None, token: str | None = None) -> Any:
    """The order as this caller gets it."""
    return api.send(READ, id=order_id, token=token).data["order"]


def age(order_id: str, **ago: int) -> None:
    """Let an order have been placed some time ago."""
    Order.objects.filter(id=id_of("Order", order_id)).update(created_at=timezone.now() - timedelta(**ago))


def test_a_customers_order_is_nobody_elses() -> None:
    ada = make_customer()
    placed = Shopper(customer(ada), ready(user=ada).cart).do("checkoutComplete", payment=APPROVED)
    order_id, token = placed["order"]["id"], placed["accessToken"]
    assert read(customer(ada), order_id) == placed["order"]
    age(order_id, days=400)
    assert read(customer(ada), order_id)["userEmail"] == placed["order"]["userEmail"], "her own order is never masked"
    for other in (Api(), customer(make_customer()), customer(make_staff(list(Permission)))):
        assert read(other, order_id) is None
        assert read(other, order_id, token) is None, "the token is for a guest's order"


def test_a_guests_order_is_masked_after_a_day_unless_the_access_token_comes_along() -> None:
    placed = ready().do("checkoutComplete", payment=APPROVED)
    order_id, token = placed["order"]["id"], placed["accessToken"]
    assert token
    assert read(Api(), order_id)["userEmail"] == "shopper@example.com"

    age(order_id, hours=24, seconds=1)
    masked = read(Api(), order_id)
    assert masked["userEmail"] == "s…@e…"
    assert masked["shippingAddress"] == {
        "firstName": "A…",
        "lastName": "B…",
        "streetAddress1": "1…",
        "phone": "+…",
        "city": "Mountain View",
        "postalCode": "9…",
    }
    assert masked["lines"] == placed["order"]["lines"]
    assert read(Api(), order_id, token)["shippingAddress"]["streetAddress1"] == "1600 Amphitheatre Parkway"
    other = ready().do("checkoutComplete", payment=APPROVED)["accessToken"]
    for wrong in ("", "0", "null", token[:-1], token + "x", "\x00", other):
        assert read(Api(), order_id, wrong)["userEmail"] == "s…@e…", wrong


def test_the_access_token_is_given_again_for_a_day_and_never_later() -> None:
    shopper = ready()
    first = shopper.do("checkoutComplete", payment=APPROVED)
    assert shopper.do("checkoutComplete")["accessToken"] == first["accessToken"]
    age(first["order"]["id"], days=2)
    late = shopper.do("checkoutComplete")
    assert late["accessToken"] is None


def test_completing_once_more_after_a_day_does_not_unmask_a_guests_order() -> None:
    shopper = ready()
    placed = shopper.do("checkoutComplete", payment=APPROVED)
    age(placed["order"]["id"], days=2)
    assert shopper.do("checkoutComplete")["order"]["userEmail"] == "s…@e…"
    assert shopper.look("{ email }") is None, "nor does the cart that it came from"


def test_an_order_that_is_missing_malformed_or_something_else() -> None:
    cart = ready().cart
    assert read(Api(), None) is None
    assert read(Api(), gid("Order", id_of("Checkout", cart))) is None
    for wrong in ("", "x", "0", cart):
        answer = Api().send(READ, id=wrong)
        assert answer.codes == ["GRAPHQL_ERROR"]
        assert answer.body["data"] == {"order": None}
