"""Lists of prices and sales that end are seen, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from commerce.pricing.models import PriceList
from commerce.promotions.models import Promotion
from tests.commerce.promotions.promoting import percent, promote
from tests.schema.cache.changing_shop import Shop
from tests.schema.cache.test_changes import _assert_seen, _price_list
from tests.schema.cache.window import Window
from tests.schema.doing import gid

pytestmark = pytest.mark.usefixtures("caching")


def test_a_price_list_that_goes_and_prices_of_more_units_are_seen() -> None:
    shop, window = Shop.open(), Window()
    tiers = """{ product(slug: "mug", channel: "default-channel") { variants { pricing { price { net { amount } }
      tiers { minimumQuantity price { net { amount } } } } } } }"""
    made = _price_list(shop)
    before = window.all(), window.ask(tiers)
    shop.change("priceListDelete", id=gid("PriceList", made.id))
    _assert_seen(window, before[0])
    without = window.ask(tiers)
    made = _price_list(shop, units=3)
    with_tier = window.ask(tiers)
    assert len({before[1], without, with_tier}) == 3
    PriceList.objects.filter(id=made.id).update(ends_at=timezone.now() - timedelta(hours=1))
    assert window.ask(tiers) == without


def test_a_sale_that_ends_is_seen() -> None:
    shop, window = Shop.open(), Window()
    sale = promote(percent(10))
    before = window.all()
    shop.change("promotionRuleDelete", id=gid("PromotionRule", sale.rules.get().id))
    _assert_seen(window, before)
    sale = promote(percent(20))
    before = window.all()
    shop.change("promotionDelete", id=gid("Promotion", sale.id))
    _assert_seen(window, before)


def test_another_name_of_a_sale_is_seen_and_its_use_touches_nothing() -> None:
    shop, window = Shop.open(), Window()
    sale = promote(percent(10))
    ladder = """{ product(slug: "mug", channel: "default-channel") { variants { pricing {
      priceLadder { reason inGerman: reason(languageCode: DE) } } } } }"""
    seen = [window.ask(ladder)]
    shop.change("promotionUpdate", id=gid("Promotion", sale.id), input={"name": "Autumn"})
    seen.append(window.ask(ladder))
    shop.change("promotionTranslate", id=gid("Promotion", sale.id), languageCode="DE", input={"name": "Herbst"})
    seen.append(window.ask(ladder))
    assert [("Autumn" in answer.decode(), "Herbst" in answer.decode()) for answer in seen] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    Promotion.objects.filter(id=sale.id).update(used=F("used") + 1)
    assert window.is_kept(ladder)
