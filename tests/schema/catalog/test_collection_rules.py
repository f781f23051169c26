"""A merchant gives a collection a rule; shoppers see what it has found."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import CollectionRule
from commerce.catalog.rule_keeping import keep_collection_rules
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from schema.ids import to_global_id
from tests.api import Api
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
)
from tests.schema.doing import merchant

SET = """mutation ($id: ID!, $rule: CollectionRuleInput!) {
  collectionRuleSet(id: $id, rule: $rule) {
    collection { rule { match conditions { categories productTypes attributeValues price { channel gte lte }
      inStock { channel value } createdWithinDays nameContains metadata { key value } } } }
    errors { code path } } }"""
REMOVE = "mutation ($id: ID!) { collectionRuleRemove(id: $id) { collection { rule { match } } errors { code path } } }"
PREVIEW = """query ($rule: CollectionRuleInput!, $first: Int! = 20) {
  collectionRulePreview(rule: $rule, first: $first) { count products { slug } } }"""
SHOWN = (
    '{ collection(slug: "summer", channel: "default-channel") { products(first: 9) { totalCount nodes { slug } } } }'
)


@pytest.fixture
def admin_api(db: None) -> Api:
    return merchant(Permission.MANAGE_PRODUCTS).api


def gid(row: Any) -> str:
    return to_global_id(type(row).__name__, row.id)


def test_every_condition_is_answered_as_it_was_given(admin_api: Api) -> None:
    make_channel("japan", currency_code="JPY")
    make_channel()
    collection = make_collection("summer")
    value = make_attribute("material", "Clay").values.get()
    conditions = [
        {"categories": [gid(make_category())]},
        {"productTypes": [gid(make_product_type())]},
        {"attributeValues": [gid(value)]},
        {"price": {"channel": "default-channel", "gte": "9.99", "lte": "20"}},
        {"price": {"channel": "japan", "lte": "2000"}},
        {"inStock": {"channel": "japan", "value": False}},
        {"createdWithinDays": 30},
        {"nameContains": "mug"},
        {"metadata": {"key": "season", "value": "summer"}},
        {"metadata": {"key": "new"}},
    ]

    payload = admin_api.send(SET, id=gid(collection), rule={"match": "ANY", "conditions": conditions}).payload

    assert payload["errors"] == []
    shown = payload["collection"]["rule"]
    given = [{name: value for name, value in each.items() if value is not None} for each in shown["conditions"]]
    assert shown["match"] == "ANY"
    prices = [each["price"] for each in given if "price" in each]
    assert [(p["channel"], p["gte"] and float(p["gte"]), float(p["lte"])) for p in prices] == [
        ("default-channel", 9.99, 20.0), ("japan", None, 2000.0),
    ]  # fmt: skip
    assert [each for each in given if "price" not in each] == [
        *(each for each in conditions[:-1] if "price" not in each), {"metadata": {"key": "new", "value": None}},
    ]  # fmt: skip


@pytest.mark.usefixtures("durable")
def test_shoppers_see_what_the_rule_has_found_as_far_as_it_is_shown(admin_api: Api) -> None:
    collection = make_collection("summer")
    for slug, is_published in (("mug-1", True), ("mug-2", False), ("plate", True)):
        make_product(slug, slug=slug, is_published=is_published)
    rule = {"conditions": [{"nameContains": "MUG"}]}

    assert admin_api.send(PREVIEW, rule=rule, first=1).data["collectionRulePreview"] == {
        "count": 2, "products": [{"slug": "mug-1"}],
    }  # fmt: skip
    admin_api.send(SET, id=gid(collection), rule=rule)
    keep_collection_rules()
    assert Api().send(SHOWN).data["collection"]["products"] == {"totalCount": 1, "nodes": [{"slug": "mug-1"}]}

    removed = admin_api.send(REMOVE, id=gid(collection)).payload
    assert removed == {"collection": {"rule": None}, "errors": []}
    keep_collection_rules()
    assert Api().send(SHOWN).data["collection"]["products"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("conditions", "code", "path"),
    [
        ([], "REQUIRED", "rule.conditions"),
        ([{}], "INVALID", "rule.conditions.0"),
        ([{"nameContains": "x", "createdWithinDays": 1}], "INVALID", "rule.conditions.0"),
        ([{"nameContains": "x"}, {"nameContains": ""}], "REQUIRED", "rule.conditions.1.nameContains"),
        ([{"createdWithinDays": 0}], "INVALID", "rule.conditions.0.createdWithinDays"),
        ([{"categories": ["x"]}], "GRAPHQL_ERROR", "rule.conditions.0.categories.0"),
        ([{"categories": [to_global_id("Category", uuid7())]}], "NOT_FOUND", "rule.conditions.0.categories.0"),
        ([{"price": {"channel": "nowhere", "gte": "1"}}], "NOT_FOUND", "rule.conditions.0.price.channel"),
        ([{"price": {"channel": "default-channel"}}], "REQUIRED", "rule.conditions.0.price.gte"),
        ([{"price": {"channel": "default-channel", "lte": "1.001"}}], "INVALID", "rule.conditions.0.price.lte"),
        ([{"metadata": {"key": " "}}], "REQUIRED", "rule.conditions.0.metadata.key"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_place(
    admin_api: Api, conditions: list[dict[str, Any]], code: str, path: str
) -> None:
    make_channel()
    answer = admin_api.send(SET, id=gid(make_collection()), rule={"conditions": conditions})
    assert [(each, ".".join(place)) for each, place in answer.problems] == [(code, path)]
    assert not CollectionRule.objects.exists()
    refused = admin_api.send(PREVIEW, rule={"conditions": conditions})
    assert refused.codes == [code]


def test_a_collection_that_is_gone_and_too_large_a_preview_are_refused(admin_api: Api) -> None:
    rule = {"conditions": [{"nameContains": "x"}]}
    assert admin_api.send(SET, id=to_global_id("Collection", uuid7()), rule=rule).problems == [("NOT_FOUND", ["id"])]
    assert admin_api.send(PREVIEW, rule=rule, first=0).codes == ["INVALID"]
    assert admin_api.send(PREVIEW, rule=rule, first=101).codes == ["LIMIT_EXCEEDED"]
