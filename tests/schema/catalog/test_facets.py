"""Facets through the API."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import Product
from schema.context import Audience
from schema.storefront import schema
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.shop import Asker
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db

FACETS = """
fragment all on ProductCountableConnection {
  totalCount
  facets {
    attributes { attribute { slug name } values { value { slug name } count } }
    categories { category { slug } count }
    collections(first: 5) { collection { slug } count }
    price { gte { amount } lte { amount currency } histogram { gte { minorAmount } lte { minorAmount } count } }
    availability { available unavailable }
  }
}
"""
SHOP = (
    'query($filter: ProductFilterInput) { products(channel: "default-channel", first: 1, filter: $filter) { ...all } }'
)
ask = Asker(schema, Audience.STOREFRONT)


@pytest.fixture
def shelf(db: None) -> list[Product]:
    """Four mugs of two colours in two categories."""
    make_channel()
    colour = make_attribute("colour", "Red", "Blue")
    red, blue = colour.values.order_by("sort_order")
    kind = make_product_type("mug", product_attributes=[colour])
    kitchen = make_category("kitchen")
    small = make_category("small", parent=kitchen)
    mugs = []
    for place, (value, category, stock) in enumerate(
        [(red, kitchen, 1), (red, small, 0), (blue, small, 5), (blue, None, 5)]
    ):
        mug = make_product(f"Mug {place}", product_type=kind, category=category, attribute_values=[value])
        make_variant(product=mug, price=1000 * (place + 1), stock=stock)
        mugs.append(mug)
    make_collection("gifts", products=mugs[:2])
    make_collection("secret", products=mugs, is_published=False)
    return mugs


def facets(**filters: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask(SHOP + FACETS, filter=filters or None).data["products"]
    return found


def test_a_shopper_sees_what_the_shop_can_be_narrowed_by(shelf: list[Product]) -> None:
    found = facets()["facets"]
    assert found["attributes"] == [
        {
            "attribute": {"slug": "colour", "name": "Colour"},
            "values": [
                {"value": {"slug": "red", "name": "Red"}, "count": 2},
                {"value": {"slug": "blue", "name": "Blue"}, "count": 2},
            ],
        }
    ]
    assert found["categories"] == [
        {"category": {"slug": "kitchen"}, "count": 3},
        {"category": {"slug": "small"}, "count": 2},
    ]
    assert found["collections"] == [{"collection": {"slug": "gifts"}, "count": 2}]
    assert found["price"]["gte"] == {"amount": 10.0}
    assert found["price"]["lte"] == {"amount": 40.0, "currency": "USD"}
    assert sum(bucket["count"] for bucket in found["price"]["histogram"]) == 4
    assert found["availability"] == {"available": 3, "unavailable": 1}


def test_who_has_chosen_red_still_sees_how_many_blue_ones_there_are(shelf: list[Product]) -> None:
    found = facets(attributes=[{"slug": "colour", "values": ["red"]}])
    assert found["totalCount"] == 2
    counts = {each["value"]["slug"]: each["count"] for each in found["facets"]["attributes"][0]["values"]}
    assert counts == {"red": 2, "blue": 2}
    assert found["facets"]["availability"] == {"available": 1, "unavailable": 1}
    assert found["facets"]["price"]["lte"]["amount"] == 20.0


def test_a_category_page_counts_what_lies_in_and_below_it(shelf: list[Product]) -> None:
    query = '{ category(slug: "small") { products(channel: "default-channel") { ...all } } }'
    found = ask(query + FACETS).data["category"]["products"]
    assert found["totalCount"] == 2
    assert found["facets"]["availability"] == {"available": 1, "unavailable": 1}


def test_what_is_hidden_is_counted_nowhere(shelf: list[Product]) -> None:
    shelf[0].channel_listings.update(is_published=False)
    shelf[1].channel_listings.update(visible_in_listings=False)
    found = facets()["facets"]
    assert [each["value"]["slug"] for each in found["attributes"][0]["values"]] == ["blue"]
    assert found["collections"] == []
    assert found["availability"] == {"available": 2, "unavailable": 0}


def test_a_list_without_products_has_no_facets_to_choose(shelf: list[Product]) -> None:
    found = facets(slugs=["nothing"])["facets"]
    assert found == {
        "attributes": [],
        "categories": [],
        "collections": [],
        "price": None,
        "availability": {"available": 0, "unavailable": 0},
    }


def test_the_number_of_choices_is_bounded(shelf: list[Product]) -> None:
    for first in (-1, 101):
        query = f'{{ products(channel: "default-channel") {{ facets {{ categories(first: {first}) {{ count }} }} }} }}'
        assert set(ask(query).codes) == {"INVALID"}


def test_facets_of_very_many_lists_at_once_are_refused(shelf: list[Product]) -> None:
    for place in range(21):
        make_category(f"more-{place}")
    query = """{ categories(first: 21) { nodes { products(channel: "default-channel") {
      facets { availability { available } } } } } }"""
    assert set(ask(query).codes) == {"INVALID"}


def test_a_page_with_facets_costs_the_same_for_any_number_of_products(shelf: list[Product]) -> None:
    facets()
    with recorded_statements() as few:
        facets(attributes=[{"slug": "colour", "values": ["red"]}])
    colour = shelf[0].product_type.attributes.get()
    for place in range(10):
        product = make_product(f"More {place}", product_type=shelf[0].product_type, category=make_category())
        product.attribute_values.create(value=colour.values.first())
        make_variant(product=product)
    with recorded_statements() as many:
        facets(attributes=[{"slug": "colour", "values": ["red"]}])
    assert len(few) == len(many)
