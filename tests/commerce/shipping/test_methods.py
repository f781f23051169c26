"""Which shipping methods a parcel is offered."""

from collections.abc import Collection

import pytest

from commerce.catalog.models import Product
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import Conflict, InvalidInput, PermissionDenied, Rejected, Required
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.shipping.errors import ShippingMethodNotFound, ShippingZoneNotFound
from commerce.shipping.models import PostalCodeRule, ShippingMethod, ShippingZone
from commerce.shipping.queries import available_methods
from commerce.shipping.rules import Parcel, method_price, still_stands
from commerce.shipping.services import (
    MethodPrice,
    MethodSettings,
    PostalCodes,
    create_method,
    create_zone,
    delete_method,
    delete_zone,
    exclude_products,
    include_products,
    set_method_price,
    update_method,
    update_method_prices,
    update_zone,
)
from tests.factories import make_channel, make_product, make_shipping_method, make_shipping_zone, staff_actor

pytestmark = pytest.mark.django_db


def offered(
    channel: Channel,
    country: str = "US",
    subtotal: int = 1000,
    weight: int = 500,
    *,
    code: str = "",
    products: Collection[Product] = (),
) -> list[tuple[str, int]]:
    parcel = Parcel(country, code, subtotal, weight, frozenset(product.id for product in products))
    methods = available_methods(channel, parcel)
    return [(method.name, method_price(listing, subtotal)) for method, listing in methods]


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


@pytest.mark.parametrize(("subtotal", "price"), [(4999, 500), (5000, 0), (10**12, 0)])
def test_a_method_is_free_from_a_subtotal_on(subtotal: int, price: int):
    make_shipping_method(price=500, free_from=5000)
    assert offered(make_channel(), subtotal=subtotal) == [("Parcel", price)]


def test_what_became_free_because_the_cart_grew_needs_no_asking_but_what_costs_more_does():
    listing = make_shipping_method(price=500, free_from=5000).channel_listings.get()
    assert still_stands(listing, 5000, shown=500)
    assert still_stands(listing, 5000, shown=0)
    assert not still_stands(listing, 4999, shown=0)
    assert not still_stands(listing, 4999, shown=400)
    assert not still_stands(listing, 5000, shown=400)


def test_a_default_zone_serves_what_no_other_zone_of_the_channel_names():
    channel, other = make_channel(countries=[]), make_channel("eu", countries=[])
    make_shipping_method("Parcel", zone=make_shipping_zone(countries=["US"]))
    make_shipping_zone("Theirs", countries=["DE"], channels=[other])
    rest = make_shipping_zone("Rest of the world", countries=["PR"])
    ShippingZone.objects.filter(id=rest.id).update(is_default=True)
    make_shipping_method("Ship", zone=rest)
    assert [offered(channel, country) for country in ("US", "DE", "PR")] == [
        [("Parcel", 500)],
        [("Ship", 500)],
        [("Ship", 500)],
    ]


def test_a_default_zone_does_not_reach_where_the_channel_does_not_sell():
    zone = make_shipping_zone("Rest of the world", countries=[])
    ShippingZone.objects.filter(id=zone.id).update(is_default=True)
    make_shipping_method(zone=zone)
    assert offered(make_channel(countries=["US"]), "DE") == []


def test_postal_codes_keep_a_method_at_home_or_off_the_islands():
    channel = make_channel(countries=["US", "CA"])
    zone = make_shipping_zone(countries=["US", "CA"])
    bike, truck = make_shipping_method("Bike", zone=zone), make_shipping_method("Truck", zone=zone)
    only = PostalCodeRule.Inclusion.INCLUDE
    update_method(
        method_id=bike.id, settings={"postal_code_rules": [PostalCodes("US", "940", "941", only)]}, actor=SYSTEM
    )
    update_method(method_id=truck.id, settings={"postal_code_rules": [PostalCodes("US", "967", "968")]}, actor=SYSTEM)
    assert sorted(offered(channel, code="94043")) == [("Bike", 500), ("Truck", 500)]
    assert offered(channel, code="10001-0001") == [("Truck", 500)]
    assert offered(channel, code="96701") == []
    assert sorted(offered(channel, "CA", code="K1A 0B1")) == [("Bike", 500), ("Truck", 500)]


def test_a_cart_with_an_excluded_product_is_not_offered_the_method():
    channel, anvil, mug = make_channel(), make_product(), make_product()
    pigeon = make_shipping_method("Pigeon")
    exclude_products(method_id=pigeon.id, product_ids=[anvil.id], actor=SYSTEM)
    assert offered(channel, products=[mug]) == [("Pigeon", 500)]
    assert offered(channel, products=[mug, anvil]) == []
    include_products(method_id=pigeon.id, product_ids=[anvil.id], actor=SYSTEM)
    assert offered(channel, products=[mug, anvil]) == [("Pigeon", 500)]


def test_what_is_offered_is_one_statement_however_many_rules_there_are(query_count):
    channel, anvil = make_channel(), make_product()
    for number in range(5):
        method = make_shipping_method(f"Method {number}")
        codes = [PostalCodes("US", f"{place:05}") for place in range(20)]
        update_method(method_id=method.id, settings={"postal_code_rules": codes}, actor=SYSTEM)
        exclude_products(method_id=method.id, product_ids=[make_product().id], actor=SYSTEM)
    with query_count() as statements:
        assert len(offered(channel, code="94043", products=[anvil])) == 5
    assert len(statements) == 1


def test_a_merchant_opens_a_zone_and_offers_a_method_in_it():
    channel = make_channel()
    zone = create_zone(changes={"name": " Alps ", "countries": ["US", "US"]}, channels=[channel], actor=SYSTEM)
    settings: MethodSettings = {"name": "Mule", "minimum_delivery_days": 3}
    method = create_method(zone_id=zone.id, settings=settings, actor=SYSTEM)
    assert offered(channel) == []
    set_method_price(method_id=method.id, channel=channel, price=MethodPrice(2500), actor=SYSTEM)
    set_method_price(method_id=method.id, channel=channel, price=MethodPrice(2400, free_from_amount=9000), actor=SYSTEM)
    assert offered(channel) == [("Mule", 2400)]
    assert offered(channel, subtotal=9000) == [("Mule", 0)]
    assert (zone.name, zone.countries) == ("Alps", ["US"])
    update_method_prices(method_id=method.id, closed=[channel], actor=SYSTEM)
    assert offered(channel) == []


def test_a_change_says_what_it_changes_and_counts_up():
    channel = make_channel()
    method = make_shipping_method("Mule", minimum_delivery_days=2)
    changed = update_method(method_id=method.id, settings={"maximum_delivery_days": 5}, version=1, actor=SYSTEM)
    assert (changed.minimum_delivery_days, changed.maximum_delivery_days, changed.version) == (2, 5, 2)
    with pytest.raises(Conflict):
        update_method(method_id=method.id, settings={"name": "Horse"}, version=1, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        update_method(method_id=method.id, settings={"minimum_delivery_days": 6}, actor=SYSTEM)
    zone = update_zone(zone_id=method.zone_id, changes={"countries": ["CA"]}, actor=SYSTEM)
    assert (zone.version, offered(channel)) == (2, [])
    delete_method(method_id=method.id, version=2, actor=SYSTEM)
    delete_zone(zone_id=zone.id, version=2, actor=SYSTEM)
    assert not ShippingZone.objects.exists()


def test_shipping_is_for_those_who_may_manage_it():
    channel, other = make_channel(), make_channel("eu")
    here = staff_actor(Permission.MANAGE_SHIPPING, channels=[channel])
    names = {"name": "Ours", "countries": ["US"]}
    ours = create_zone(changes=names, channels=[channel], actor=here)
    for actor, channels in ((ANONYMOUS, [channel]), (here, [other]), (here, [])):
        with pytest.raises(PermissionDenied):
            create_zone(changes=names, channels=channels, actor=actor)
    assert ShippingZone.objects.count() == 1
    mule = create_method(zone_id=ours.id, settings={"name": "Mule"}, actor=here)
    update_method(method_id=mule.id, settings={"name": "Donkey"}, actor=here)
    set_method_price(method_id=mule.id, channel=channel, price=MethodPrice(1), actor=here)
    with pytest.raises(PermissionDenied):
        set_method_price(method_id=mule.id, channel=other, price=MethodPrice(1), actor=here)
    with pytest.raises(PermissionDenied):
        update_zone(zone_id=ours.id, changes={}, channels=[channel, other], actor=here)
    shared = make_shipping_zone("Shared", channels=[channel, other])
    theirs = make_shipping_method("Theirs", zone=shared)
    for verb in (
        lambda: update_zone(zone_id=shared.id, changes={"name": "Mine"}, actor=here),
        lambda: delete_zone(zone_id=shared.id, actor=here),
        lambda: create_method(zone_id=shared.id, settings={"name": "Mule"}, actor=here),
        lambda: update_method(method_id=theirs.id, settings={"name": "Mule"}, actor=here),
        lambda: delete_method(method_id=theirs.id, actor=here),
        lambda: exclude_products(method_id=theirs.id, product_ids=[], actor=here),
        lambda: include_products(method_id=theirs.id, product_ids=[], actor=here),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    shared.refresh_from_db()
    assert (shared.name, shared.version) == ("Shared", 1)


@pytest.mark.parametrize(
    ("codes", "path"),
    [
        (PostalCodes("ZZ", "1"), "country"),
        (PostalCodes("DE", "\x00"), "start"),
        (PostalCodes("DE", "?"), "start"),
        (PostalCodes("DE", "1" * 21), "start"),
        (PostalCodes("DE", "2", "1"), "end"),
        (PostalCodes("DE", "2", "\ud800"), "end"),
    ],
)
def test_rules_that_no_code_can_match_are_refused(codes: PostalCodes, path: str):
    method = make_shipping_method()
    with pytest.raises(Rejected) as refusal:
        update_method(
            method_id=method.id, settings={"postal_code_rules": [PostalCodes("DE", "1"), codes]}, actor=SYSTEM
        )
    assert [error.path for error in refusal.value.errors] == [("postal_code_rules", "1", path)]
    assert not method.postal_code_rules.exists()


def test_nonsense_is_refused():
    channel = make_channel()
    with pytest.raises(Required):
        create_zone(changes={"name": " ", "countries": ["US"]}, channels=[channel], actor=SYSTEM)
    with pytest.raises(InvalidInput):
        create_zone(changes={"name": "\x00", "countries": ["US"]}, channels=[channel], actor=SYSTEM)
    with pytest.raises(InvalidInput) as refusal:
        create_zone(changes={"name": "Nowhere", "countries": ["US", "ZZ"]}, channels=[channel], actor=SYSTEM)
    assert refusal.value.path == ("countries", "1")
    with pytest.raises(ShippingZoneNotFound):
        create_method(zone_id=uuid7(), settings={"name": "Mule"}, actor=SYSTEM)
    zone = make_shipping_zone()
    for bounds in ({"minimum_weight_grams": 2, "maximum_weight_grams": 1}, {"minimum_delivery_days": -1}):
        with pytest.raises(InvalidInput):
            create_method(zone_id=zone.id, settings={"name": "M", **bounds}, actor=SYSTEM)  # type: ignore[typeddict-item]
    with pytest.raises(ShippingMethodNotFound):
        set_method_price(method_id=uuid7(), channel=channel, price=MethodPrice(1), actor=SYSTEM)
    method = create_method(zone_id=zone.id, settings={"name": "Mule"}, actor=SYSTEM)
    for price in (MethodPrice(-1), MethodPrice(1, -1), MethodPrice(1, 2, 1), MethodPrice(1, free_from_amount=-1)):
        with pytest.raises(InvalidInput):
            set_method_price(method_id=method.id, channel=channel, price=price, actor=SYSTEM)
    with pytest.raises(Rejected):
        exclude_products(method_id=method.id, product_ids=[uuid7()], actor=SYSTEM)
