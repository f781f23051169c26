"""Prices as shoppers see them: taxed, in the channel, and null where there is none."""

from __future__ import annotations

from tests.factories import list_product, list_variant, make_channel, make_product, make_tax_rate, make_variant
from tests.schema.shop import Asker

PRICES = """
query ($slug: String!, $channel: String!) {
  product(slug: $slug, channel: $channel) {
    pricing {
      onSale displayGrossPrices discount { gross { amount } }
      priceRange { start { net { minorAmount } gross { minorAmount currency } } stop { gross { minorAmount } } }
      priceRangeUndiscounted { start { gross { minorAmount } } stop { gross { minorAmount } } }
    }
    variants { sku pricing { onSale discount { net { minorAmount } } price { net { minorAmount } gross { minorAmount }
      tax { minorAmount } } priceUndiscounted { gross { minorAmount } } } }
  }
}
"""


def test_net_prices_get_the_tax_of_the_channels_country_on_top(shopper: Asker) -> None:
    make_tax_rate("US", "10")
    product = make_product(slug="mug")
    make_variant(product=product, price=1005, sku="A")
    make_variant(product=product, price=2000, compare_at=2500, sku="B")
    found = shopper(PRICES, slug="mug", channel="default-channel").data["product"]
    assert found["pricing"] == {
        "onSale": True,
        "displayGrossPrices": False,
        "discount": None,
        "priceRange": {
            "start": {"net": {"minorAmount": "1005"}, "gross": {"minorAmount": "1106", "currency": "USD"}},
            "stop": {"gross": {"minorAmount": "2200"}},
        },
        "priceRangeUndiscounted": {
            "start": {"gross": {"minorAmount": "1106"}},
            "stop": {"gross": {"minorAmount": "2750"}},
        },
    }
    assert found["variants"][1]["pricing"] == {
        "onSale": True,
        "discount": {"net": {"minorAmount": "500"}},
        "price": {"net": {"minorAmount": "2000"}, "gross": {"minorAmount": "2200"}, "tax": {"minorAmount": "200"}},
        "priceUndiscounted": {"gross": {"minorAmount": "2750"}},
    }


def test_gross_prices_have_their_tax_taken_out(shopper: Asker) -> None:
    make_tax_rate("DE", "19")
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"], prices_include_tax=True)
    product = make_product(slug="mug", channel=eu)
    make_variant(product=product, price=1190, channel=eu)
    found = shopper(PRICES, slug="mug", channel="eu").data["product"]
    assert found["pricing"]["priceRange"]["start"] == {
        "net": {"minorAmount": "1000"},
        "gross": {"minorAmount": "1190", "currency": "EUR"},
    }


def test_one_request_may_look_at_two_channels_and_mixes_nothing_up(shopper: Asker) -> None:
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    product = make_product(slug="mug")
    variant = make_variant(product=product, price=1000)
    list_product(product, eu)
    list_variant(variant, eu, price=900)
    document = """{
      us: product(slug: "mug", channel: "default-channel") { ...prices }
      eu: product(slug: "mug", channel: "eu") { ...prices }
    }
    fragment prices on Product { pricing { priceRange { start { gross { minorAmount currency } } } }
      defaultVariant { pricing { price { gross { minorAmount } } } product { pricing { priceRange { start {
        gross { minorAmount } } } } } } }"""
    data = shopper(document).data
    for channel, amount, currency in (("us", "1000", "USD"), ("eu", "900", "EUR")):
        assert data[channel]["pricing"]["priceRange"]["start"]["gross"] == {
            "minorAmount": amount,
            "currency": currency,
        }
        inner = data[channel]["defaultVariant"]
        assert inner["pricing"]["price"]["gross"] == {"minorAmount": amount}
        assert inner["product"]["pricing"]["priceRange"]["start"]["gross"] == {"minorAmount": amount}


def test_a_product_without_any_price_has_null_and_not_zero(shopper: Asker) -> None:
    make_variant(product=make_product(slug="mug"), price=None)
    assert shopper(PRICES, slug="mug", channel="default-channel").data["product"] == {"pricing": None, "variants": []}


QUANTITY = '{ productVariant(sku: "A", channel: "default-channel") { quantityAvailable product { isAvailable } } }'


def test_shoppers_never_learn_more_stock_than_one_line_may_have(shopper: Asker) -> None:
    make_channel(quantity_limit_per_line=7)
    make_variant(sku="A", stock=1000)
    found = shopper(QUANTITY).data["productVariant"]
    assert found == {"quantityAvailable": 7, "product": {"isAvailable": True}}


def test_the_last_three_are_three_and_none_is_none(shopper: Asker) -> None:
    variant = make_variant(sku="A", stock=3)
    assert shopper(QUANTITY).data["productVariant"]["quantityAvailable"] == 3
    variant.stocks.update(on_hand=0)
    assert shopper(QUANTITY).data["productVariant"] == {"quantityAvailable": 0, "product": {"isAvailable": False}}


def test_what_is_not_tracked_is_there_up_to_the_limit_of_a_customer(shopper: Asker) -> None:
    make_variant(sku="A", stock=None, track_inventory=False, quantity_limit_per_customer=2)
    assert shopper(QUANTITY).data["productVariant"] == {"quantityAvailable": 2, "product": {"isAvailable": True}}
