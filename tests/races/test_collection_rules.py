"""Rules of collections while everybody writes at once."""

from __future__ import annotations

import pytest

from commerce.catalog import services
from commerce.catalog.models import Product
from commerce.catalog.rule_keeping import keep_collection_rules
from commerce.core.actor import SYSTEM
from tests.factories import make_collection, make_product
from tests.races.crowd import crowd

pytestmark = pytest.mark.usefixtures("durable", "redis_client")


def test_a_collection_is_what_its_rule_says_whoever_was_quicker() -> None:
    products = [make_product(f"Mug {number}") for number in range(6)]
    collection = make_collection()
    rule = {"match": "all", "conditions": [{"kind": "name", "contains": "mug"}]}

    def work(number: int) -> None:
        for turn in range(12):
            if number < 2:
                services.set_collection_rule(collection_id=collection.id, rule=rule, actor=SYSTEM)
                keep_collection_rules()
            else:
                product = products[(number + turn) % len(products)]
                name = f"{('Mug', 'Plate')[turn % 2]} {number}"
                services.update_product(product_id=product.id, changes={"name": name}, actor=SYSTEM)

    results = crowd(work, 6)

    assert [result.codes for result in results] == [()] * 6
    keep_collection_rules()
    named = set(Product.objects.filter(sort_name__contains="mug").values_list("id", flat=True))
    assert set(collection.product_links.values_list("product", flat=True)) == named
