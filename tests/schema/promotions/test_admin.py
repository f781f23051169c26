"""Merchants make promotions over the API."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.promotions.models import Promotion
from tests.api import Api
from tests.commerce.promotions.promoting import percent, price_of, promote
from tests.conftest import QueryBudget
from tests.factories import make_category, make_channel, make_product, make_staff, make_variant
from tests.schema.doing import gid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

CREATE = """mutation($input: PromotionCreateInput!) { promotionCreate(input: $input) {
  promotion { id name kind stacking version usageLimit channels { slug } budgets { amount { amount } } }
  errors { code path } } }"""
UPDATE = """mutation($id: ID!, $input: PromotionInput!, $version: Int) {
  promotionUpdate(id: $id, input: $input, version: $version) {
    promotion { name version } errors { code path } } }"""
RULE = """mutation($promotion: ID!, $input: PromotionRuleInput!) {
  promotionRuleCreate(promotion: $promotion, input: $input) {
    promotionRule { id goods condition rewardType reward } errors { code path } } }"""
LIST = """{ promotions(first: 10) { edges { node {
  name channels { slug } rules { rewardType } budgets { spent { amount } } } } } }"""


@pytest.fixture
def merchant() -> Api:
    """Staff who manage discounts."""
    return Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_DISCOUNTS]), "admin"))


def done(api: Api, document: str, **variables: Any) -> Any:
    """The only payload of a mutation, without errors."""
    (payload,) = api.send(document, **variables).data.values()
    assert payload["errors"] == []
    return payload


def test_a_sale_of_a_category_from_the_first_word_to_the_price(merchant: Api) -> None:
    kitchen = make_category("kitchen")
    mug = make_variant(product=make_product(category=make_category("mugs", parent=kitchen)), price=1000)
    channel = gid("Channel", make_channel().id)
    made = done(merchant, CREATE, input={"name": "Summer", "kind": "CATALOGUE", "channels": [channel]})["promotion"]
    assert (made["kind"], made["stacking"], made["channels"]) == (
        "CATALOGUE", "EXCLUSIVE", [{"slug": "default-channel"}],
    )  # fmt: skip
    goods = {
        "categories": [gid("Category", kitchen.id)],
        "NOT": {"variants": [gid("ProductVariant", make_variant().id)]},
    }
    rule = done(merchant, RULE, promotion=made["id"], input={"goods": goods, "reward": {"percentage": "12.5"}})
    assert rule["promotionRule"]["reward"] == {"basis_points": 1250}
    assert price_of(mug) == (875, 1000)
    done(
        merchant,
        "mutation($id: ID!) { promotionRuleDelete(id: $id) { errors { code } } }",
        id=rule["promotionRule"]["id"],
    )
    assert price_of(mug) == (1000, 1000)


def test_an_order_promotion_with_tiers_a_limit_and_a_budget(merchant: Api) -> None:
    channel = gid("Channel", make_channel().id)
    made = done(
        merchant,
        CREATE,
        input={
            "name": "Spend more", "kind": "ORDER", "channels": [channel], "stacking": "STACKABLE", "usageLimit": 10,
            "budgets": [{"currency": "USD", "amount": "500"}],
        },
    )["promotion"]  # fmt: skip
    assert (made["usageLimit"], made["budgets"]) == (10, [{"amount": {"amount": 500.0}}])
    for spent, off in (("50", "5"), ("100", "15.50")):
        condition = {"subtotal": {"gte": [{"channel": channel, "amount": spent}]}, "firstOrder": True}
        reward = {"fixed": [{"channel": channel, "amount": off}]}
        done(merchant, RULE, promotion=made["id"], input={"condition": condition, "reward": reward})
    promotion = Promotion.objects.get()
    assert [rule["reward"]["amounts"][str(make_channel().id)] for rule in promotion.compiled] == [500, 1550]
    assert promotion.version == 3


@pytest.mark.parametrize(
    ("reward", "path"),
    [
        ({}, ["input", "reward"]),
        ({"percentage": "10", "freeShipping": True}, ["input", "reward"]),
        ({"percentage": "100.01"}, ["input", "reward", "percentage"]),
        ({"fixed": []}, ["input", "reward", "amounts"]),
        ({"freeShipping": True}, ["input", "rewardType"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(merchant: Api, reward: dict[str, Any], path: list[str]) -> None:
    promotion = promote()
    answer = merchant.send(RULE, promotion=gid("Promotion", promotion.id), input={"reward": reward}).payload
    (error,) = answer["errors"]
    assert error["path"] == path
    assert promotion.rules.count() == 0


def test_two_merchants_at_once(merchant: Api) -> None:
    promotion = promote(percent(10))
    variables = {"id": gid("Promotion", promotion.id), "version": promotion.version}
    done(merchant, UPDATE, input={"name": "First"}, **variables)
    late = merchant.send(UPDATE, input={"name": "Second"}, **variables).payload
    assert late["errors"] == [{"code": "CONFLICT", "path": ["version"]}]
    assert late["promotion"] == {"name": "First", "version": promotion.version + 1}


def test_any_number_of_promotions_cost_the_same(merchant: Api, query_budget: QueryBudget) -> None:
    for number in range(5):
        promote(percent(10), kind="order", name=f"{number}", budgets={"USD": 100})
    with query_budget("promotions"):
        answer = merchant.send(LIST).data
    assert [edge["node"]["name"] for edge in answer["promotions"]["edges"]] == ["4", "3", "2", "1", "0"]
