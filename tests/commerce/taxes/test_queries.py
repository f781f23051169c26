"""Tax rates by country, region and class."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commerce.channels.errors import ChannelInactive, ChannelNotFound, ChannelRequired
from commerce.channels.models import Channel
from commerce.channels.queries import CHANNEL_COLUMNS, active_channel
from commerce.core.actor import SYSTEM
from commerce.core.rounding import Rounding
from commerce.shipping.postal_codes import CodeRange
from commerce.taxes.models import CustomerTaxes, TaxConfiguration, TaxRate
from commerce.taxes.queries import Place, classes_of_products, taxed_channel, taxes_at, taxes_shown
from commerce.taxes.rates import Fallback, Rates, TaxMode
from commerce.taxes.services import assign_tax_class, delete_tax_class
from tests.factories import (
    make_channel,
    make_customer,
    make_product,
    make_product_type,
    make_tax_class,
    make_tax_rate,
)
from tests.statements import Statements

pytestmark = pytest.mark.django_db
LANDS = st.sampled_from(["US", "GB"])
QueryCount = Callable[[], AbstractContextManager[Statements]]


def rates_at(country: str, area: str = "", postal_code: str = "") -> Rates:
    place = Place(make_channel().id, country, area, postal_code=postal_code)
    return taxes_at([place])[place].rates


def test_a_country_without_a_rate_takes_no_tax() -> None:
    make_tax_rate("DE", "19")
    assert rates_at("DE").default == Decimal(19)
    assert rates_at("US") == Rates(Decimal(0), Decimal(0))


def test_many_places_are_one_question(query_count: QueryCount) -> None:
    make_tax_rate("DE", "19")
    make_tax_rate("FR", "20")
    channel = make_channel()
    places = [Place(channel.id, country) for country in ("DE", "FR", "DE", "CH")]
    with query_count() as statements:
        found = taxes_at(places)
    assert {place.country: taxes.rates.default for place, taxes in found.items()} == {"DE": 19, "FR": 20, "CH": 0}
    assert len(statements) == 1


def test_no_place_is_no_question(query_count: QueryCount) -> None:
    with query_count() as statements:
        assert taxes_at([]) == {}
        assert classes_of_products([]) == {}
    assert len(statements) == 0


def test_a_region_goes_before_its_country_and_a_class_before_the_rest() -> None:
    food, books = make_tax_class("Food", rates={"US": "1"}), make_tax_class("Books", rates={"US": "2"})
    make_tax_rate("US", "3")
    make_tax_rate("US", "4", area="CA", tax_class=food)
    make_tax_rate("US", "5", area="NY")
    make_tax_rate("US", "6", area="NY", tax_class=food)
    make_tax_rate("DE", "19", area="CA")

    def percents(area: str) -> list[Decimal]:
        rates = rates_at("US", area)
        return [rates.of(str(food.id)), rates.of(str(books.id)), rates.of(None), rates.shipping]

    assert percents("") == [1, 2, 3, 3]
    assert percents("TX") == [1, 2, 3, 3]
    assert percents("ca") == percents("CA") == [4, 2, 3, 3]
    assert percents("NY") == [6, 5, 5, 5]  # a region with a rate for everything else leaves nothing to its country


@pytest.mark.parametrize(
    ("country", "postal_code", "percent"),
    [
        ("ES", "28013", "21"),  # Madrid
        ("ES", "35001", "7"),  # Las Palmas, Canary Islands
        ("ES", "ES-38670", "7"),  # Tenerife
        ("ES", "51001", "10"),  # Ceuta
        ("ES", "52006", "10"),  # Melilla
        ("DE", "78266", "0"),  # Buesingen
        ("DE", "78267", "19"),
        ("IT", "23041", "0"),  # Livigno
        ("IT", "23030", "22"),
        ("US", "94103-1234", "8.625"),
        ("US", "94607", "7.25"),
        ("US", "10001", "0"),
        ("GB", "e1 6an", "5"),
        ("GB", "E10 5NP", "20"),
        ("ES", "", "21"),
    ],
)
def test_places_that_tax_by_themselves_are_told_by_their_postal_codes(
    country: str, postal_code: str, percent: str
) -> None:
    food = make_tax_class("Food", rates={"ES": "4", "DE": "7"})
    for land, rate in (("ES", "21"), ("DE", "19"), ("IT", "22"), ("GB", "20")):
        make_tax_rate(land, rate)
    for land, rate, codes in (
        ("ES", "7", ("35", "")), ("ES", "7", ("38", "")), ("ES", "10", ("51", "52")), ("DE", "0", ("78266", "")),
        ("IT", "0", ("23041", "23041")), ("US", "7.25", ("90", "96162")), ("US", "8.625", ("94103", "")),
        ("GB", "5", ("E1", "E2")),
    ):  # fmt: skip
        make_tax_rate(land, rate, codes=codes)
    rates = rates_at(country, "CA", postal_code)
    assert rates.default == Decimal(percent)
    if country == "ES" and postal_code[:2] in {"35", "51"}:
        assert rates.of(str(food.id)) == Decimal(percent), "mainland classes do not reach there"


def test_postal_codes_go_before_the_region_and_leave_it_what_they_do_not_say() -> None:
    food = make_tax_class("Food", rates={"US": "1"})
    make_tax_rate("US", "3")
    make_tax_rate("US", "5", area="CA")
    make_tax_rate("US", "6", codes=("94", ""), tax_class=food)
    make_tax_rate("US", "9", area="NY", codes=("94043", ""))

    def percents(area: str, postal_code: str) -> list[Decimal]:
        rates = rates_at("US", area, postal_code)
        return [rates.of(str(food.id)), rates.of(None)]

    assert percents("", "94043") == [6, 3]
    assert percents("CA", "94043") == [6, 5]
    assert percents("CA", "93001") == [5, 5]
    assert percents("NY", "94043") == [9, 9], "both the region and the codes must be right"


CODES = st.from_regex(re.compile(r"[0-9A-Z]{1,5}", re.ASCII), fullmatch=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=CODES, end=st.one_of(st.just(""), CODES), asked=st.lists(CODES, min_size=1, max_size=30), land=LANDS)
def test_the_database_compares_codes_as_the_rules_of_shipping_do(
    start: str, end: str, asked: list[str], land: str
) -> None:
    codes = CodeRange(land, start, end)
    assume(not codes.is_empty)
    TaxRate.objects.filter(country=land).delete()
    make_tax_rate(land, "10", codes=(start, end))
    channel_id = make_channel().id
    places = [Place(channel_id, land, postal_code=code) for code in [*asked, start, f"{end or start}9"]]
    found = taxes_at(places)
    for place in places:
        assert (found[place].rates.default == 10) is codes.holds(land, place.postal_code)


def test_a_channel_says_what_goods_without_a_class_and_deliveries_bear() -> None:
    food, post = make_tax_class("Food", rates={"DE": "7"}), make_tax_class("Post", rates={"DE": "5"})
    make_tax_rate("DE", "19")
    channel = make_channel()
    TaxConfiguration.objects.create(
        channel=channel, default_class=food, shipping_class=post, mode=TaxMode.PER_TOTAL, rounding=Rounding.DOWN,
        service="http", fallback=Fallback.REFUSE, reverse_charge=True, seat_country="FR",
    )  # fmt: skip
    place = Place(channel.id, "DE")
    taxes = taxes_at([place])[place]
    assert (taxes.rates.of(None), taxes.rates.shipping) == (7, 5)
    assert (taxes.rates.mode, taxes.rates.rounding) == (TaxMode.PER_TOTAL, Rounding.DOWN)
    assert (taxes.service, taxes.fallback, taxes.default_class_name) == ("http", Fallback.REFUSE, "Food")
    assert (taxes.reverse_charge, taxes.seat_country) == (True, "FR")


def test_what_is_known_of_the_customer_comes_along() -> None:
    channel, ada, bob = make_channel(), make_customer("ada@example.com"), make_customer("bob@example.com")
    CustomerTaxes.objects.create(user=ada, is_exempt=True, reason="Certificate 7")
    CustomerTaxes.objects.create(user=bob, is_exempt=False, reason="Was once", vat_id="DE123456789")
    places = [Place(channel.id, "DE", "", user) for user in (ada.id, bob.id, None)]
    found = taxes_at(places)
    told = [(found[place].customer_exemption, found[place].customer_vat_id) for place in places]
    assert told == [("Certificate 7", ""), ("", "DE123456789"), ("", "")]


@pytest.mark.parametrize(("country", "percent"), [("DE", 19), ("US", 0)])
def test_a_channel_comes_with_the_rates_of_its_country(country: str, percent: int) -> None:
    make_tax_rate("DE", "19")
    make_tax_class("Books", rates={"DE": "7"})
    channel_of_test = make_channel(default_country=country, metadata={"a": "b"})
    TaxConfiguration.objects.create(channel=channel_of_test, rounding=Rounding.UP)
    channel, taxes = taxed_channel("default-channel")
    known = Channel.objects.get()
    assert taxes.rates.default == percent
    assert taxes == taxes_shown(known)
    assert [getattr(channel, name) for name in CHANNEL_COLUMNS] == [getattr(known, name) for name in CHANNEL_COLUMNS]


def test_a_channel_that_is_closed_or_none_is_refused_as_everywhere() -> None:
    make_channel(is_active=False)
    for slug, refusal in (("default-channel", ChannelInactive), ("x", ChannelNotFound), ("a\x00", ChannelNotFound)):
        for find in (taxed_channel, active_channel):
            with pytest.raises(refusal):
                find(slug)
    for slug in (None, ""):
        with pytest.raises(ChannelRequired):
            taxed_channel(slug)


def test_a_product_is_of_its_own_class_or_of_its_types() -> None:
    books, food = make_tax_class("Books"), make_tax_class("Food")
    novel, cookbook, mug = make_product("Novel"), make_product("Cookbook"), make_product("Mug")
    mug.product_type = make_product_type("plain")
    mug.save()
    kind = [novel.product_type_id]
    ids = [str(product.id) for product in (novel, cookbook, mug)]
    assert classes_of_products(ids) == {}
    assign_tax_class(tax_class_id=books.id, product_type_ids=kind, actor=SYSTEM)
    assign_tax_class(tax_class_id=books.id, product_ids=[cookbook.id], actor=SYSTEM)
    assign_tax_class(tax_class_id=food.id, product_ids=[cookbook.id, cookbook.id], actor=SYSTEM)
    assert classes_of_products(ids) == {ids[0]: str(books.id), ids[1]: str(food.id)}
    assign_tax_class(tax_class_id=None, product_ids=[cookbook.id], actor=SYSTEM)
    assert classes_of_products(ids) == {ids[0]: str(books.id), ids[1]: str(books.id)}
    delete_tax_class(tax_class_id=books.id, actor=SYSTEM)
    assert classes_of_products(ids) == {}
