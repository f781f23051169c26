"""What a cart costs now."""

from decimal import Decimal

import pytest

from commerce.catalog.models import VariantChannelListing
from commerce.checkout.inputs import NewLine
from commerce.checkout.models import CheckoutDelivery
from commerce.checkout.quote import quote, quotes
from commerce.checkout.services import add_lines, choose_delivery_method
from commerce.core.actor import ANONYMOUS
from commerce.core.money import TaxedMoney
from tests.commerce.checkout.carts import refused
from tests.conftest import QueryBudget
from tests.factories import (
    list_product,
    list_variant,
    make_address,
    make_channel,
    make_checkout,
    make_shipping_method,
    make_tax_rate,
    make_variant,
)

pytestmark = pytest.mark.django_db


def usd(net: int, gross: int) -> TaxedMoney:
    return TaxedMoney.of(net, gross, "USD")


def test_net_prices_get_the_tax_of_the_country_that_the_goods_go_to():
    make_tax_rate("US", "8.875")
    mug = make_variant(price=1000, compare_at=1200)
    cart = make_checkout(mug, quantity=3, shipping_address=make_address())
    method = make_shipping_method(price=500)
    choose_delivery_method(checkout_id=cart.id, delivery_id=method.id, actor=ANONYMOUS)
    cart.refresh_from_db()
    found = quote(cart)
    (line,) = found.lines
    assert line.unit == usd(1000, 1089)
    assert line.undiscounted_unit == usd(1200, 1307)  # 1306.5
    assert line.total == found.subtotal == usd(3000, 3266)  # 266.25 on the whole line
    assert found.shipping == usd(500, 544)
    assert found.total == usd(3500, 3810)
    assert line.tax_percent == Decimal("8.875")
    assert line.variant.product.name


def test_gross_prices_stay_what_they_are_in_every_country():
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE", "FR"], prices_include_tax=True)
    make_tax_rate("DE", "19")
    make_tax_rate("FR", "20")
    mug = make_variant(price=1190, channel=eu)
    at_home = make_checkout(mug, channel=eu)
    abroad = make_checkout(mug, channel=eu, shipping_address=make_address(country="FR"))
    found = quotes([at_home, abroad])
    assert found[at_home.id].total == TaxedMoney.of(1000, 1190, "EUR")
    assert found[abroad.id].total == TaxedMoney.of(992, 1190, "EUR")


def test_a_download_is_taxed_where_the_buyer_lives_and_needs_no_shipping():
    make_tax_rate("US", "10")
    make_tax_rate("DE", "19")
    song = make_variant(price=100, is_shipping_required=False)
    cart = make_checkout(song, billing_address=make_address(country="DE"))
    assert quote(cart).total == usd(100, 119)
    assert quote(cart).is_shipping_required is False
    cart.lines.create(variant=make_variant(price=100), quantity=1)
    assert quote(cart).tax_country == "US"


def test_an_empty_cart_costs_nothing():
    found = quote(make_checkout())
    assert (found.lines, found.total, found.delivery) == ((), usd(0, 0), None)


def test_a_price_change_is_seen_at_once():
    mug = make_variant(price=1000)
    cart = make_checkout(mug)
    VariantChannelListing.objects.update(price_amount=1500)
    assert quote(cart).total == usd(1500, 1500)


def test_what_is_no_longer_sold_shows_its_last_price_and_says_so():
    mug = make_variant(price=1000)
    cart = make_checkout()
    add_lines(checkout_id=cart.id, lines=[NewLine(mug.id, 2)], actor=ANONYMOUS)
    VariantChannelListing.objects.all().delete()
    (line,) = quote(cart).lines
    assert (line.total, line.refusal and line.refusal.code) == (usd(2000, 2000), "UNAVAILABLE_VARIANT_IN_CHANNEL")


def test_what_never_had_a_price_is_an_error_and_never_free():
    cart = make_checkout(make_variant(price=None))
    with refused() as faults:
        quote(cart)
    assert faults == [("UNAVAILABLE_VARIANT_IN_CHANNEL", ("lines", "0"))]


@pytest.mark.parametrize(("currency", "price", "text"), [("JPY", 1500, "1620"), ("KWD", 1500, "1.620")])
def test_yen_and_dinars(currency: str, price: int, text: str):
    channel = make_channel(currency.lower(), currency_code=currency, default_country="JP", countries=["JP"])
    make_tax_rate("JP", "8")
    cart = make_checkout(make_variant(price=price, channel=channel), channel=channel)
    assert quote(cart).total.gross.decimal == text


def test_the_same_variant_costs_what_each_channel_says():
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    mug = make_variant(price=1000)
    list_product(mug.product, eu)
    list_variant(mug, eu, price=900)
    here, there = make_checkout(mug), make_checkout(mug, channel=eu)
    found = quotes([here, there])
    assert found[here.id].total == usd(1000, 1000)
    assert found[there.id].total == TaxedMoney.of(900, 900, "EUR")


def test_many_carts_cost_the_statements_of_one(query_budget: QueryBudget):
    method, carts = make_shipping_method(), []
    for _ in range(5):
        cart = make_checkout(make_variant(), shipping_address=make_address(), billing_address=make_address())
        cart.delivery = CheckoutDelivery.objects.create(
            checkout=cart, method=method, name=method.name, price_amount=500
        )
        cart.save()
        cart.lines.create(variant=make_variant(), quantity=2)
        carts.append(cart)
    with query_budget("quote"):
        found = quotes(carts)
    assert {total.total.gross.amount for total in found.values()} == {3500}
