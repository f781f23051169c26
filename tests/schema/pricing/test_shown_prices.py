"""What stands beside a price: the unit price, the lowest before a reduction, and how a cart's price came about."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import VariantChannelListing
from commerce.core.permission import Permission
from schema.context import Audience
from schema.ids import to_global_id
from schema.storefront import schema
from tests.api import Api
from tests.commerce.pricing.test_lists import earlier, make_list
from tests.commerce.promotions.promoting import fixed, percent, promote
from tests.factories import make_channel, make_checkout, make_product, make_staff, make_tax_rate, make_variant
from tests.schema.shop import Asker
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

SHOWN = """
query($slug: String!) { product(slug: $slug, channel: "default-channel") { variants { pricing {
  lowestPriorPrice { gross { minorAmount } }
  unitPricing { price { gross { minorAmount } } quantity unit } } } } }
"""
CONTENTS = """
mutation($id: ID!, $input: ProductVariantInput!) { productVariantUpdate(id: $id, input: $input) {
  productVariant { id } errors { code path } } }
"""
LADDER = """
query($id: ID!) { checkout(id: $id) { lines { totalPrice { gross { minorAmount } } priceLadder {
  kind amount { minorAmount } runningTotal { minorAmount } reason } } } }
"""


def pricings(api: Api, slug: str) -> list[dict[str, Any]]:
    return [each["pricing"] for each in api.send(SHOWN, slug=slug).data["product"]["variants"]]


def test_a_litre_of_wine_costs_what_it_costs() -> None:
    make_tax_rate("US", "10")
    wine = make_variant(product=make_product(slug="wine"), price=600)
    office = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_PRODUCTS]), "admin"))
    key = to_global_id("ProductVariant", wine.id)
    assert pricings(Api(), "wine")[0]["unitPricing"] is None
    answer = office.send(CONTENTS, id=key, input={"contentQuantity": "0.75", "contentUnit": "L"})
    assert answer.problems == []
    assert pricings(Api(), "wine")[0]["unitPricing"] == {
        "price": {"gross": {"minorAmount": "880"}},
        "quantity": "1",
        "unit": "L",
    }
    office.send(CONTENTS, id=key, input={"unitPriceQuantity": "100", "unitPriceUnit": "ML"})
    assert pricings(Api(), "wine")[0]["unitPricing"] == {
        "price": {"gross": {"minorAmount": "88"}},
        "quantity": "100",
        "unit": "ML",
    }
    for given, field in (
        ({"unitPriceUnit": "KG"}, "unitPriceUnit"),
        ({"contentUnit": None}, "contentUnit"),
        ({"contentQuantity": "0"}, "contentQuantity"),
        ({"contentQuantity": "0.0001"}, "contentQuantity"),
        ({"contentQuantity": "1e15"}, "contentQuantity"),
    ):
        assert office.send(CONTENTS, id=key, input=given).problems == [("INVALID", ["input", field])], given
    assert pricings(Api(), "wine")[0]["unitPricing"]["unit"] == "ML"


def test_a_reduced_price_stands_beside_the_lowest_before_in_one_statement_more() -> None:
    shopper = Asker(schema, Audience.STOREFRONT)
    product = make_product(slug="mug")
    for _ in range(3):
        make_variant(product=product, price=1200)
    earlier(40)
    VariantChannelListing.objects.update(price_amount=1000, compare_at_amount=1200)
    earlier(1)
    plain = '{ product(slug: "mug", channel: "default-channel") { variants { pricing { onSale } } } }'
    with recorded_statements() as statements:
        shopper(plain)
    before = len(statements)
    with recorded_statements() as statements:
        answer = shopper(plain.replace("onSale", "lowestPriorPrice { gross { minorAmount } }")).data
    assert len(statements) == before + 1
    assert [each["pricing"]["lowestPriorPrice"]["gross"]["minorAmount"] for each in answer["product"]["variants"]] == [
        "1200"
    ] * 3


@pytest.mark.parametrize("gross", [True, False])
def test_the_ladder_of_a_line_ends_at_its_total(gross: bool) -> None:
    make_tax_rate("DE", "19")
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"], prices_include_tax=gross)
    mug = make_variant(price=999, channel=eu)
    make_list((mug, 899, 3), channel=eu, name="Many")
    cart = make_checkout(mug, quantity=3, channel=eu)
    (line,) = Api().send(LADDER, id=to_global_id("Checkout", cart.id)).data["checkout"]["lines"]
    ladder = line["priceLadder"]
    assert [(step["kind"], step["reason"]) for step in ladder] == [
        ("LIST_PRICE", "The price in this channel"),
        ("PRICE_LIST", "Many, from 3 units"),
        ("TAX", "19 %"),
    ]
    assert ladder[-1]["runningTotal"]["minorAmount"] == line["totalPrice"]["gross"]["minorAmount"]
    assert ladder[1]["runningTotal"]["minorAmount"] == "2697"


def test_the_page_of_a_mug_and_the_cart_say_the_same_of_two_sales() -> None:
    make_tax_rate("US", "10")
    mug = make_variant(product=make_product(slug="mug"), price=2000)
    sales = [promote(percent(25), name="Autumn", priority=2, stacking="stackable")]
    sales.append(promote(fixed(100), name="Mugs", priority=1, stacking="stackable"))
    cart = make_checkout(mug)
    steps = "kind amount { minorAmount } reason sourceId code runningTotal { minorAmount }"
    page = '{ product(slug: "mug", channel: "default-channel") { variants { pricing { priceLadder { STEPS } } } } }'
    ladder = Api().send(page.replace("STEPS", steps)).data["product"]["variants"][0]["pricing"]["priceLadder"]
    assert [(step["kind"], step["reason"], step["amount"]["minorAmount"], step["sourceId"]) for step in ladder[:3]] == [
        ("LIST_PRICE", "The price in this channel", "2000", None),
        ("CATALOGUE_PROMOTION", "Autumn", "-500", to_global_id("Promotion", sales[0].id)),
        ("CATALOGUE_PROMOTION", "Mugs", "-100", to_global_id("Promotion", sales[1].id)),
    ]
    asked = f"query($id: ID!) {{ checkout(id: $id) {{ lines {{ priceLadder {{ {steps} }} }} }} }}"
    (line,) = Api().send(asked, id=to_global_id("Checkout", cart.id)).data["checkout"]["lines"]
    assert line["priceLadder"] == ladder
