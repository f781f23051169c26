"""Lists cost the same number of statements however long they are."""

from __future__ import annotations

import pytest

from commerce.catalog.models import ProductMedia, ProductVariant
from tests.conftest import QueryBudget
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_tax_rate,
    make_variant,
)
from tests.schema.shop import Asker

PRODUCT_LIST = """
query ($first: Int) {
  products(first: $first, channel: "default-channel", sortBy: {field: PRICE, direction: ASC}) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node {
      id name slug description created
      pricing { onSale
        priceRange { start { gross { amount currency } net { amount } tax { amount } } stop { gross { amount } } }
        priceRangeUndiscounted { start { gross { amount } } } }
      media { url alt type }
      attributes { attribute { name slug inputType } values { name slug } }
      assignedAttributes { attribute { slug } ... on AssignedSingleChoiceAttribute { value { name } } }
      variants {
        id name sku
        pricing { price { gross { amount } } priceUndiscounted { gross { amount } } }
        attributes(variantSelection: VARIANT_SELECTION) { attribute { slug } values { name } }
        colour: assignedAttribute(slug: "colour") { attribute { slug } }
      }
    } }
  }
}
"""
PRODUCT_GRID = """
query ($first: Int) {
  products(first: $first, channel: "default-channel") {
    totalCount
    nodes {
      name isAvailable thumbnail(size: 256, format: WEBP) { url alt }
      category { name parent { name } ancestors { nodes { slug } } }
      collections { slug } productType { slug productAttributes { slug } }
      defaultVariant { sku quantityAvailable product { slug } media { url(size: 64) } }
      productVariants(first: 2) { totalCount nodes { sku quantityAvailable pricing { price { gross { amount } } } } }
    }
  }
}
"""
CATEGORY_TREE = """
query ($first: Int) {
  categories(first: $first, level: 0) {
    nodes {
      name
      children(first: 5) { totalCount nodes { name products(first: 2, channel: "default-channel") {
        totalCount nodes { name pricing { priceRange { start { gross { amount } } } } } } } }
      products(first: 2, channel: "default-channel") { totalCount nodes { name } }
    }
  }
}
"""


@pytest.fixture
def shop(db: None) -> None:
    """30 products with three variants, a picture and attributes each, in 10 branches of the category tree."""
    make_channel()
    make_tax_rate("US", "8.25")
    colour = make_attribute("colour", "Red", "Green", "Blue")
    material = make_attribute("material", "Clay", "Glass")
    kind = make_product_type("mug", product_attributes=[material], variant_attributes=[colour])
    colours, materials = list(colour.values.all()), list(material.values.all())
    roots = [make_category(f"root-{number}") for number in range(10)]
    leaves = [make_category(f"leaf-{number}", parent=root) for number, root in enumerate(roots)]
    products = []
    for number in range(30):
        product = make_product(
            f"Mug {number:02}",
            product_type=kind,
            category=leaves[number % 10],
            attribute_values=[materials[number % 2]],
        )
        products.append(product)
        for place, value in enumerate(colours):
            make_variant(product=product, price=1000 + number * 10 + place, compare_at=2000, attribute_values=[value])
        ProductMedia.objects.create(product=product, file=f"products/{number}.png", alt=f"Mug {number:02}")
    make_collection("all", products=products)


@pytest.mark.parametrize("first", [3, 30])
def test_a_product_list_with_variants_prices_media_and_attributes(
    shop: None, shopper: Asker, query_budget: QueryBudget, first: int
) -> None:
    with query_budget("products"):
        data = shopper(PRODUCT_LIST, first=first).data
    nodes = [edge["node"] for edge in data["products"]["edges"]]
    assert len(nodes) == first
    assert all(len(node["variants"]) == 3 for node in nodes)
    assert nodes[0]["pricing"]["priceRange"]["start"]["gross"] == {"amount": 10.83, "currency": "USD"}
    assert nodes[0]["variants"][0]["attributes"] == [{"attribute": {"slug": "colour"}, "values": [{"name": "Red"}]}]


@pytest.mark.parametrize("first", [3, 30])
def test_a_grid_with_everything_that_hangs_on_a_product(
    shop: None, shopper: Asker, query_budget: QueryBudget, first: int
) -> None:
    with query_budget("product grid"):
        data = shopper(PRODUCT_GRID, first=first).data
    assert len(data["products"]["nodes"]) == first
    assert data["products"]["totalCount"] == 30
    assert all(node["isAvailable"] and node["productVariants"]["totalCount"] == 3 for node in data["products"]["nodes"])


@pytest.mark.parametrize("first", [1, 10])
def test_the_category_tree_with_products(shop: None, shopper: Asker, query_budget: QueryBudget, first: int) -> None:
    with query_budget("category tree"):
        data = shopper(CATEGORY_TREE, first=first).data
    assert len(data["categories"]["nodes"]) == first
    for root in data["categories"]["nodes"]:
        assert root["products"]["totalCount"] == 3
        assert [child["products"]["totalCount"] for child in root["children"]["nodes"]] == [3]


def test_one_variant_more_is_not_one_statement_more(shop: None, shopper: Asker, query_budget: QueryBudget) -> None:
    product = ProductVariant.objects.first().product  # type: ignore[union-attr]
    for price in range(20):
        make_variant(product=product, price=5000 + price)
    with query_budget("products"):
        shopper(PRODUCT_LIST, first=30).data  # noqa: B018 - reading fails the test on errors
