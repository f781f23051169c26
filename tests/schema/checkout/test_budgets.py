"""A cart costs the same number of statements however much is in it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import ProductMedia
from commerce.channels.models import Channel
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.shipping.models import ShippingMethod
from tests.conftest import QueryBudget
from tests.factories import (
    make_attribute,
    make_channel,
    make_customer,
    make_product,
    make_product_type,
    make_tax_rate,
    make_variant,
)
from tests.schema.doing import ADDRESS, Api, Shopper, customer, document, gid
from tests.shoppers import add_line, ready_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

CART = """fragment Cart on Checkout {
  id email created updatedAt languageCode channel { slug currencyCode } user { email } metadata { key value }
  shippingAddress { city country { code } } billingAddress { city country { code } }
  isShippingRequired quantity authorizeStatus chargeStatus
  lines { id quantity metadata { key value } unitPrice { gross { amount } } undiscountedUnitPrice { amount }
    totalPrice { gross { amount currency } tax { amount } }
    variant { id name sku quantityAvailable pricing { price { gross { amount } } } media { url }
      attributes(variantSelection: VARIANT_SELECTION) { attribute { slug } values { name } }
      product { id name slug isAvailable thumbnail(size: 64) { url alt } category { name } } } }
  delivery { id shippingMethod { id name price { amount currency } } }
  problems { __typename ... on CheckoutLineProblemInsufficientStock { availableQuantity line { id } } }
  availablePaymentGateways { id name currencies config { field value } }
  subtotalPrice { net { amount } gross { amount } tax { amount } } shippingPrice { gross { amount } }
  totalPrice { gross { amount currency } }
}"""
READ = "query($id: ID) { checkout(id: $id) { ...Cart } }" + CART


def variants(count: int, channel: Channel) -> list[Any]:
    """Variants of as many products, with a picture and a colour each."""
    colour = make_attribute("colour", "Red", "Green")
    red = colour.values.get(slug="red")
    kind = make_product_type("mug", variant_attributes=[colour])
    made = []
    for number in range(count):
        product = make_product(f"Mug {number}", product_type=kind, channel=channel)
        ProductMedia.objects.create(product=product, file=f"products/{number}.png")
        made.append(make_variant(product=product, price=1000 + number, attribute_values=[red]))
    return made


def filled(count: int, **fields: Any) -> Shopper:
    """Somebody with `count` lines in the cart who is ready to pay."""
    channel = make_channel()
    make_tax_rate("US", "8.25")
    first, *others = variants(count, channel)
    checkout = ready_checkout(first, **fields)
    for variant in others:
        add_line(checkout, variant)
    return Shopper(cart=gid("Checkout", checkout.id))


@pytest.mark.parametrize("count", [2, 20])
def test_reading_a_cart(query_budget: QueryBudget, count: int) -> None:
    user = make_customer()
    shopper = Shopper(customer(user), filled(count, user=user).cart)
    with query_budget("checkout"):
        cart = shopper.api.send(READ, id=shopper.cart).data["checkout"]
    assert len(cart["lines"]) == count
    assert all(line["variant"]["product"]["thumbnail"]["url"] for line in cart["lines"])


@pytest.mark.parametrize("count", [1, 20])
def test_opening_a_cart_with_everything_in_it_is_one_read_and_one_write(query_budget: QueryBudget, count: int) -> None:
    channel, api = make_channel(), Api()
    wanted = {
        "channel": channel.slug,
        "email": "ada@example.com",
        "lines": [{"variantId": gid("ProductVariant", each.id), "quantity": 1} for each in variants(count, channel)],
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
    }
    opening = document(
        "checkoutCreate",
        ["input"],
        select="checkout { id lines { quantity totalPrice { gross { amount } } } totalPrice { gross { amount } } "
        "problems { __typename } } errors { code }",
    )
    with query_budget("checkoutCreate"):
        payload = api.send(opening, input=wanted).payload
    assert payload["errors"] == []
    assert (len(payload["checkout"]["lines"]), payload["checkout"]["problems"]) == (count, [])


@pytest.mark.parametrize("count", [2, 20])
def test_choosing_a_delivery_and_showing_what_it_makes_of_the_cart(query_budget: QueryBudget, count: int) -> None:
    shopper = filled(count)
    Checkout.objects.update(delivery=None)
    CheckoutDelivery.objects.all().delete()
    method = gid("ShippingMethod", ShippingMethod.objects.get().id)
    choosing = document(
        "checkoutUpdate",
        ["id", "input"],
        select="checkout { delivery { shippingMethod { name } } shippingPrice { gross { amount } } "
        "totalPrice { gross { amount } } problems { __typename } } errors { code }",
    )
    with query_budget("checkoutUpdate"):
        payload = shopper.api.send(choosing, id=shopper.cart, input={"deliveryMethodId": method}).payload
    assert payload["errors"] == []
    assert (payload["checkout"]["delivery"] is None, payload["checkout"]["problems"]) == (False, [])


@pytest.mark.parametrize("count", [2, 20])
def test_adding_to_a_cart_and_showing_it(query_budget: QueryBudget, count: int) -> None:
    shopper = filled(count)
    more = [{"variantId": gid("ProductVariant", each.id), "quantity": 1} for each in variants(count, make_channel())]
    adding = document("checkoutLinesAdd", ["id", "lines"], select="checkout { ...Cart } errors { code }") + CART
    with query_budget("checkoutLinesAdd"):
        payload = shopper.api.send(adding, id=shopper.cart, lines=more).payload
    assert payload["errors"] == []
    assert len(payload["checkout"]["lines"]) == 2 * count


@pytest.mark.parametrize("count", [2, 20])
def test_paying_and_completing_in_one_call(query_budget: QueryBudget, count: int) -> None:
    shopper = filled(count)
    completing = document(
        "checkoutComplete",
        ["id", "payment"],
        select="order { number status userEmail total { gross { amount } } lines { productName quantity "
        "totalPrice { gross { amount } } thumbnail { url } } shippingAddress { city } } accessToken errors { code }",
    )
    with query_budget("checkoutComplete"):
        payload = shopper.api.send(completing, id=shopper.cart, payment={"id": "dummy"}).payload
    assert payload["errors"] == []
    assert len(payload["order"]["lines"]) == count


def test_delivery_options(query_budget: QueryBudget) -> None:
    shopper = filled(20)
    asking = document(
        "deliveryOptionsCalculate", ["id"], select="deliveries { id shippingMethod { name } } errors { code }"
    )
    with query_budget("deliveryOptionsCalculate"):
        payload = shopper.api.send(asking, id=shopper.cart).payload
    assert len(payload["deliveries"]) == 1
