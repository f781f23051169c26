"""What variants cost while a promotion of the catalogue holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commerce.attributes.models import AttributeValue
from commerce.catalog.models import (
    CollectionProduct,
    ProductAttributeValue,
    ProductCard,
    ProductVariant,
    VariantChannelListing,
)
from commerce.checkout.quote import quote
from commerce.promotions.basket import StepKind
from commerce.promotions.models import CatalogueRule, PriceChange
from commerce.promotions.services import delete_promotion, delete_rule, update_promotion, update_rule
from commerce.promotions.switching import keep_prices
from tests.commerce.promotions.promoting import MERCHANT, fixed, of, percent, price_of, promote
from tests.factories import (
    list_variant,
    make_attribute,
    make_category,
    make_channel,
    make_checkout,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db


def card_of(variant: ProductVariant) -> tuple[int, int, bool]:
    """What lists read at this moment: lowest, undiscounted lowest, on sale."""
    now = timezone.now()
    card = ProductCard.objects.filter(product=variant.product_id, valid_from__lte=now, valid_until__gt=now)
    return card.values_list("price_low", "undiscounted_low", "on_sale").get()


def test_a_sale_is_on_the_page_in_lists_and_in_the_cart_in_the_transaction_of_its_rule() -> None:
    mug = make_variant(price=1000)
    other = make_variant(price=1000)
    promote(percent(15) | {"goods": of("product", mug.product)})
    assert (price_of(mug), price_of(other)) == ((850, 1000), (1000, 1000))
    assert (card_of(mug), card_of(other)) == ((850, 1000, True), (1000, 1000, False))
    (line,) = quote(make_checkout(mug, 2)).lines
    assert (line.unit.net.amount, line.undiscounted_unit.net.amount, line.total.net.amount) == (850, 1000, 1700)
    assert [(step.kind, step.amount, step.reason) for step in line.steps[:2]] == [
        (StepKind.LIST_PRICE, 2000, "The price in this channel"),
        (StepKind.CATALOGUE_PROMOTION, -300, "Sale"),
    ]


@pytest.mark.parametrize(
    ("reward", "left"),
    [
        (percent(33), 670),
        (percent(100), 0),
        ({"reward_type": "fixed", "reward": 300}, 700),
        ({"reward_type": "fixed", "reward": 5000}, 0),
        ({"reward_type": "fixed_price", "reward": 799}, 799),
        ({"reward_type": "fixed_price", "reward": 2000}, 1000),
    ],
)
def test_rewards(reward: dict[str, Any], left: int) -> None:
    mug = make_variant(price=1000)
    if isinstance(reward["reward"], int):
        reward = fixed(reward["reward"], kind=reward["reward_type"])
    promote(reward)
    assert price_of(mug) == (left, 1000)
    assert card_of(mug) == (left, 1000, left < 1000)


def test_a_compared_price_stays_what_it_was() -> None:
    mug = make_variant(price=1000, compare_at=1500)
    promote(percent(10))
    assert price_of(mug) == (900, 1500)


def test_every_kind_of_condition_and_how_they_are_combined() -> None:
    colour = make_attribute("colour", "Red", "Green")
    red, green = AttributeValue.objects.filter(attribute=colour).order_by("name").reverse()
    kitchen = make_category("kitchen")
    mugs = make_category("mugs", parent=kitchen)
    kind = make_product_type("thing", variant_attributes=[colour])
    product = make_product("Mug", category=mugs, product_type=kind)
    red_mug = make_variant(product=product, attribute_values=[red])
    green_mug = make_variant(product=product, attribute_values=[green])
    plate = make_variant()
    summer = make_collection(products=[plate.product])

    def reduced(goods: dict[str, Any]) -> list[ProductVariant]:
        promotion = promote(percent(50) | {"goods": goods})
        found = [variant for variant in (red_mug, green_mug, plate) if price_of(variant)[0] == 500]
        delete_promotion(promotion_id=promotion.id, actor=MERCHANT)
        assert [price_of(variant)[0] for variant in (red_mug, green_mug, plate)] == [1000] * 3
        return found

    assert reduced({}) == [red_mug, green_mug, plate]
    assert reduced(of("variant", green_mug)) == [green_mug]
    assert reduced(of("product", product)) == [red_mug, green_mug]
    assert reduced(of("category", kitchen)) == [red_mug, green_mug], "with all below it"
    assert reduced(of("collection", summer)) == [plate]
    assert reduced(of("attribute_value", red)) == [red_mug], "not the green one of the same product"
    assert reduced(of("product_type", kind)) == [red_mug, green_mug]
    assert reduced({"not": of("category", mugs)}) == [plate]
    assert reduced({"all": [of("category", kitchen), {"not": of("attribute_value", red)}]}) == [green_mug]
    assert reduced({"any": [of("attribute_value", red), of("collection", summer)]}) == [red_mug, plate]


def test_a_price_that_is_entered_later_is_reduced_in_the_same_transaction() -> None:
    mug = make_variant(price=1000)
    promote(percent(10))
    VariantChannelListing.objects.filter(variant=mug).update(price_amount=2000)
    assert (price_of(mug), card_of(mug)) == ((1800, 2000), (1800, 2000, True))
    new = make_variant(price=500)
    assert (price_of(new), card_of(new)) == ((450, 500), (450, 500, True))


def test_whatever_makes_a_product_match_later_changes_its_price_at_once() -> None:
    kitchen = make_category("kitchen")
    colour = make_attribute("colour", "Red")
    red = AttributeValue.objects.get(attribute=colour)
    summer = make_collection()
    promote(percent(10) | {"goods": {"any": [of("category", kitchen), of("collection", summer)]}})
    promote(percent(20) | {"goods": of("attribute_value", red)}, stacking="stackable")
    mug = make_variant(price=1000)
    assert price_of(mug)[0] == 1000
    mug.product.category = make_category("mugs", parent=kitchen)
    mug.product.save()
    assert price_of(mug)[0] == 900
    ProductAttributeValue.objects.create(product=mug.product, value=red)
    assert price_of(mug)[0] == 800, "the better of the two"
    ProductAttributeValue.objects.all().delete()
    mug.product.category = None
    mug.product.save()
    assert price_of(mug)[0] == 1000
    CollectionProduct.objects.create(collection=summer, product=mug.product)
    assert (price_of(mug)[0], card_of(mug)) == (900, (900, 1000, True))


def test_nothing_fires_at_the_beginning_or_the_end() -> None:
    mug = make_variant(price=1000)
    now = timezone.now()
    promote(percent(10), starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT amount, source FROM catalog_effectiveprice WHERE variant_id = %s ORDER BY valid_from", [str(mug.id)]
        )
        assert cursor.fetchall() == [(1000, "listing"), (900, "promotion"), (1000, "listing")]
        cursor.execute(
            "SELECT price_low, on_sale FROM catalog_productcard WHERE product_id = %s ORDER BY valid_from",
            [str(mug.product_id)],
        )
        assert cursor.fetchall() == [(1000, False), (900, True), (1000, False)]


def test_of_several_promotions_the_buyer_gets_the_best() -> None:
    mug = make_variant(price=1000)
    promote(percent(10), stacking="stackable", priority=5)
    assert price_of(mug)[0] == 900
    promote(fixed(100), stacking="stackable", priority=9)
    assert price_of(mug)[0] == 810, "first 100 off, then 10 %"
    promote(percent(15), stacking="exclusive")
    assert price_of(mug)[0] == 810, "the one alone is not better"
    promote(percent(30), stacking="exclusive")
    assert price_of(mug)[0] == 700
    promote(percent(5), percent(60), stacking="exclusive")
    assert price_of(mug)[0] == 400, "the best rule of a promotion"


def test_channels_have_their_own_amounts() -> None:
    here, there, nowhere = make_channel(), make_channel("there"), make_channel("nowhere")
    mug = make_variant(price=1000)
    list_variant(mug, there, price=2000)
    list_variant(mug, nowhere, price=3000)
    reward = {"reward_type": "fixed", "reward": {"amounts": {str(here.id): 1, str(there.id): 2, str(nowhere.id): 3}}}
    promote(reward, channels=[here, there])
    assert [price_of(mug, channel)[0] for channel in (here, there, nowhere)] == [999, 1998, 3000]


def test_every_change_of_a_promotion_reaches_the_prices() -> None:
    mug = make_variant(price=1000)
    promotion = promote(percent(10))
    rule = promotion.rules.get()
    update_rule(rule_id=rule.id, changes={"reward": {"basis_points": 5000}}, actor=MERCHANT)
    assert price_of(mug)[0] == 500
    update_promotion(promotion_id=promotion.id, changes={"is_active": False}, actor=MERCHANT)
    assert price_of(mug)[0] == 1000
    update_promotion(promotion_id=promotion.id, changes={"is_active": True}, actor=MERCHANT)
    assert price_of(mug)[0] == 500
    update_promotion(promotion_id=promotion.id, changes={}, channel_ids=[], actor=MERCHANT)
    assert price_of(mug)[0] == 1000
    update_promotion(promotion_id=promotion.id, changes={}, channel_ids=[make_channel().id], actor=MERCHANT)
    delete_rule(rule_id=rule.id, actor=MERCHANT)
    assert (price_of(mug)[0], card_of(mug)) == (1000, (1000, 1000, False))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nobody_else")
def test_what_has_ended_is_cleared_away_and_prices_stay_right() -> None:
    mug = make_variant(price=1000)
    promotion = promote(percent(10))
    keep_prices()
    assert (CatalogueRule.objects.count(), PriceChange.objects.count()) == (1, 0)
    delete_promotion(promotion_id=promotion.id, actor=MERCHANT)
    keep_prices()
    assert (CatalogueRule.objects.count(), PriceChange.objects.count()) == (0, 0)
    assert price_of(mug) == (1000, 1000)
    VariantChannelListing.objects.filter(variant=mug).update(price_amount=2000)
    assert (price_of(mug), card_of(mug)) == ((2000, 2000), (2000, 2000, False))
