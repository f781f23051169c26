"""Pages that ask for little read little, and show the same as those that ask for more."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import ProductMedia
from tests.factories import (
    make_attribute,
    make_category,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.shop import Asker
from tests.statements import recorded_statements

VARIANTS = """
variants {
  id name sku quantityAvailable %(variant)s
  pricing { onSale discount { gross { amount } } price { gross { amount currency } } %(pricing)s }
  attributes { attribute { name slug %(attribute)s } values { name slug } }
}
"""
PRODUCT = f"""
  __typename id name slug isAvailable %(product)s
  category {{ name slug %(category)s }} collections {{ name %(collection)s }}
  thumbnail(size: 64) {{ url alt }} media {{ alt type url }}
  attributes {{ attribute {{ slug }} values {{ id name %(value)s }} }}
  pricing {{ onSale priceRange {{ start {{ gross {{ amount }} net {{ amount }} }} stop {{ gross {{ amount }} }} }} }}
  {VARIANTS}
"""
LIST = f"""
query {{ products(channel: "default-channel", first: 10) {{
  totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {PRODUCT} }} }}
}} }}
"""
PAGE = f"""
query {{ product(channel: "default-channel", slug: "mug-1") {{ description {PRODUCT} }} }}
"""
MORE = {
    "product": "created metadata { key }",
    "variant": "weight { value } created",
    "pricing": "tiers { minimumQuantity }",
    "attribute": "inputType",
    "category": "seoTitle",
    "collection": "seoTitle",
    "value": "plainText",
}


@pytest.fixture
def shelf(db: None) -> None:
    """Three mugs with two variants each, and one without any price."""
    size = make_attribute("size", "Small", "Large")
    colour = make_attribute("colour", "Red", "Blue")
    kind = make_product_type("mug", product_attributes=[colour], variant_attributes=[size])
    small, large = size.values.order_by("sort_order")
    made = []
    for number in range(4):
        product = make_product(
            f"Mug {number}",
            slug=f"mug-{number}",
            product_type=kind,
            category=make_category() if number else None,
            attribute_values=[colour.values.all()[number % 2]],
            metadata={"number": str(number)},
        )
        made.append(product)
        ProductMedia.objects.create(product=product, file=f"products/{number}.jpg", alt=f"Mug {number}")
        for value, stock in ((small, 0), (large, 60)) if number < 3 else ():
            make_variant(product=product, price=500 + number, compare_at=700, stock=stock, attribute_values=[value])
    make_collection("gifts", products=made[1:3])


def within(small: Any, large: Any) -> bool:
    """Whether everything that `small` says stands in `large`, too."""
    if isinstance(small, dict):
        return all(key in large and within(value, large[key]) for key, value in small.items())
    if isinstance(small, list):
        return len(small) == len(large) and all(map(within, small, large))
    return bool(small == large)


def asked(shopper: Asker, text: str) -> tuple[Any, list[str]]:
    """The data and the statements, once the document is known."""
    for _ in range(2):
        shopper(text)
    with recorded_statements() as seen:
        data = shopper(text).data
    return data, seen


@pytest.mark.parametrize("text", [LIST, PAGE], ids=["list", "page"])
@pytest.mark.parametrize("field", MORE)
def test_who_asks_for_more_is_shown_the_same_and_more(shopper: Asker, shelf: None, text: str, field: str) -> None:
    brief, _ = asked(shopper, text % dict.fromkeys(MORE, ""))
    more, _ = asked(shopper, text % {**dict.fromkeys(MORE, ""), field: MORE[field]})
    assert within(brief, more)
    assert not within(more, brief)


def test_a_page_takes_two_statements_and_its_total_a_third(shopper: Asker, shelf: None) -> None:
    for text, number in ((LIST, 3), (PAGE, 2)):
        _, seen = asked(shopper, text % dict.fromkeys(MORE, ""))
        assert len(seen) == number, seen


def test_the_same_products_may_be_asked_for_in_brief_and_whole_at_once(shopper: Asker, shelf: None) -> None:
    text = """
    query { brief: products(channel: "default-channel", first: 10) {
              nodes { id variants { sku attributes { values { name } } } } }
            whole: products(channel: "default-channel", first: 10) {
              nodes { id created variants { sku created attributes { attribute { inputType } values { name } } } } } }
    """
    data, _ = asked(shopper, text)
    assert within(data["brief"], data["whole"])
    assert data["whole"]["nodes"][0]["variants"][0]["attributes"][0]["attribute"]["inputType"] == "DROPDOWN"
