"""Which shipping methods a parcel is offered."""

import pytest

from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, PermissionDenied, Required
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.shipping.models import ShippingMethod, ShippingZone
from commerce.shipping.queries import available_methods
from commerce.shipping.services import (
    ShippingMethodNotFound,
    ShippingZoneNotFound,
    create_method,
    create_zone,
    set_method_price,
)
from tests.factories import make_channel, make_shipping_method, make_shipping_zone, staff_actor

pytestmark = pytest.mark.django_db


def offered(channel: Channel, country: str = "US", subtotal: int = 1000, weight: int = 500) -> list[tuple[str, int]]:
    methods = available_methods(channel, country, subtotal, weight)
    return [(method.name, listing.price_amount) for method, listing in methods]


def test_methods_come_in_the_merchants_order_with_the_price_of_the_channel():
    channel = make_channel()
    make_shipping_method("Slow", price=300, sort_order=2)
    make_shipping_method("Fast", price=900, sort_order=1)
    assert offered(channel) == [("Fast", 900), ("Slow", 300)]


def test_a_zone_serves_its_own_countries_only():
    channel = make_channel(countries=["US", "CA"])
    make_shipping_method(zone=make_shipping_zone("Canada", countries=["CA"]))
    assert offered(channel, "US") == []
    assert offered(channel, "CA") == [("Parcel", 500)]


def test_a_country_that_the_channel_does_not_sell_to_is_offered_nothing():
    channel = make_channel(countries=["US"])
    make_shipping_method(zone=make_shipping_zone("Everywhere", countries=["US", "CA"]))
    assert offered(channel, "CA") == []


def test_another_channels_price_and_zone_are_not_ours():
    channel, other = make_channel(), make_channel("eu", currency_code="EUR", countries=["US"])
    make_shipping_method("Theirs", channel=other)
    shared = make_shipping_zone("Not ours", channels=[other])
    make_shipping_method("Priced here, zoned there", zone=shared, channel=channel)
    assert offered(channel) == []


def test_a_method_that_is_switched_off_is_not_offered():
    make_shipping_method(is_active=False)
    assert offered(make_channel()) == []


@pytest.mark.parametrize(("subtotal", "fits"), [(4999, False), (5000, True), (9999, True), (10000, False)])
def test_a_method_can_ask_for_a_subtotal(subtotal: int, fits: bool):
    make_shipping_method(minimum_subtotal=5000, maximum_subtotal=9999)
    assert bool(offered(make_channel(), subtotal=subtotal)) is fits


@pytest.mark.parametrize(("weight", "fits"), [(999, False), (1000, True), (2000, True), (2001, False)])
def test_a_method_by_weight_takes_parcels_between_its_bounds(weight: int, fits: bool):
    make_shipping_method(kind=ShippingMethod.Kind.WEIGHT, minimum_weight_grams=1000, maximum_weight_grams=2000)
    assert bool(offered(make_channel(), weight=weight)) is fits


def test_a_flat_method_does_not_care_for_weight():
    make_shipping_method(minimum_weight_grams=1000, maximum_weight_grams=2000)
    assert offered(make_channel(), weight=10**6)


def test_a_merchant_opens_a_zone_and_offers_a_method_in_it():
    channel = make_channel()
    zone = create_zone(name=" Alps ", countries=["US", "US"], channels=[channel], actor=SYSTEM)
    method = create_method(zone_id=zone.id, name="Mule", minimum_delivery_days=3, actor=SYSTEM)
    assert offered(channel) == []
    set_method_price(method_id=method.id, channel=channel, price_amount=2500, actor=SYSTEM)
    set_method_price(method_id=method.id, channel=channel, price_amount=2400, actor=SYSTEM)
    assert offered(channel) == [("Mule", 2400)]
    assert (zone.name, zone.countries) == ("Alps", ["US"])


def test_shipping_is_for_those_who_may_manage_it():
    channel, other = make_channel(), make_channel("eu")
    here = staff_actor(Permission.MANAGE_SHIPPING, channels=[channel])
    create_zone(name="Ours", countries=["US"], channels=[channel], actor=here)
    for actor, channels in ((ANONYMOUS, [channel]), (here, [other]), (here, [])):
        with pytest.raises(PermissionDenied):
            create_zone(name="Theirs", countries=["US"], channels=channels, actor=actor)
    assert ShippingZone.objects.count() == 1


def test_nonsense_is_refused():
    channel = make_channel()
    with pytest.raises(Required):
        create_zone(name=" ", countries=["US"], channels=[channel], actor=SYSTEM)
    with pytest.raises(InvalidInput) as refusal:
        create_zone(name="Nowhere", countries=["US", "ZZ"], channels=[channel], actor=SYSTEM)
    assert refusal.value.path == ("countries", "1")
    with pytest.raises(ShippingZoneNotFound):
        create_method(zone_id=uuid7(), name="Mule", actor=SYSTEM)
    zone = make_shipping_zone()
    with pytest.raises(InvalidInput):
        create_method(zone_id=zone.id, name="M", minimum_weight_grams=2, maximum_weight_grams=1, actor=SYSTEM)
    with pytest.raises(ShippingMethodNotFound):
        set_method_price(method_id=uuid7(), channel=channel, price_amount=1, actor=SYSTEM)
    method = create_method(zone_id=zone.id, name="Mule", actor=SYSTEM)
    with pytest.raises(InvalidInput):
        set_method_price(method_id=method.id, channel=channel, price_amount=-1, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        set_method_price(method_id=method.id, channel=channel, price_amount=1, minimum_subtotal_amount=-1, actor=SYSTEM)
