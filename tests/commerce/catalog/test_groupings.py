"""Categories, collections and what can be bought: the statements answer what the ORM answers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from commerce.catalog.groupings import categories_by_id, collections_of_products
from commerce.catalog.models import Category, Collection, CollectionChannelListing, Product, ProductChannelListing
from commerce.catalog.queries import visible_collections
from commerce.catalog.reads import cards_of_products
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.permission import Permission
from tests.commerce.catalog.oracle import is_available
from tests.factories import (
    list_product,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_variant,
    make_warehouse,
    staff_actor,
)

pytestmark = pytest.mark.django_db

STAFF = staff_actor(Permission.MANAGE_PRODUCTS)


@pytest.fixture(params=[True, False], ids=["prepared", "plain"], autouse=True)
def either_way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param


def test_a_category_has_the_columns_of_its_model(db: None) -> None:
    kitchen = make_category("kitchen")
    blocks = {"blocks": [{"type": "paragraph", "data": {"text": "For tea"}}]}
    mugs = make_category("mugs", parent=kitchen, description=blocks, metadata={"a": "1"}, background_image="mugs.png")
    mugs = Category.objects.get(id=mugs.id)
    row = categories_by_id([mugs.id, str(mugs.id), UUID(int=0)])[str(mugs.id)]
    assert (row.id, row.parent_id) == (str(mugs.id), str(kitchen.id))
    assert row.ancestors == [str(kitchen.id), str(mugs.id)]
    assert row.background_image == mugs.background_image.name
    for name in (
        "name", "slug", "seo_title", "seo_description", "description", "metadata", "private_metadata", "updated_at",
        "background_image_alt",
    ):  # fmt: skip
        assert getattr(row, name) == getattr(mugs, name), name
    assert categories_by_id([]) == {}


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
@pytest.mark.parametrize("where", ["here", "elsewhere", "nowhere"])
def test_collections_are_those_that_the_caller_may_see(channel: Channel, actor: Actor, where: str) -> None:
    eu = make_channel("eu", currency_code="EUR")
    mug, plate = make_product("Mug"), make_product("Plate")
    make_collection("summer", products=[mug, plate], name="B")
    make_collection("gifts", products=[mug], name="A", metadata={"season": "all"})
    make_collection("hidden", products=[mug], is_published=False)
    make_collection("abroad", products=[mug], channel=eu)
    later = make_collection("later", products=[mug])
    CollectionChannelListing.objects.filter(collection=later).update(published_at=timezone.now() + timedelta(days=1))
    asked = {"here": channel, "elsewhere": eu, "nowhere": None}[where]
    found = collections_of_products([mug.id, plate.id], channel=asked, actor=actor)
    for product in (mug, plate):
        expected: list[Collection] = list(
            visible_collections(channel=asked, actor=actor).filter(products=product).order_by("name", "id")
        )
        assert [(row.id, row.name, row.slug, row.metadata) for row in found[product.id]] == [
            (str(each.id), each.name, each.slug, each.metadata) for each in expected
        ]
    assert bool(found[mug.id]) == (actor is STAFF or where != "nowhere")


def test_what_can_be_bought_is_what_the_filter_calls_available(channel: Channel) -> None:
    eu = make_channel("eu", currency_code="EUR")
    closed = make_warehouse("closed", channels=[channel], is_active=False)
    abroad = make_warehouse("abroad", channels=[eu])
    names = ("sold", "sold out", "promised", "backordered", "uncounted", "hidden", "later", "unpriced", "no variants")
    products = {name: make_product(name, is_published=name != "hidden") for name in names}
    stocks = {"sold out": 0, "backordered": 0, "uncounted": None}
    for name, product in products.items():
        if name == "no variants":
            continue
        variant = make_variant(
            product=product,
            stock=stocks.get(name, 5),
            price=None if name == "unpriced" else 900,
            backorder_allowed=name == "backordered",
            track_inventory=name != "uncounted",
        )
        if name == "promised":
            variant.stocks.update(reserved=5)
        if name == "sold out":
            for warehouse in (closed, abroad):
                variant.stocks.create(warehouse=warehouse, on_hand=9)
        list_product(product, eu)
    later = ProductChannelListing.objects.filter(product=products["later"], channel=channel)
    later.update(available_for_purchase_at=timezone.now() + timedelta(days=1))
    for where in (channel, eu):
        asked = Product.objects.filter(id__in=[product.id for product in products.values()])
        expected = {str(key) for key in asked.filter(is_available(where)).values_list("id", flat=True)}
        cards = cards_of_products([(where.id, str(product.id)) for product in products.values()])
        assert {key for (_, key), card in cards.items() if card and card.is_available} == expected
    here = {
        key: card for (_, key), card in cards_of_products([(channel.id, row.id) for row in products.values()]).items()
    }
    assert {name for name, product in products.items() if (card := here[product.id]) and card.is_available} == {
        "sold", "backordered", "uncounted",
    }  # fmt: skip
