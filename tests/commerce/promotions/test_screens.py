"""The merchant's screen of a promotion."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.events.models import Event
from commerce.promotions.models import Promotion, PromotionRule
from commerce.promotions.wording import Wording
from tests.commerce.promotions.promoting import fixed, of, percent, price_of, promote
from tests.factories import make_category, make_channel, make_variant
from tests.screens import form_of, path_of, signed_in

pytestmark = pytest.mark.django_db


def test_prices_and_partners_follow_what_is_said_on_the_screen() -> None:
    mug = make_variant(price=1000)
    promotion = promote(percent(10))
    client = signed_in()
    form = form_of(client, promotion)
    form.pop("is_active")
    assert client.post(path_of(promotion), form).status_code == 302
    assert price_of(mug) == (1000, 1000)
    promotion.refresh_from_db()
    assert (promotion.is_active, promotion.version) == (False, 3)
    assert Event.objects.filter(type="promotion.updated").count() == 2
    form["is_active"] = "on"
    client.post(path_of(promotion), form)
    assert price_of(mug) == (900, 1000)
    delete = path_of(promotion).replace("/change/", "/delete/")
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert (Promotion.objects.count(), price_of(mug)) == (0, (1000, 1000))
    assert Event.objects.filter(type="promotion.deleted").exists()


def test_the_screen_begins_with_the_name_and_says_in_words_what_a_promotion_does() -> None:
    mug, tea = make_variant(price=1000), make_category("Tea")
    promote(
        {**percent(15), "goods": {"all": [of("category", tea), {"not": of("product", mug.product)}]}},
        fixed(250),
        name="Spring",
    )
    cart = promote(
        {
            "reward_type": "buy_get",
            "reward": {"buy": of("category", tea), "buy_quantity": 2, "get": {}, "get_quantity": 1},
            "condition": {
                "any": [{"kind": "subtotal", "gte": {str(make_channel().id): 5000}}, {"kind": "first_order"}]
            },
        },
        kind="order",
        name="Three for two",
    )
    client = signed_in()
    listed = client.get("/admin/promotions/promotion/").content.decode()
    assert "15 % off, and 1 more" in listed
    assert "running" in listed
    page = client.get(path_of(Promotion.objects.get(name="Spring"))).content.decode()
    assert page.index('name="name"') < page.index('name="starts_at_0"') < page.index('name="metadata"')
    assert "categories: Tea; and not: products: " in page
    assert f"2.50 USD ({make_channel().name}) off" in page
    page = client.get(path_of(cart)).content.decode()
    assert "buy 2 (categories: Tea), get 1 (all goods) free" in page
    assert f"goods for 50.00 USD ({make_channel().name}) or more; or the buyer&#x27;s first order" in page


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({}, "any cart"),
        ({"kind": "quantity", "goods": {}, "gte": 3, "lte": 9}, "3 or more and 9 or less units of all goods"),
        ({"not": {"kind": "first_order"}}, "not: the buyer's first order"),
        ({"kind": "customer_group", "ids": ["a", "b"]}, "customers in: Shops, (deleted)"),
        ({"kind": "subtotal", "lte": {"gone": 1}}, "goods for (deleted) or less"),
    ],
)
def test_conditions_in_words(condition: dict[str, Any], said: str) -> None:
    assert Wording({"a": "Shops"}, {}).condition(condition) == said


def test_long_lists_are_cut_short() -> None:
    names = {str(number): f"Tea {number}" for number in range(7)}
    said = Wording(names, {}).goods({"kind": "product", "ids": list(names)})
    assert said == "products: Tea 0, Tea 1, Tea 2, Tea 3, Tea 4 and 2 more"


def test_gifts_are_named() -> None:
    rule = PromotionRule(reward_type="gift", reward={"variants": ["a", "b"]})
    assert Wording({"a": "MUG"}, {}).reward(rule) == "one for nothing of: MUG, (deleted)"
