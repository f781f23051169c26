"""The catalog as it leaves the house: over HTTP, by the assembled storefront schema."""

from __future__ import annotations

import pytest

from tests.api import Api
from tests.factories import make_product, make_variant

LIST = """query ($first: Int!) { products(channel: "default-channel", first: $first) {
  nodes { name variants { sku pricing { price { gross { amount currency } } } }
          assignedAttributes(limit: 5) { __typename } } } }"""


@pytest.mark.django_db
def test_a_browser_reads_the_catalog() -> None:
    make_variant(product=make_product("Mug", slug="mug"), sku="A", price=1999)
    answer = Api().send(LIST, first=5)
    assert answer.status == 200
    assert answer.data["products"]["nodes"] == [
        {
            "name": "Mug",
            "variants": [{"sku": "A", "pricing": {"price": {"gross": {"amount": 19.99, "currency": "USD"}}}}],
            "assignedAttributes": [],
        }
    ]


@pytest.mark.django_db
def test_a_refusal_is_shown_with_its_code_and_nothing_else() -> None:
    answer = Api().send("{ products { nodes { name } } }")
    (error,) = answer.body["errors"]
    assert error["extensions"]["code"] == "MISSING_CHANNEL_SLUG"
    assert set(error["extensions"]) == {"code", "requestId"}
