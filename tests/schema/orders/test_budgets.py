"""Lists of orders cost the same number of statements however long they are."""

from __future__ import annotations

import pytest

from commerce.accounts.models import User
from commerce.catalog.models import ProductVariant
from commerce.checkout.complete import complete_checkout
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.orders.services import fulfil_order
from tests.budgets import BUDGETS
from tests.commerce.pricing.test_lists import make_group, make_list
from tests.conftest import QueryBudget
from tests.factories import customer_actor, make_channel, make_customer, make_variant, staff_actor
from tests.schema.doing import customer, merchant
from tests.shoppers import add_line, paying, ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

ONE = """id number created status statusDisplay isPaid chargeStatus authorizeStatus paymentStatus userEmail
  channel { slug } shippingAddress { city country { code } } billingAddress { city }
  deliveryMethod { ... on ShippingMethod { name price { amount } } }
  lines { id productName variantName quantity unitPrice { gross { amount } } totalPrice { gross { amount } }
    thumbnail(size: 64) { url } variant { id sku product { slug } pricing { price { gross { amount } } } } }
  fulfillments { status trackingNumber lines { quantity orderLine { id productName } } }
  subtotal { gross { amount } } total { gross { amount currency } tax { amount } } totalCaptured { amount }"""
LIST = f"query($first: Int) {{ orders(first: $first) {{ totalCount nodes {{ {ONE} user {{ email }} }} }} }}"
MINE = f"query($first: Int) {{ me {{ email orders(first: $first) {{ totalCount edges {{ node {{ {ONE} }} }} }} }} }}"


PRICES = """query($first: Int) { me { orders(first: $first) { edges { node { lines { variant {
  quantityAvailable preorder { endDate }
  pricing { lowestPriorPrice { gross { amount } } tiers { minimumQuantity } priceLadder { kind reason } }
  product { isAvailable pricing { priceRange { start { gross { amount currency } } } } } } } } } } } }"""


CHANNELS = [("eu", "EUR"), ("uk", "GBP")]


def history(user: User, count: int, channels: int = 3) -> None:
    """Orders of some channels in turn, with two lines each, half of them sent."""
    others = [
        make_channel(slug, currency_code=currency, default_country="US", countries=["US"])
        for slug, currency in CHANNELS[: channels - 1]
    ]
    places = [make_channel(), *others]
    clerk = staff_actor(Permission.MANAGE_ORDERS)
    for number in range(count):
        channel = places[number % channels]
        checkout = ready_checkout(make_variant(channel=channel), user=user, channel=channel)
        add_line(checkout, make_variant(channel=channel))
        order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=customer_actor(user))
        if number % 2 == 0:
            fulfil_order(order_id=order.id, tracking_number="TN", actor=clerk)


@pytest.mark.parametrize("count", [3, 15])
def test_the_list_of_orders_for_staff(query_budget: QueryBudget, count: int) -> None:
    history(make_customer(), count)
    staff = merchant(Permission.MANAGE_ORDERS)
    with query_budget("orders"):
        found = staff.api.send(LIST, first=count).data["orders"]
    assert len(found["nodes"]) == count == Order.objects.count()
    assert {order["total"]["gross"]["currency"] for order in found["nodes"]} == {"USD", "EUR", "GBP"}


@pytest.mark.parametrize("count", [3, 15])
def test_a_customers_own_orders(query_budget: QueryBudget, count: int) -> None:
    ada = make_customer()
    history(ada, count)
    api = customer(ada)
    with query_budget("me.orders"):
        found = api.send(MINE, first=count).data["me"]["orders"]
    assert (len(found["edges"]), found["totalCount"]) == (count, count)


@pytest.mark.parametrize(("operation", "query"), [("orders", LIST), ("me.orders", MINE)])
def test_orders_of_three_channels_cost_what_those_of_one_do(operation: str, query: str) -> None:
    costs = []
    for channels in (1, 3):
        ada = make_customer()
        history(ada, 3, channels)
        api = merchant(Permission.MANAGE_ORDERS).api if operation == "orders" else customer(ada)
        api.send("{ __typename }")
        with recorded_statements() as statements:
            api.send(query, first=3)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= BUDGETS[operation]


def test_what_products_of_three_channels_cost_is_asked_as_often_as_in_one() -> None:
    costs = []
    for channels in (1, 3):
        ada = make_customer()
        history(ada, 3, channels)
        group = make_group(ada, name=f"Buyers in {channels}")
        for variant in ProductVariant.objects.all():
            for listing in variant.channel_listings.select_related("channel"):
                make_list((variant, listing.price_amount - 100), groups=[group], channel=listing.channel)
        api = customer(ada)
        api.send("{ __typename }")
        with recorded_statements() as statements:
            orders = api.send(PRICES, first=3).data["me"]["orders"]["edges"]
        costs.append(len(statements))
    assert costs[0] == costs[1]
    products = [line["variant"]["product"] for order in orders for line in order["node"]["lines"]]
    assert all(product["isAvailable"] for product in products)
    starts = [product["pricing"]["priceRange"]["start"]["gross"] for product in products]
    assert {start["currency"] for start in starts} == {"USD", "EUR", "GBP"}
    ladders = [line["variant"]["pricing"]["priceLadder"] for order in orders for line in order["node"]["lines"]]
    assert all([step["kind"] for step in ladder] == ["LIST_PRICE", "PRICE_LIST", "TAX"] for ladder in ladders)
