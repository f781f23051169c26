"""A shopper fetches the goods instead of having them sent."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.inventory.models import Allocation, Warehouse
from commerce.orders.models import Order
from tests.factories import (
    make_address,
    make_channel,
    make_shipping_method,
    make_tax_rate,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.schema.buying import APPROVED
from tests.schema.doing import ADDRESS, Shopper, gid

OPTIONS = "deliveries { id shippingMethod { name } collectionPoint { slug address { city } } } errors { code }"
LOCAL, ALL = Warehouse.ClickAndCollect.LOCAL, Warehouse.ClickAndCollect.ALL


def point(slug: str, kind: str = ALL, **fields: Any) -> Warehouse:
    """A warehouse where goods can be fetched."""
    return make_warehouse(slug, address=make_address(city="Reno", country="US"), click_and_collect=kind, **fields)


def fetched_at(shopper: Shopper) -> list[str]:
    """Where the shopper is told that the cart can be fetched."""
    found = shopper.ask("deliveryOptionsCalculate", select=OPTIONS).payload["deliveries"]
    return [each["collectionPoint"]["slug"] for each in found if each["collectionPoint"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_client")
def test_a_shopper_fetches_a_mug_and_needs_no_shipping_address() -> None:
    make_shipping_method()
    make_tax_rate("US", "10")
    corner = point("corner")
    shopper = Shopper()
    shopper.open_cart(make_variant(price=1000), billingAddress=ADDRESS, email="ada@example.com")
    (offer,) = shopper.ask("deliveryOptionsCalculate", select=OPTIONS).payload["deliveries"]
    assert offer["collectionPoint"] == {"slug": "corner", "address": {"city": "Reno"}}
    assert offer["shippingMethod"] is None
    chosen = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("Warehouse", corner.id))["checkout"]
    assert (chosen["shippingPrice"]["gross"]["amount"], chosen["totalPrice"]["gross"]["amount"]) == (0.0, 11.0)
    order = shopper.do("checkoutComplete", payment=APPROVED)["order"]
    assert (order["shippingAddress"], order["total"]["gross"]["amount"]) == (None, 11.0)
    query = "query($id: ID) { order(id: $id) { deliveryMethod { ... on Warehouse { slug address { city } } } } }"
    assert shopper.api.send(query, id=order["id"]).data["order"]["deliveryMethod"] == {
        "slug": "corner",
        "address": {"city": "Reno"},
    }
    placed = Order.objects.get()
    assert (placed.collection_point_id, placed.shipping_method_id) == (corner.id, None)
    assert placed.shipping_method_name == "Corner"


@pytest.mark.django_db
def test_only_places_that_have_all_of_it_or_are_brought_it_are_offered() -> None:
    mug, plate = make_variant(stock=5), make_variant(stock=5)
    point("brought")
    full, half = point("full", LOCAL), point("half", LOCAL)
    for warehouse, variant, units in ((full, mug, 2), (full, plate, 2), (half, mug, 2), (half, plate, 1)):
        stock_up(variant, units, warehouse=warehouse)
    point("closed", is_active=False)
    point("theirs", channels=[make_channel("eu")])
    shopper = Shopper()
    shopper.open_cart(mug, plate, quantity=2)
    assert fetched_at(shopper) == ["brought", "full"]
    for place in ("half", "closed", "theirs", "main"):
        key = gid("Warehouse", Warehouse.objects.get(slug=place).id)
        refused = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=key)
        assert refused.problems == [("INVALID_SHIPPING_METHOD", ["deliveryMethodId"])], place
    nowhere = gid("Warehouse", "01890000-0000-7000-8000-000000000000")
    refused = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=nowhere)
    assert refused.problems == [("NOT_FOUND", ["deliveryMethodId"])]


@pytest.mark.django_db
def test_nothing_is_offered_to_fetch_that_is_nowhere() -> None:
    rare = make_variant(stock=1)
    point("corner")
    shopper = Shopper()
    shopper.open_cart(rare)
    assert fetched_at(shopper) == ["corner"]
    rare.stocks.update(on_hand=0)
    assert fetched_at(shopper) == []


@pytest.mark.django_db
def test_a_place_that_closes_becomes_a_problem_of_the_cart() -> None:
    corner = point("corner")
    shopper = Shopper()
    shopper.open_cart(make_variant())
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("Warehouse", corner.id))
    assert shopper.look()["problems"] == []
    Warehouse.objects.filter(id=corner.id).update(click_and_collect=Warehouse.ClickAndCollect.DISABLED)
    assert shopper.look()["problems"] == [{"__typename": "CheckoutProblemDeliveryMethodInvalid"}]
    refused = shopper.ask("checkoutComplete")
    assert ("DELIVERY_METHOD_NOT_APPLICABLE", ["deliveryMethod"]) in refused.problems


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_client")
def test_goods_that_are_fetched_where_they_lie_are_taken_from_there_and_nowhere_else() -> None:
    mug = make_variant(stock=5)
    corner = point("corner", LOCAL)
    there = stock_up(mug, 2, warehouse=corner)
    key = gid("Warehouse", corner.id)
    shopper = Shopper()
    shopper.open_cart(mug, quantity=2, billingAddress=ADDRESS, email="ada@example.com", shippingAddress=ADDRESS)
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=key)
    shopper.do("checkoutComplete", payment=APPROVED)
    assert [(row.stock_id, row.quantity) for row in Allocation.objects.all()] == [(there.id, 2)]

    late = Shopper()
    late.open_cart(mug, billingAddress=ADDRESS, email="eve@example.com")
    stock_up(mug, 1, warehouse=corner)
    late.do("checkoutDeliveryMethodUpdate", deliveryMethodId=key)
    late.do("checkoutLinesAdd", lines=[{"variantId": gid("ProductVariant", mug.id), "quantity": 1}])
    refused = late.ask("checkoutComplete", payment=APPROVED)
    assert [code for code, _ in refused.problems] == ["INSUFFICIENT_STOCK"]
    assert Order.objects.count() == 1
