"""What stands around products, in brief: a part of what there is, with the stock of variants and bundles."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import ProductMedia
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS
from commerce.inventory.around_products import Around, Copies, Surroundings, around_products
from tests.commerce.catalog.test_bundles import make_bundle
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.statements import recorded_statements


def around(
    products: list[str], wanted: set[Around], channel: Channel, *, briefly: bool, **ids: Any
) -> Surroundings[str]:
    """One statement's answer."""
    with recorded_statements() as seen:
        found = around_products(
            products,
            wanted,
            category_ids=ids["categories"],
            channel=channel,
            actor=ANONYMOUS,
            pictures=Copies(0, "ORIGINAL"),
            copies=Copies(64, "WEBP"),
            country="US",
            briefly=briefly,
        )
    assert len(seen) == 1
    return found


def part_of(brief: Any, whole: Any) -> bool:
    """Whether every field of `brief`, a row or a collection of rows, is that of `whole`."""
    if isinstance(brief, dict):
        return brief.keys() == whole.keys() and all(part_of(brief[key], whole[key]) for key in brief)
    if isinstance(brief, list):
        return len(brief) == len(whole) and all(map(part_of, brief, whole))
    if hasattr(brief, "_fields"):
        return all(part_of(getattr(brief, name), getattr(whole, name)) for name in brief._fields)
    return bool(brief == whole)


@pytest.mark.parametrize("left_out", [None, Around.QUANTITIES, Around.OPTIONS, Around.COPIES])
def test_brief_rows_say_what_whole_rows_say(db: None, left_out: Around | None) -> None:
    channel = make_channel()
    size = make_attribute("size", "Small", "Large")
    kind = make_product_type("mug", variant_attributes=[size], product_attributes=[make_attribute("colour", "Red")])
    product = make_product(product_type=kind, category=make_category())
    ProductMedia.objects.create(product=product, file="a.jpg", alt="A mug")
    make_collection("gifts", products=[product])
    counted = make_variant(product=product, stock=9, attribute_values=[size.values.all()[0]])
    counted.stocks.update(reserved=2)
    make_variant(product=product, stock=None)
    make_variant(product=product, stock=0, backorder_allowed=True)
    make_variant(product=product, stock=None, track_inventory=False)
    bundle = make_bundle((make_variant(stock=7), 3), (make_variant(stock=50), 1))
    ids = [str(product.id), str(bundle.product_id)]
    wanted = set(Around) - {left_out} if left_out is not None else set(Around)
    categories = [product.category_id]
    whole = around(ids, wanted, channel, briefly=False, categories=categories)
    brief = around(ids, wanted, channel, briefly=True, categories=categories)
    for part in Around:
        assert part_of(getattr(brief, part.value), getattr(whole, part.value)), part
    if left_out is None:
        assert sorted(brief.quantities.values(), key=str) == sorted([7, 0, None, None, 2], key=str)
