"""Two for each customer in thirty days: counted over their orders, whatever they call themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.accounts.models import User
from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import ProductVariant
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.orders.models import LimitHold, Order, PurchaseLimit
from commerce.orders.services import cancel_order, set_purchase_limit
from tests.api import Api
from tests.factories import make_customer, make_staff, make_variant, staff_actor
from tests.schema.doing import Shopper, customer, gid
from tests.shoppers import add_line, ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

KEEPER = staff_actor(Permission.MANAGE_PRODUCTS)
PROBLEMS = """{ problems { __typename ... on CheckoutLineProblemPurchaseLimit {
    limit days availableQuantity line { variant { sku } } } } }"""


def limited(quantity: int = 2, days: int = 30, **fields: Any) -> ProductVariant:
    """A variant that a customer may buy so much of."""
    variant = make_variant(**({"stock": 100} | fields))
    set_purchase_limit(variant_id=variant.id, quantity=quantity, days=days, actor=KEEPER)
    return variant


def shopper_with(variant: ProductVariant, quantity: int = 1, user: User | None = None, **fields: Any) -> Shopper:
    """Somebody who only has to pay for it."""
    cart = ready_checkout(variant, quantity, user=user, **fields)
    return Shopper(customer(user) if user else Api(), gid("Checkout", cart.id))


def buy(shopper: Shopper, outcome: str = "approve") -> list[tuple[str, Any, list[str]]]:
    """What stops them from buying it."""
    payload = shopper.ask("checkoutComplete", payment={"id": "dummy", "data": {"outcome": outcome}}).payload
    return [(error["code"], error["availableQuantity"], error["path"]) for error in payload["errors"]]


REACHED = "PURCHASE_LIMIT_REACHED"


def test_the_third_one_within_thirty_days_is_refused_and_the_cart_says_so_before() -> None:
    drop = limited(sku="drop")
    assert buy(shopper_with(drop, email="Ada@Example.com")) == []
    late = shopper_with(drop, 2, email="ada@example.com")
    (problem,) = late.look(PROBLEMS)["problems"]
    assert problem == {
        "__typename": "CheckoutLineProblemPurchaseLimit",
        "limit": 2,
        "days": 30,
        "availableQuantity": 1,
        "line": {"variant": {"sku": "drop"}},
    }
    assert buy(late) == [(REACHED, 1, ["lines", "0", "quantity"])]
    assert buy(shopper_with(drop, 2, email="bob@example.com")) == [], "another customer"
    assert buy(shopper_with(drop, email="ada@example.com")) == []
    assert buy(shopper_with(drop, email="ada@example.com")) == [(REACHED, 0, ["lines", "0", "quantity"])]
    Order.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert buy(shopper_with(drop, 2, email="ada@example.com")) == [], "a month later"
    assert LimitHold.objects.count() == 0


def test_an_account_and_a_guest_with_its_address_are_one_customer() -> None:
    drop, ada = limited(quantity=1), make_customer("ada@example.com")
    assert buy(shopper_with(drop, user=ada, email="other@example.com")) == []
    assert [code for code, *_ in buy(shopper_with(drop, email="ada@example.com"))] == [REACHED]
    assert [code for code, *_ in buy(shopper_with(drop, email="other@example.com"))] == [REACHED]
    assert [code for code, *_ in buy(shopper_with(drop, user=ada, email="third@example.com"))] == [REACHED]
    assert buy(shopper_with(drop, user=make_customer(), email="fourth@example.com")) == []


def test_a_product_is_limited_over_all_its_variants_and_over_all_lines() -> None:
    red = make_variant(sku="red", stock=9)
    blue = make_variant(sku="blue", product=red.product, stock=9)
    set_purchase_limit(product_id=red.product_id, quantity=3, days=7, actor=KEEPER)
    cart = ready_checkout(red, 2, email="ada@example.com")
    add_line(cart, blue, 2)
    both = Shopper(cart=gid("Checkout", cart.id))
    assert [each["line"]["variant"]["sku"] for each in both.look(PROBLEMS)["problems"]] == ["red", "blue"]
    assert [(code, path[1]) for code, _, path in buy(both)] == [(REACHED, "0"), (REACHED, "1")]
    assert buy(shopper_with(red, 2, email="ada@example.com")) == []
    assert [left for _, left, _ in buy(shopper_with(blue, 2, email="ada@example.com"))] == [1]


def test_a_cancelled_or_refunded_order_gives_back() -> None:
    drop = limited(quantity=1)
    for give_back in (
        lambda order: cancel_order(order_id=order.id, actor=SYSTEM),
        lambda order: Order.objects.filter(id=order.id).update(refunded_amount=order.total_gross),
    ):
        assert buy(shopper_with(drop, email="ada@example.com")) == []
        assert [code for code, *_ in buy(shopper_with(drop, email="ada@example.com"))] == [REACHED]
        give_back(Order.objects.latest("created_at"))
    assert buy(shopper_with(drop, email="ada@example.com")) == []


def test_what_is_being_paid_counts_until_the_payment_fails() -> None:
    drop = limited(quantity=1)
    first, second = (shopper_with(drop, email="ada@example.com") for _ in range(2))
    first.do("transactionInitialize", action="CHARGE", paymentGateway={"id": "dummy", "data": {"outcome": "3ds"}})
    answer = second.ask(
        "transactionInitialize", action="CHARGE", paymentGateway={"id": "dummy", "data": {"outcome": "approve"}}
    )
    assert [error["code"] for error in answer.payload["errors"]] == [REACHED]
    assert [each["__typename"] for each in second.look(PROBLEMS)["problems"]] == ["CheckoutLineProblemPurchaseLimit"]
    assert first.look(PROBLEMS)["problems"] == [], "it does not stand in its own way"
    line = first.look("{ lines { id } }")["lines"][0]["id"]
    first.do("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 1}])  # gives its payment up
    assert buy(second, "decline")[0][0] == "PAYMENT_DECLINED"
    assert buy(first) == [], "a declined card gives back what it held"


def test_carts_without_limited_goods_send_no_statement_for_them() -> None:
    limited()
    shopper = shopper_with(make_variant())
    shopper.look(PROBLEMS)
    with recorded_statements() as sent:
        shopper.look(PROBLEMS)
        assert buy(shopper) == []
    assert not [each for each in sent if "purchase_limits_of_carts" in str(each) or "limithold" in str(each)]


SET = """mutation($productId: ID, $variantId: ID, $quantity: Int!, $days: Int!) {
  purchaseLimitSet(productId: $productId, variantId: $variantId, quantity: $quantity, days: $days) {
    purchaseLimit { id quantity days variantId productId } errors { code path } } }"""


def test_a_merchant_sets_changes_and_removes_a_limit() -> None:
    staff = make_staff([Permission.MANAGE_PRODUCTS])
    api = Api("/graphql/admin/", issue_access_token(staff, "admin"))
    drop = make_variant()
    key = gid("ProductVariant", drop.id)
    made = api.send(SET, variantId=key, quantity=2, days=30).payload["purchaseLimit"]
    again = api.send(SET, variantId=key, quantity=1, days=7).payload["purchaseLimit"]
    assert again == made | {"quantity": 1, "days": 7}
    assert again["variantId"] == key
    for given, code, path in [
        ({"quantity": 1, "days": 1}, "REQUIRED", ["productId"]),
        ({"variantId": key, "quantity": 0, "days": 1}, "INVALID", ["quantity"]),
        ({"variantId": key, "quantity": 1, "days": 3651}, "INVALID", ["days"]),
        ({"variantId": gid("ProductVariant", drop.product_id), "quantity": 1, "days": 1}, "NOT_FOUND", ["variantId"]),
    ]:
        (error,) = api.send(SET, **given).payload["errors"]
        assert (error["code"], error["path"]) == (code, path)
    listed = api.send("{ purchaseLimits(first: 5) { edges { node { id quantity } } } }").data["purchaseLimits"]
    assert [edge["node"]["quantity"] for edge in listed["edges"]] == [1]
    remove = "mutation($id: ID!) { purchaseLimitRemove(id: $id) { errors { code } } }"
    assert api.send(remove, id=made["id"]).payload["errors"] == []
    assert [error["code"] for error in api.send(remove, id=made["id"]).payload["errors"]] == ["NOT_FOUND"]
    assert PurchaseLimit.objects.count() == 0
