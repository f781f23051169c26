"""Markets become channels and locations warehouses, by what the merchant says or by their names."""

import pytest

from commerce.catalog.models import Product, ProductChannelListing, VariantChannelListing
from commerce.core.errors import NotFound, PermissionDenied
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.inventory.models import Stock
from tests.commerce.importing.conftest import MUG, as_csv, outcomes, variant
from tests.factories import make_channel, make_warehouse, staff_actor

JAPAN = {"Price / Japan": "2700", "Compare At Price / Japan": "3000", "Included / Japan": "TRUE"}


@pytest.fixture
def japan(db):
    return make_channel("jp", name="Japan", currency_code="JPY")


def rows(*rows, **beside):
    return as_csv(*rows, columns=tuple(dict.fromkeys(column for row in rows for column in row)))


def prices(channel):
    return list(VariantChannelListing.objects.filter(channel=channel).values_list("price_amount", "compare_at_amount"))


def shown(channel):
    listings = ProductChannelListing.objects.filter(channel=channel).order_by("product__slug")
    return list(listings.values_list("is_published", "min_price_amount"))


def test_a_market_with_the_name_of_a_channel_is_that_channel_in_its_own_currency(load, channel, japan):
    report = load(rows(MUG | JAPAN))
    assert not report.not_kept
    assert (prices(japan), prices(channel)) == ([(2700, 3000)], [(1800, None)])
    assert (shown(japan), shown(channel)) == ([(True, 2700)], [(True, 1800)])
    told = Event.objects.filter(type="product.published").values_list("channel", flat=True)
    assert sorted(told) == ["default-channel", "jp"]
    assert outcomes(load(rows(MUG | JAPAN))) == {"unchanged": 1}


def test_a_blank_price_of_a_market_leaves_it_and_a_new_one_is_told_to_partners(load, japan):
    load(rows(MUG | JAPAN))
    assert outcomes(load(rows(MUG | JAPAN | {"Price / Japan": "", "Compare At Price / Japan": ""}))) == {"unchanged": 1}
    load(rows(MUG | JAPAN | {"Price / Japan": "2500"}))
    assert prices(japan) == [(2500, 3000)]
    event = Event.objects.get(type="variant.price_changed")
    assert (event.channel, event.payload["currency"], event.payload["price_amount"]) == ("jp", "JPY", 2500)


def test_what_a_market_does_not_include_and_a_draft_are_not_shown_in_it(load, japan):
    load(rows(MUG | JAPAN, MUG | JAPAN | {"Handle": "cup", "Variant SKU": "C", "Status": "draft"}))
    assert [is_published for is_published, _ in shown(japan)] == [False, True]
    load(rows(MUG | JAPAN | {"Included / Japan": "FALSE"}))
    assert not ProductChannelListing.objects.filter(channel=japan, is_published=True).exists()


def test_a_merchant_says_which_channel_a_market_is(load, channel, japan):
    told = {"Far East": "jp", "Home": "default-channel"}
    report = load(rows(MUG | {"Price / Far East": "900", "Price / Home": "17.50"}), markets=told)
    assert not report.not_kept
    assert (prices(japan), prices(channel)) == ([(900, None)], [(1750, None)])


def test_nobodys_market_and_location_are_named_and_everything_else_comes_in(load, japan):
    make_channel("jp-2", name="japan")
    columns = {"Price / Nowhere": "1", "Price / Japan": "2", "Inventory quantity / Attic": "3"}
    report = load(rows(MUG | columns))
    assert report.not_kept == dict.fromkeys(columns, 1)
    assert outcomes(report) == {"created": 1}
    assert not prices(japan)


def test_a_price_with_digits_that_the_market_does_not_have_is_named_with_the_header_of_the_file(load, japan):
    report = load(rows(MUG | {"Price / Japan": "27.50"}))
    assert [problem.column for problem in report.failures] == ["Price / Japan"]
    assert not Product.objects.exists()


def test_quantities_lie_where_the_file_says(load, warehouse):
    make_warehouse("east", name="East side")
    make_warehouse("west")
    cells = {"Inventory quantity / East side": "3", "Inventory On Hand: WEST": "", "Main Street": "9"}
    again = variant(**{"Option1 Value": "Red", "Inventory On Hand: WEST": "5"})
    first = MUG | cells | {"Option1 Name": "Colour", "Option1 Value": "Blue"}
    report = load(rows(first, again), locations={"main street": "main"})
    assert not report.not_kept
    stocks = Stock.objects.order_by("on_hand").values_list("warehouse__slug", "on_hand")
    assert list(stocks) == [("east", 3), ("west", 5), ("main", 9)]


def test_a_slug_that_is_none_is_said_before_anything_is_read(load):
    with pytest.raises(NotFound) as refused:
        load(rows(MUG), markets={"Japan": "nowhere"})
    assert refused.value.path == ("markets",)
    assert not Product.objects.exists()


def test_staff_of_one_channel_set_no_prices_in_another(load, channel, japan):
    actor = staff_actor(Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK, channels=[channel])
    with pytest.raises(PermissionDenied):
        load(rows(MUG | JAPAN), markets={"Japan": "jp"}, actor=actor)
    report = load(rows(MUG | JAPAN), actor=actor)
    assert set(report.not_kept) == set(JAPAN)
    assert not prices(japan)
