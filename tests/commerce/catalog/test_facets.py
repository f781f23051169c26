"""What a list of products could be narrowed by."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from django.db.models import Q

from commerce.attributes.models import Attribute
from commerce.catalog.facets import Facets, count_facets
from commerce.catalog.models import Category, Collection, Product
from commerce.catalog.product_filter import AttributeFilter, ProductFilter, is_available
from commerce.catalog.product_search import count_products
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS
from tests.factories import (
    make_attribute,
    make_category,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def wardrobe(db: None) -> list[Product]:
    """Sixty products that differ in all that a shopper can filter by, some of them hidden."""
    return made_once(make_wardrobe)


def make_wardrobe() -> list[Product]:
    random = Random(7)
    colour, size = make_attribute("colour", "Red", "Blue", "Green"), make_attribute("size", "S", "M", "L")
    kind = make_product_type("shirt", product_attributes=[colour], variant_attributes=[size])
    home = make_category("home")
    categories = [home, make_category("kitchen", parent=home), make_category("garden"), None]
    collections = [make_collection("summer"), make_collection("gifts"), make_collection("secret", is_published=False)]
    colours, sizes = list(colour.values.all()), list(size.values.all())
    products = []
    for number in range(60):
        product = make_product(
            f"P{number}",
            product_type=kind,
            category=random.choice(categories),
            attribute_values=random.sample(colours, random.randrange(3)),
            is_published=random.random() > 0.1,
        )
        for place in range(random.randrange(3)):
            make_variant(
                product=product,
                price=random.randrange(100, 5_000),
                stock=random.randrange(2),
                attribute_values=[sizes[place]],
            )
        for collection in collections:
            if random.random() < 0.3:
                collection.product_links.create(product=product, sort_order=number)
        products.append(product)
    return products


def facets(channel: Channel, within: Q | None = None, **asked: Any) -> Facets:
    parts = ProductFilter(**asked).parts(channel=channel, actor=ANONYMOUS)
    return count_facets(parts=parts, within=within or Q(), channel=channel, actor=ANONYMOUS)


def left(channel: Channel, condition: Q | None = None, **asked: Any) -> int:
    """How many products a list with these filters has."""
    mine = ProductFilter(**asked).condition(channel=channel, actor=ANONYMOUS)
    return count_products(channel=channel, condition=mine & (condition or Q()), actor=ANONYMOUS)


RED = AttributeFilter("colour", ("red",))
SMALL = AttributeFilter("size", ("s", "m"))
ASKED: list[dict[str, Any]] = [
    {},
    {"attributes": [RED]},
    {"attributes": [RED, SMALL]},
    {"price_gte": 1_000, "price_lte": 3_000},
    {"attributes": [RED], "price_lte": 3_000},
    {"category": "home"},
    {"category": "home", "collection": "summer", "attributes": [SMALL]},
    {"collection": "gifts"},
]


def resolved(asked: dict[str, Any]) -> dict[str, Any]:
    """Slugs as the keys that filters take."""
    found = {name: value for name, value in asked.items() if name not in ("category", "collection")}
    if "category" in asked:
        found["category_ids"] = [Category.objects.get(slug=asked["category"]).id]
    if "collection" in asked:
        found["collection_ids"] = [Collection.objects.get(slug=asked["collection"]).id]
    return found


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_choice_counts_what_the_list_would_have_with_it_instead_of_its_own_kind(
    wardrobe: list[Product], channel: Channel, asked: dict[str, Any]
) -> None:
    given = resolved(asked)
    found = facets(channel, **given)
    for attribute in Attribute.objects.all():
        others = [each for each in given.get("attributes", []) if each.slug != attribute.slug]
        expected = {
            value.slug: count
            for value in attribute.values.all()
            if (
                count := left(
                    channel,
                    **{**given, "attributes": [*others, AttributeFilter(attribute.slug, (value.slug,))]},
                )
            )
        }
        counted = [each.values for each in found.attributes if each.attribute.slug == attribute.slug]
        assert ({each.value.slug: each.count for each in counted[0]} if counted else {}) == expected
    for category in Category.objects.all():
        assert found.categories[str(category.id)] == left(channel, **{**given, "category_ids": [category.id]})
    for collection in Collection.objects.exclude(slug="secret"):
        assert found.collections[str(collection.id)] == left(channel, **{**given, "collection_ids": [collection.id]})
    assert found.available == left(channel, is_available(), **given)
    assert found.available + found.unavailable == left(channel, **given)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_price_histogram_has_every_priced_product_in_the_range_that_the_filter_would_find_it_by(
    wardrobe: list[Product], channel: Channel, asked: dict[str, Any]
) -> None:
    given = resolved(asked)
    free = {name: value for name, value in given.items() if not name.startswith("price")}
    found = facets(channel, **given)
    assert found.price_low is not None
    assert found.price_high is not None
    assert sum(bucket.products for bucket in found.prices) == left(channel, **free, price_gte=0)
    assert (found.prices[0].low, found.prices[-1].high) == (found.price_low, found.price_high)
    for earlier, later in zip(found.prices, found.prices[1:], strict=False):
        assert earlier.high + 1 == later.low
    for bucket in found.prices:
        assert bucket.products == left(channel, **free, price_gte=bucket.low, price_lte=bucket.high)


def test_prices_that_are_all_the_same_are_one_range(channel: Channel) -> None:
    make_variant(price=500)
    make_variant(price=500)
    found = facets(channel)
    assert [tuple(bucket) for bucket in found.prices] == [(500, 500, 2)]


def test_a_list_without_products_has_no_choices(channel: Channel) -> None:
    make_variant()
    found = facets(channel, ids=[])
    assert found == Facets()
    assert found.categories == Counter()


def test_an_attribute_that_shoppers_do_not_see_or_filter_by_is_no_facet(channel: Channel) -> None:
    hidden = make_attribute("margin", "High", visible_in_storefront=False)
    plain = make_attribute("wash", "Cold", filterable=False)
    text = make_attribute("story", "Once", input_type=Attribute.InputType.PLAIN_TEXT)
    colour = make_attribute("colour", "Red")
    values = [attribute.values.get() for attribute in (hidden, plain, text, colour)]
    kind = make_product_type("thing", product_attributes=[hidden, plain, text, colour])
    make_product("Thing", product_type=kind, attribute_values=values)
    assert [each.attribute.slug for each in facets(channel).attributes] == ["colour"]


def test_facets_within_a_category_look_at_nothing_else(wardrobe: list[Product], channel: Channel) -> None:
    home = Category.objects.get(slug="home")
    found = facets(channel, Q(categories__contains=[home.id]))
    inside = {str(key) for key in Category.objects.filter(ancestors__contains=[home.id]).values_list("id", flat=True)}
    assert set(found.categories) == inside
    assert found.available + found.unavailable == left(channel, category_ids=[home.id])
