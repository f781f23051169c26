"""What merchants list and write costs the same number of statements however long it is."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from tests.budgets import BUDGETS
from tests.conftest import QueryBudget
from tests.factories import make_attribute, make_channel, make_product_type
from tests.schema.doing import Merchant, gid, merchant
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db

ATTRIBUTES = """query ($first: Int) { attributes(first: $first, filter: {search: "attribute"}) { nodes {
  slug version valueRequired externalReference metadata { key } privateMetadata { key }
  choices(first: 3) { totalCount nodes { name slug } } } } }"""
TYPES = """query ($first: Int) { productTypes(first: $first) { nodes { slug version
  attributeAssignments { type required attribute { slug version valueRequired } } } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog."""
    return merchant(Permission.MANAGE_PRODUCTS)


@pytest.mark.parametrize("first", [2, 20])
def test_lists_of_attributes_and_types(staff: Merchant, query_budget: QueryBudget, first: int) -> None:
    for number in range(20):
        attribute = make_attribute(f"attribute-{number}", *(f"Choice {place}" for place in range(5)))
        make_product_type(f"type-{number}", variant_attributes=[attribute])
    staff.api.send("{ attributes(first: 1) { totalCount } }")  # what signing in costs is another's budget
    with query_budget("attributes"):
        nodes = staff.api.send(ATTRIBUTES, first=first).data["attributes"]["nodes"]
    assert [len(node["choices"]["nodes"]) for node in nodes] == [3] * first
    with query_budget("product types"):
        nodes = staff.api.send(TYPES, first=first).data["productTypes"]["nodes"]
    assert [len(node["attributeAssignments"]) for node in nodes] == [1] * first


@pytest.mark.parametrize("number", [3, 40])
def test_a_product_with_many_attributes_is_one_write(staff: Merchant, query_budget: QueryBudget, number: int) -> None:
    kinds = ("plain_text", "dropdown", "numeric", "boolean")
    attributes = [make_attribute(f"attribute-{place}", input_type=kinds[place % 4]) for place in range(number)]
    kind = make_product_type("thing", product_attributes=attributes)
    values: tuple[dict[str, Any], ...] = (
        {"plainText": "x"}, {"dropdown": {"value": "New"}}, {"numeric": 5}, {"boolean": True},
    )  # fmt: skip
    given = [{"slug": attribute.slug, **values[place % 4]} for place, attribute in enumerate(attributes)]
    with query_budget("product with attributes"):
        made = staff.do(
            "productCreate",
            input={"productType": gid("ProductType", kind.id), "name": "Thing", "attributes": given},
        )
    with query_budget("product with attributes"):
        staff.do("productUpdate", id=made["product"]["id"], input={"attributes": given})


def test_a_row_of_a_bulk_mutation_with_a_variant_a_price_and_a_listing(staff: Merchant) -> None:
    make_channel()
    colour = make_attribute("colour", "Red")
    kind = make_product_type("mug", product_attributes=[make_attribute("text", input_type="plain_text")])
    kind.attribute_links.create(attribute=colour, scope="variant", variant_selection=True)

    def cost(number: int) -> int:
        products = [
            {
                "productType": gid("ProductType", kind.id),
                "name": f"Mug {number}-{place}",
                "attributes": [{"slug": "text", "plainText": "x"}],
                "channelListings": [{"channel": "default-channel", "isPublished": True}],
                "variants": [
                    {
                        "sku": f"{number}-{place}",
                        "attributes": [{"slug": "colour", "values": ["Red"]}],
                        "channelListings": [{"channel": "default-channel", "price": 5}],
                    }
                ],
            }
            for place in range(number)
        ]
        with recorded_statements() as statements:
            assert staff.do("productBulkCreate", products=products)["count"] == number
        return len(statements)

    cost(1)
    few, many = cost(2), cost(12)
    print(few, many)
    assert (many - few) / 10 <= BUDGETS["product bulk row"]
