"""Merchants say how the shop ships."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from commerce.shipping.models import ShippingMethod, ShippingZone
from tests.factories import make_channel, make_product, make_shipping_method, make_shipping_zone, make_variant
from tests.schema.doing import ADDRESS, Merchant, Shopper, gid, merchant

pytestmark = pytest.mark.django_db

ZONE = """query ($id: ID!) { shippingZone(id: $id) {
  name default version countries { code } channels { slug }
  shippingMethods { name type active postalCodeRules { start end inclusionType country { code } }
    channelListings { channel { slug } price { amount currency } freeFrom { amount } minimumOrderPrice { amount } }
    excludedProducts(first: 5) { totalCount nodes { name } } shippingZone { name } } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Somebody who may manage shipping."""
    return merchant(Permission.MANAGE_SHIPPING)


def open_zone(staff: Merchant, **fields: Any) -> str:
    """The id of a new zone."""
    wanted = {"name": "Home", "countries": ["US"], "channels": ["default-channel"], **fields}
    found: str = staff.do("shippingZoneCreate", input=wanted)["shippingZone"]["id"]
    return found


def test_a_merchant_sets_shipping_up_and_a_shopper_is_offered_it(staff: Merchant) -> None:
    mug, anvil = make_variant(price=1000), make_product("Anvil")
    zone = open_zone(staff)
    method = staff.do(
        "shippingMethodCreate",
        zone=zone,
        input={
            "name": "Bike",
            "description": "By bike, within the hour.",
            "maximumDeliveryDays": 1,
            "postalCodeRules": [{"country": "US", "start": "940", "end": "941", "inclusionType": "INCLUDE"}],
        },
    )["shippingMethod"]["id"]
    prices = {"addChannels": [{"channel": "default-channel", "price": "4.50", "freeFrom": "20"}]}
    staff.do("shippingMethodChannelListingUpdate", id=method, input=prices)
    staff.do("shippingMethodExcludeProducts", id=method, products=[gid("Product", anvil.id)])
    found = staff.api.send(ZONE, id=zone).data["shippingZone"]
    assert found["shippingMethods"] == [
        {
            "name": "Bike",
            "type": "PRICE",
            "active": True,
            "postalCodeRules": [{"start": "940", "end": "941", "inclusionType": "INCLUDE", "country": {"code": "US"}}],
            "channelListings": [
                {
                    "channel": {"slug": "default-channel"},
                    "price": {"amount": 4.5, "currency": "USD"},
                    "freeFrom": {"amount": 20.0},
                    "minimumOrderPrice": None,
                }
            ],
            "excludedProducts": {"totalCount": 1, "nodes": [{"name": "Anvil"}]},
            "shippingZone": {"name": "Home"},
        }
    ]
    shopper = Shopper()
    shopper.open_cart(mug, shippingAddress=ADDRESS)
    (offer,) = shopper.do(
        "deliveryOptionsCalculate",
        select="deliveries { id shippingMethod { name description price { amount } } } errors { code }",
    )["deliveries"]
    assert offer["shippingMethod"] == {
        "name": "Bike",
        "description": "By bike, within the hour.",
        "price": {"amount": 4.5},
    }
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=offer["id"])
    line = {"variantId": gid("ProductVariant", mug.id), "quantity": 1}
    grown = shopper.do("checkoutLinesAdd", lines=[line])["checkout"]
    assert (grown["shippingPrice"]["gross"]["amount"], grown["problems"]) == (0.0, [])
    moved = shopper.do("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "postalCode": "90210"})
    assert [each["__typename"] for each in moved["checkout"]["problems"]] == ["CheckoutProblemDeliveryMethodInvalid"]
    assert shopper.do("deliveryOptionsCalculate")["deliveries"] == []


def test_a_method_of_a_deleted_zone_cannot_be_chosen_and_is_let_go(staff: Merchant) -> None:
    parcel, mug = make_shipping_method(), make_variant()
    shopper = Shopper()
    shopper.open_cart(mug, shippingAddress=ADDRESS)
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("ShippingMethod", parcel.id))
    staff.do("shippingZoneDelete", id=gid("ShippingZone", parcel.zone_id))
    assert shopper.look()["delivery"] is None
    refused = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("ShippingMethod", parcel.id))
    assert refused.problems == [("NOT_FOUND", ["deliveryMethodId"])]


def test_another_channels_method_is_not_offered() -> None:
    theirs = make_shipping_method(channel=make_channel("eu", countries=["US"]))
    shopper = Shopper()
    shopper.open_cart(make_variant(), shippingAddress=ADDRESS)
    refused = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=gid("ShippingMethod", theirs.id))
    assert refused.problems == [("INVALID_SHIPPING_METHOD", ["deliveryMethodId"])]


def test_a_change_of_what_somebody_else_changed_is_refused(staff: Merchant) -> None:
    make_channel()
    zone = open_zone(staff)
    changed = staff.do("shippingZoneUpdate", id=zone, version=1, input={"default": True, "countries": []})
    assert changed["shippingZone"]["id"] == zone
    refused = staff.ask("shippingZoneUpdate", id=zone, version=1, input={"name": "Mine"})
    assert refused.problems == [("CONFLICT", ["version"])]
    found = staff.api.send(ZONE, id=zone).data["shippingZone"]
    assert (found["name"], found["default"], found["version"], found["countries"]) == ("Home", True, 2, [])


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": " "}, ["input", "name"]),
        ({"name": "x\x00"}, ["input", "name"]),
        ({"name": "x" * 101}, ["input", "name"]),
        ({"channels": ["nowhere"]}, ["input", "channels", "0"]),
        ({"metadata": [{"key": "", "value": "x"}]}, ["input", "metadata"]),
    ],
)
def test_a_zone_that_cannot_be(staff: Merchant, wrong: dict[str, Any], path: list[str]) -> None:
    make_channel()
    refused = staff.ask("shippingZoneCreate", input={"name": "Home", **wrong})
    assert [where for _, where in refused.problems] == [path]
    assert not ShippingZone.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"postalCodeRules": [{"country": "US", "start": "9\x00"}]}, ["input", "postalCodeRules", "0", "start"]),
        ({"postalCodeRules": [{"country": "US", "start": "9", "end": "1"}]}, ["input", "postalCodeRules", "0", "end"]),
        ({"minimumDeliveryDays": -1}, ["input", "minimumDeliveryDays"]),
        ({"minimumWeightGrams": 5, "maximumWeightGrams": 4}, ["input", "minimumWeightGrams"]),
    ],
)
def test_a_method_that_cannot_be(staff: Merchant, wrong: dict[str, Any], path: list[str]) -> None:
    method = make_shipping_method()
    refused = staff.ask("shippingMethodUpdate", id=gid("ShippingMethod", method.id), input={"name": "New", **wrong})
    assert refused.problems == [("INVALID", path)]
    assert ShippingMethod.objects.get().name == "Parcel"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"channel": "nowhere", "price": "1"}, ["input", "addChannels", "1", "channel"]),
        ({"channel": "default-channel", "price": "1.001"}, ["input", "addChannels", "1", "price"]),
        ({"channel": "default-channel", "price": "99999999999999"}, ["input", "addChannels", "1", "price"]),
        (
            {"channel": "default-channel", "price": "1", "minimumOrderPrice": "2", "maximumOrderPrice": "1"},
            ["input", "addChannels", "1", "minimumOrderPrice"],
        ),
    ],
)
def test_prices_are_set_all_or_none(staff: Merchant, wrong: dict[str, Any], path: list[str]) -> None:
    method = make_shipping_method(price=500)
    prices = [{"channel": "default-channel", "price": "1"}, wrong]
    refused = staff.ask(
        "shippingMethodChannelListingUpdate", id=gid("ShippingMethod", method.id), input={"addChannels": prices}
    )
    assert [where for _, where in refused.problems] == [path]
    assert method.channel_listings.get().price_amount == 500


def test_staff_of_one_channel_see_and_change_what_is_theirs_alone() -> None:
    channel, other = make_channel(), make_channel("eu")
    make_shipping_zone("Theirs", channels=[other])
    shared = make_shipping_zone("Shared", channels=[channel, other])
    parcel = make_shipping_method(zone=shared)
    parcel.channel_listings.create(channel=other, price_amount=700)
    staff = merchant(Permission.MANAGE_SHIPPING, channels=[channel])
    query = "{ shippingZones { nodes { name shippingMethods { channelListings { channel { slug } } } } } }"
    assert staff.api.send(query).data["shippingZones"]["nodes"] == [
        {"name": "Shared", "shippingMethods": [{"channelListings": [{"channel": {"slug": "default-channel"}}]}]}
    ]
    assert staff.ask("shippingZoneUpdate", id=gid("ShippingZone", shared.id), input={}).codes == ["PERMISSION_DENIED"]
    here = {"addChannels": [{"channel": "default-channel", "price": "1"}]}
    there = {"addChannels": [{"channel": "eu", "price": "1"}]}
    method = gid("ShippingMethod", parcel.id)
    assert staff.ask("shippingMethodChannelListingUpdate", id=method, input=there).codes == ["PERMISSION_DENIED"]
    staff.do("shippingMethodChannelListingUpdate", id=method, input=here)
    assert set(parcel.channel_listings.values_list("price_amount", flat=True)) == {100, 700}


def test_a_list_of_zones_costs_the_same_however_long_it_is(staff: Merchant, query_budget: Any) -> None:
    for number in range(5):
        method = make_shipping_method(zone=make_shipping_zone(f"Zone {number}"))
        method.excluded_products.add(make_product())
    query = """{ shippingZones(first: 20) { nodes { name channels { slug } shippingMethods { name
      postalCodeRules { start } channelListings { channel { slug } price { amount } }
      excludedProducts { nodes { name } } shippingZone { name } } } } }"""
    with query_budget("shippingZones"):
        found = staff.api.send(query).data["shippingZones"]["nodes"]
    assert [len(zone["shippingMethods"]) for zone in found] == [1] * 5
