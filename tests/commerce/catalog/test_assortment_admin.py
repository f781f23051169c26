"""What stands beside products, and rules of collections, on the merchant's screens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.catalog.models import CollectionProduct, CollectionRule
from commerce.catalog.relation_models import ProductRelation, RelatedProductsRule
from commerce.catalog.rule_keeping import keep_collection_rules
from commerce.events.models import Event
from tests.factories import make_collection, make_product, make_product_type, make_variant
from tests.screens import form_of, path_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    return signed_in()


def save(client: Client, row: Any, **changes: Any) -> int:
    """Send the screen of a row with some changes; 302 is done, 200 is refused."""
    return client.post(path_of(row), form_of(client, row) | changes).status_code


def test_a_product_is_shown_beside_another(merchant: Client) -> None:
    mug, saucer = make_variant().product, make_product()
    added = {"relations-TOTAL_FORMS": 1, "relations-0-kind": "accessory", "relations-0-sort_order": 0}

    assert save(merchant, mug, **added, **{"relations-0-related": mug.pk}) == 200, "not beside itself"
    assert save(merchant, mug, **added, **{"relations-0-related": saucer.pk}) == 302

    relation = ProductRelation.objects.get()
    assert (relation.product, relation.related, relation.kind) == (mug, saucer, "accessory")
    assert Event.objects.get().type == "product.updated"


def test_the_points_of_a_rule_are_set_for_a_type(merchant: Client) -> None:
    kind = make_product_type()
    points = {"category_points": 1, "collection_points": 0, "value_points": 5}
    assert merchant.get(reverse("admin:catalog_relatedproductsrule_changelist")).status_code == 200
    for sent, answer in (({"product_type": kind.pk, **points}, 302), ({"product_type": kind.pk, **points}, 200)):
        assert merchant.post(reverse("admin:catalog_relatedproductsrule_add"), sent).status_code == answer
    assert RelatedProductsRule.objects.get().product_type == kind


def test_a_rule_fills_a_collection_beside_what_was_picked(merchant: Client) -> None:
    picked, mug = make_product("Plate"), make_product("Mug")
    collection = make_collection(products=[picked])
    rule = {"match": "all", "conditions": [{"kind": "name", "contains": "mug"}]}
    added = {"rule_link-TOTAL_FORMS": 1}

    assert save(merchant, collection, **added, **{"rule_link-0-rule": json.dumps({"match": "all"})}) == 200
    assert save(merchant, collection, **added, **{"rule_link-0-rule": json.dumps(rule)}) == 302
    assert CollectionRule.objects.get().rule == rule
    keep_collection_rules()
    assert set(collection.product_links.values_list("product", "by_rule")) == {(picked.pk, False), (mug.pk, True)}

    assert save(merchant, collection, name="Mugs") == 302, "what the rule has found is left alone"
    assert CollectionProduct.objects.count() == 2
    assert save(merchant, collection, **{"rule_link-0-rule": "null"}) == 302
    keep_collection_rules()
    assert list(collection.product_links.values_list("product", flat=True)) == [picked.pk]
