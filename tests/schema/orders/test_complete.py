"""From the cart to the order, in the dialect's two steps and in our one."""

from __future__ import annotations

import pytest

from commerce.events.models import Event
from commerce.orders.models import Order
from tests.factories import make_customer, make_variant
from tests.schema.buying import APPROVED, card, ready
from tests.schema.doing import Shopper, customer, gid, row
from tests.shoppers import assert_all_is_well, ready_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


def test_one_call_pays_and_places_the_order() -> None:
    shopper = ready(price=1200, quantity=2)
    placed = shopper.do("checkoutComplete", payment=APPROVED, expectedTotal="29.00")
    order = placed["order"]
    assert (order["status"], order["isPaid"], order["chargeStatus"]) == ("UNFULFILLED", True, "FULL")
    assert order["total"]["gross"] == {"amount": 29.0, "minorAmount": "2900"}
    assert order["totalCaptured"] == {"amount": 29.0}
    assert [(line["quantity"], line["totalPrice"]["gross"]["amount"]) for line in order["lines"]] == [(2, 24.0)]
    assert order["userEmail"] == "shopper@example.com"
    assert Event.objects.filter(type="order.placed").count() == 1
    assert_all_is_well()


def test_completing_twice_gives_the_same_order_and_charges_once() -> None:
    shopper = ready()
    first = shopper.do("checkoutComplete", payment=APPROVED)
    second = shopper.do("checkoutComplete", payment=APPROVED)
    assert second == first
    assert shopper.do("checkoutComplete") == first
    assert Order.objects.count() == 1
    assert_all_is_well()


def test_the_dialects_two_steps_give_the_same() -> None:
    shopper = ready()
    (line,) = shopper.look("{ lines { id } }")["lines"]
    shopper.do("transactionInitialize", **card("approve"))
    assert shopper.do("checkoutComplete")["order"]["isPaid"] is True
    assert shopper.look() is None, "a frontend sees that it needs a new cart"
    late = shopper.ask("checkoutLinesUpdate", lines=[{"lineId": line["id"], "quantity": 2}])
    assert late.problems == [("CHECKOUT_COMPLETED", ["id"])]
    assert late.payload["checkout"] is None
    again = shopper.ask("transactionInitialize", **card("approve"))
    assert again.payload["transaction"] is not None or again.problems == [("CHECKOUT_COMPLETED", ["id"])]
    assert_all_is_well()


def test_a_price_that_changed_since_it_was_shown_charges_nothing() -> None:
    shopper = ready(price=1000)
    line = row(shopper.cart).lines.get()
    line.variant.channel_listings.update(price_amount=1100)
    answer = shopper.ask("checkoutComplete", payment=APPROVED, expectedTotal="15.00")
    assert answer.problems == [("TOTAL_CHANGED", ["expectedTotal"])]
    assert answer.payload["errors"][0]["currentTotal"] == {"gross": {"amount": 16.0}}
    assert (answer.payload["order"], Order.objects.count()) == (None, 0)
    assert shopper.ask("checkoutComplete", payment=APPROVED, expectedTotal="16.001").problems == [
        ("INVALID", ["expectedTotal"])
    ]
    assert shopper.do("checkoutComplete", payment=APPROVED, expectedTotal="16")["order"]["isPaid"] is True


def test_a_declined_card_in_one_call() -> None:
    shopper = ready(stock=1)
    answer = shopper.ask("checkoutComplete", payment={"id": "dummy", "data": {"card": "4000000000000002"}})
    assert answer.problems == [("PAYMENT_DECLINED", ["payment"])]
    assert answer.payload["errors"][0]["message"] == "The card was declined."
    assert answer.payload["order"] is None
    assert shopper.do("checkoutComplete", payment=APPROVED)["order"]["isPaid"] is True


def test_three_d_secure_in_one_call_says_how_to_go_on() -> None:
    shopper = ready()
    answer = shopper.ask("checkoutComplete", payment={"id": "dummy", "data": {"outcome": "3ds"}})
    assert answer.problems == [("PAYMENT_ACTION_REQUIRED", ["payment"])]
    (error,) = answer.payload["errors"]
    assert error["data"]["answers"] == ["passed", "failed"]
    shopper.do("transactionProcess", id=error["transaction"], data={"challenge": "passed"})
    assert shopper.do("checkoutComplete")["order"]["isPaid"] is True


def test_the_second_buyer_of_the_last_mug_is_told_so_and_not_charged() -> None:
    first = ready(stock=1)
    mug = row(first.cart).lines.get().variant
    second = Shopper(cart=gid("Checkout", ready_checkout(mug).id))
    first.do("checkoutComplete", payment=APPROVED)
    refused = second.ask("checkoutComplete", payment=APPROVED)
    assert refused.problems == [("INSUFFICIENT_STOCK", ["lines", "0", "quantity"])]
    assert refused.payload["errors"][0]["availableQuantity"] == 0
    assert_all_is_well()


def test_what_is_missing_is_named() -> None:
    shopper = Shopper()
    shopper.open_cart(make_variant())
    answer = shopper.ask("checkoutComplete", payment=APPROVED)
    assert {(code, *path) for code, path in answer.problems} == {
        ("EMAIL_NOT_SET", "email"),
        ("SHIPPING_ADDRESS_NOT_SET", "shippingAddress"),
        ("BILLING_ADDRESS_NOT_SET", "billingAddress"),
        ("SHIPPING_METHOD_NOT_SET", "deliveryMethod"),
    }


def test_a_customers_order_is_in_their_list_newest_first() -> None:
    ada = make_customer("ada@example.com")
    numbers = []
    for _ in range(3):
        shopper = Shopper(customer(ada), ready(user=ada).cart)
        numbers.append(shopper.do("checkoutComplete", payment=APPROVED)["order"]["number"])
    ready_for_another = ready()
    ready_for_another.do("checkoutComplete", payment=APPROVED)
    mine = """query($first: Int, $after: String) { me { email orders(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { number userEmail total { gross { amount } }
      lines { productName variant { sku } thumbnail(size: 64) { url } } } } } } }"""
    page = customer(ada).send(mine, first=2).data["me"]["orders"]
    assert [edge["node"]["number"] for edge in page["edges"]] == numbers[:0:-1]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = customer(ada).send(mine, first=2, after=page["pageInfo"]["endCursor"]).data["me"]["orders"]
    assert [edge["node"]["number"] for edge in rest["edges"]] == numbers[:1]
    assert customer(make_customer()).send(mine, first=2).data["me"]["orders"]["totalCount"] == 0
    assert customer(ada).send(mine, first=101).codes == ["LIMIT_EXCEEDED"]
