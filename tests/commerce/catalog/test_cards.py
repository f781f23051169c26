"""One read row for each product of a channel, always as the tables that it is made of say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from commerce.catalog.card_models import DueCard, EffectivePrice, ProductCard
from commerce.catalog.cards import cards_later, refresh_cards, refresh_due_cards
from commerce.catalog.models import (
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.services import (
    add_to_collection,
    create_category,
    delete_product,
    move_category,
    publish_product,
    remove_from_collection,
    set_variant_price,
    unpublish_product,
    update_product,
)
from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM
from commerce.inventory.models import Stock, Warehouse, WarehouseChannel
from tests.factories import make_attribute, make_category, make_channel, make_collection, make_variant

pytestmark = pytest.mark.django_db


def card_of(variant: ProductVariant, channel: Channel) -> dict[str, Any]:
    """The only card of the variant's product in the channel."""
    return ProductCard.objects.filter(product=variant.product_id, channel=channel).values().get()


def stock_of(variant: ProductVariant) -> Stock:
    return Stock.objects.get(variant=variant)


def test_a_published_product_has_a_card_with_its_price_and_its_place_in_lists(channel: Channel) -> None:
    variant = make_variant(channel=channel, price=1200, stock=3)
    card = card_of(variant, channel)
    product = Product.objects.get(id=variant.product_id)
    assert (card["price_low"], card["price_high"], card["undiscounted_low"]) == (1200, 1200, 1200)
    assert card["sort_name"] == product.sort_name
    assert card["is_listed"]
    assert card["in_stock"]
    assert not card["on_sale"]


def test_a_changed_price_is_on_the_card_and_in_the_effective_prices_at_once(channel: Channel) -> None:
    variant = make_variant(channel=channel, price=1200)
    set_variant_price(variant_id=variant.id, channel=channel, price_amount=900, compare_at_amount=1200, actor=SYSTEM)
    card = card_of(variant, channel)
    assert (card["price_low"], card["undiscounted_low"], card["on_sale"]) == (900, 1200, True)
    price = EffectivePrice.objects.values("amount", "undiscounted", "source").get(variant=variant, channel=channel)
    assert price == {"amount": 900, "undiscounted": 1200, "source": "listing"}


def test_the_last_unit_takes_the_product_out_of_stock_and_a_delivery_brings_it_back(channel: Channel) -> None:
    variant = make_variant(channel=channel, stock=1)
    Stock.objects.filter(variant=variant).update(reserved=1)
    assert not card_of(variant, channel)["in_stock"]
    Stock.objects.filter(variant=variant).update(on_hand=2)
    assert card_of(variant, channel)["in_stock"]


def test_units_that_come_and_go_leave_the_card_alone_while_some_are_left(channel: Channel) -> None:
    variant = make_variant(channel=channel, stock=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text, xmin::text FROM catalog_productcard WHERE product_id = %s", [variant.product_id]
        )
        before = cursor.fetchall()
        Stock.objects.filter(variant=variant).update(reserved=4)
        cursor.execute(
            "SELECT ctid::text, xmin::text FROM catalog_productcard WHERE product_id = %s", [variant.product_id]
        )
        assert cursor.fetchall() == before


def test_a_second_variant_widens_the_price_range_and_its_values_come_along(channel: Channel) -> None:
    first = make_variant(channel=channel, price=1200)
    second = make_variant(channel=channel, product=first.product, price=3000)
    colour = make_attribute("colour", "red").values.get()
    VariantAttributeValue.objects.create(variant=second, value=colour)
    card = card_of(first, channel)
    assert (card["price_low"], card["price_high"]) == (1200, 3000)
    assert card["values"] == [colour.id]
    second.delete()
    card = card_of(first, channel)
    assert (card["price_high"], card["values"]) == (1200, [])


def test_a_category_that_moves_takes_the_cards_of_its_products_along(channel: Channel) -> None:
    shoes, sale = make_category(name="Shoes"), make_category(name="Sale")
    boots = create_category(name="Boots", parent_id=shoes.id, actor=SYSTEM)
    variant = make_variant(channel=channel)
    update_product(product_id=variant.product_id, changes={"category_id": boots.id}, actor=SYSTEM)
    assert card_of(variant, channel)["categories"] == [shoes.id, boots.id]
    move_category(category_id=boots.id, parent_id=sale.id, actor=SYSTEM)
    assert card_of(variant, channel)["categories"] == [sale.id, boots.id]


def test_collections_are_on_the_card_as_long_as_the_product_is_in_them(channel: Channel) -> None:
    variant, summer = make_variant(channel=channel), make_collection(name="Summer")
    add_to_collection(collection_id=summer.id, product_ids=[variant.product_id], actor=SYSTEM)
    assert card_of(variant, channel)["collections"] == [summer.id]
    remove_from_collection(collection_id=summer.id, product_ids=[variant.product_id], actor=SYSTEM)
    assert card_of(variant, channel)["collections"] == []


def test_a_hidden_product_keeps_a_card_that_no_list_shows(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    unpublish_product(product_id=variant.product_id, channel=channel, actor=SYSTEM)
    card = card_of(variant, channel)
    assert not card["is_published"]
    assert not card["is_listed"]
    publish_product(product_id=variant.product_id, channel=channel, visible_in_listings=False, actor=SYSTEM)
    card = card_of(variant, channel)
    assert card["is_published"]
    assert not card["is_listed"]


def test_a_product_taken_out_of_a_channel_has_no_card_there(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    other = make_channel(slug="other")
    publish_product(product_id=variant.product_id, channel=other, actor=SYSTEM)
    assert card_of(variant, other)["price_low"] is None
    ProductChannelListing.objects.filter(product=variant.product_id, channel=channel).delete()
    assert [card.channel_id for card in ProductCard.objects.filter(product=variant.product_id)] == [other.id]


def test_a_deleted_product_takes_its_cards_and_prices_along(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    Stock.objects.filter(variant=variant).delete()
    delete_product(product_id=variant.product_id, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not ProductCard.objects.exists()
    assert not EffectivePrice.objects.exists()


def test_a_warehouse_that_closes_takes_its_goods_off_the_cards(channel: Channel) -> None:
    variant = make_variant(channel=channel, stock=3)
    warehouse = stock_of(variant).warehouse
    Warehouse.objects.filter(id=warehouse.id).update(is_active=False)
    assert not card_of(variant, channel)["in_stock"]
    Warehouse.objects.filter(id=warehouse.id).update(is_active=True)
    assert card_of(variant, channel)["in_stock"]
    WarehouseChannel.objects.filter(warehouse=warehouse).delete()
    assert not card_of(variant, channel)["in_stock"]


def test_a_price_that_changes_by_itself_has_a_card_for_each_time(channel: Channel) -> None:
    variant = make_variant(channel=channel, price=1200)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_effectiveprice SET valid_until = %s WHERE variant_id = %s", [tomorrow, variant.id]
        )
        cursor.execute(
            "INSERT INTO catalog_effectiveprice (variant_id, product_id, channel_id, amount, undiscounted, valid_from,"
            " valid_until, source) VALUES (%s, %s, %s, 800, 1200, %s, 'infinity', 'listing')",
            [variant.id, variant.product_id, channel.id, tomorrow],
        )
        cursor.execute(
            "SELECT price_low, on_sale, valid_until = 'infinity' FROM catalog_productcard ORDER BY valid_from"
        )
        assert cursor.fetchall() == [(1200, False, False), (800, True, True)]


def test_who_writes_many_products_may_refresh_their_cards_once_at_the_end(channel: Channel) -> None:
    variant = make_variant(channel=channel, price=1200)
    with transaction.atomic():
        with cards_later():
            VariantChannelListing.objects.filter(variant=variant).update(price_amount=500)
        assert card_of(variant, channel)["price_low"] == 1200
        refresh_cards([variant.product_id])
    assert card_of(variant, channel)["price_low"] == 500


def test_a_write_that_is_too_large_is_left_to_the_sweep(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    products = Product.objects.bulk_create(
        [
            Product(name=f"P{n}", slug=f"p{n}", sort_name=f"p{n}", product_type_id=variant.product.product_type_id)
            for n in range(2_001)
        ]
    )
    now = timezone.now()
    ProductChannelListing.objects.bulk_create(
        [
            ProductChannelListing(product=product, channel=channel, is_published=True, published_at=now)
            for product in products
        ]
    )
    assert DueCard.objects.count() == 2_001
    assert ProductCard.objects.count() == 1
    assert refresh_due_cards() == 2_001
    assert ProductCard.objects.count() == 2_002
    assert not DueCard.objects.exists()


def test_a_card_whose_time_has_passed_is_cleared_away(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    past = timezone.now() - timedelta(hours=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_productcard SET valid_until = %s", [past])
    refresh_due_cards()
    assert not ProductCard.objects.filter(product=variant.product_id).exists()


def test_attributes_of_the_product_and_of_its_variants_stand_on_one_card(channel: Channel) -> None:
    variant = make_variant(channel=channel)
    colour = make_attribute("colour", "red").values.get()
    brand = make_attribute("brand", "acme").values.get()
    ProductAttributeValue.objects.create(product=variant.product, value=brand)
    VariantAttributeValue.objects.create(variant=variant, value=colour)
    assert card_of(variant, channel)["values"] == sorted([colour.id, brand.id])
    brand.delete()
    assert card_of(variant, channel)["values"] == [colour.id]


def test_a_shop_restored_past_the_triggers_gets_its_cards_back(channel: Channel) -> None:
    variant = make_variant(channel=channel, price=1200)
    with cards_later():
        VariantChannelListing.objects.filter(variant=variant).update(price_amount=500)
        ProductCard.objects.all().delete()
    out = StringIO()
    call_command("refresh_cards", stdout=out)
    assert out.getvalue() == "Products: 1\n"
    assert card_of(variant, channel)["price_low"] == 500
