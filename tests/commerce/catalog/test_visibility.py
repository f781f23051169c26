"""What does not exist for shoppers exists on no way that leads to it."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from commerce.catalog.models import Product
from commerce.catalog.product_filter import ProductFilter
from commerce.catalog.product_order import ProductOrder
from commerce.catalog.product_search import count_products, page_of_products
from commerce.catalog.queries import visible_collections, visible_products, visible_variants
from commerce.core.actor import ANONYMOUS
from commerce.core.keyset import Slice
from commerce.core.permission import Permission
from tests.factories import (
    list_product,
    make_attribute,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
    staff_actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(channel):
    """Products that no shopper of the channel may know of, each with a priced variant."""
    unpublished = make_product("Unpublished", is_published=False)
    elsewhere = make_product("Elsewhere", channel=make_channel("eu"))
    tomorrow = make_product("Tomorrow", is_published=False)
    tomorrow.channel_listings.update(is_published=True, published_at=timezone.now() + timedelta(days=1))
    products = [unpublished, elsewhere, tomorrow]
    for product in products:
        make_variant(product=product)
    return products


def shown(channel, actor=ANONYMOUS, condition=None, order=None):
    page = page_of_products(
        channel=channel,
        condition=condition or Q(),
        order=order or ProductOrder(),
        window=Slice(100),
        actor=actor,
    )
    return [Product.objects.get(id=row.id) for row in page.rows]


def test_shoppers_see_what_is_published_in_their_channel_now(channel, hidden):
    mug = make_variant().product
    assert list(visible_products(channel=channel, actor=ANONYMOUS)) == [mug]
    assert shown(channel) == [mug]
    assert count_products(channel=channel, condition=Q(), actor=ANONYMOUS) == 1


def test_hidden_products_cannot_be_reached_by_any_filter(channel, hidden):
    questions = [
        ProductFilter(ids=[product.id for product in hidden]),
        ProductFilter(slugs=[product.slug for product in hidden]),
        ProductFilter(search="e"),
        ProductFilter(price_gte=0),
        ProductFilter(product_type_ids=[hidden[0].product_type_id]),
    ]
    for question in questions:
        condition = question.condition(channel=channel, actor=ANONYMOUS)
        assert shown(channel, condition=condition | ~condition) == []


def test_hidden_products_cannot_be_reached_through_their_variants(channel, hidden):
    assert list(visible_variants(channel=channel, actor=ANONYMOUS)) == []


def test_a_variant_without_a_price_does_not_exist_for_shoppers(channel):
    product = make_product()
    priced = make_variant(product=product)
    make_variant(product=product, price=None)
    assert list(visible_variants(channel=channel, actor=ANONYMOUS)) == [priced]


def test_a_product_outside_of_lists_is_still_found_by_its_address(channel):
    secret = make_product("Secret", visible_in_listings=False)
    assert shown(channel) == []
    assert list(visible_products(channel=channel, actor=ANONYMOUS)) == [secret]


def test_staff_see_what_is_not_published_in_their_channels_only(channel, hidden):
    everywhere = staff_actor(Permission.MANAGE_PRODUCTS)
    in_eu = staff_actor(Permission.MANAGE_PRODUCTS, channels=[make_channel("eu")])
    assert {product.name for product in shown(channel, everywhere)} == {"Unpublished", "Tomorrow"}
    assert shown(channel, in_eu) == []
    assert [product.name for product in visible_products(channel=None, actor=in_eu)] == ["Elsewhere"]
    assert visible_products(channel=None, actor=everywhere).count() == 3


def test_nobody_else_sees_anything_without_a_channel(channel):
    make_product()
    for actor in (ANONYMOUS, staff_actor(Permission.MANAGE_ORDERS)):
        assert not visible_products(channel=None, actor=actor).exists()


def test_an_unpublished_collection_neither_shows_nor_filters(channel):
    product = make_product()
    collection = make_collection(products=[product], is_published=False)
    assert not visible_collections(channel=channel, actor=ANONYMOUS).exists()
    question = ProductFilter(collection_ids=[collection.id])
    assert shown(channel, condition=question.condition(channel=channel, actor=ANONYMOUS)) == []


def test_a_hidden_attribute_cannot_be_asked_for(channel):
    from commerce.catalog.product_filter import AttributeFilter

    margin = make_attribute("margin", "High", visible_in_storefront=False)
    kind = make_product_type("priced", product_attributes=[margin])
    product = make_product(product_type=kind, attribute_values=[margin.values.get()])
    question = ProductFilter(attributes=[AttributeFilter("margin", ("high",))])
    assert shown(channel, condition=question.condition(channel=channel, actor=ANONYMOUS)) == []
    staff = staff_actor(Permission.MANAGE_PRODUCTS)
    assert shown(channel, staff, question.condition(channel=channel, actor=staff)) == [product]


def test_a_product_can_be_listed_in_two_channels_without_appearing_twice(channel):
    product = make_variant().product
    list_product(product, make_channel("eu"))
    assert shown(channel) == [product]
