"""Merchants let variants be sold before they are there, and shoppers see it."""

from __future__ import annotations

from typing import Any

import pytest

from schema.ids import to_global_id
from tests.factories import make_channel, make_variant
from tests.schema.shop import Asker

BACKORDER = """mutation ($variant: ID!, $allowed: Boolean!, $limit: Int, $version: Int) {
  variantBackorderSet(variantId: $variant, allowed: $allowed, limit: $limit, version: $version) {
    variant { backorderAllowed backorderLimit version stocks { onHand backorderLimit overdrawn } }
    errors { code path } } }"""
PREORDER = """mutation ($variant: ID!, $warehouse: ID!, $end: DateTime!, $limit: Int, $channel: String!) {
  variantPreorderSet(variantId: $variant, warehouseId: $warehouse, endDate: $end, limit: $limit, channel: $channel) {
    preorder { channel { slug } warehouse { slug } endDate limit promised } errors { code path } } }"""
END = """mutation ($variant: ID!) { variantPreorderEnd(variantId: $variant, channel: "default-channel") {
  errors { code path } } }"""
SHOWN = """query ($id: ID!) { productVariant(id: $id, channel: "default-channel") {
  quantityAvailable preorder { endDate availableQuantity } } }"""


def test_a_limit_is_set_and_seen(merchant: Asker, shopper: Asker) -> None:
    sofa = make_variant(stock=2)
    variant = to_global_id("ProductVariant", sofa.id)
    found = merchant(BACKORDER, variant=variant, allowed=True, limit=3).data["variantBackorderSet"]
    assert found == {
        "variant": {
            "backorderAllowed": True,
            "backorderLimit": 3,
            "version": 2,
            "stocks": [{"onHand": 2, "backorderLimit": 3, "overdrawn": 0}],
        },
        "errors": [],
    }
    assert shopper(SHOWN, id=variant).data["productVariant"] == {"quantityAvailable": 5, "preorder": None}
    late = merchant(BACKORDER, variant=variant, allowed=False, version=1).data["variantBackorderSet"]
    assert (late["errors"], late["variant"]["backorderLimit"]) == ([{"code": "CONFLICT", "path": ["version"]}], 3)
    for limit in (0, -1, 2**31 - 1):
        refused = merchant(BACKORDER, variant=variant, allowed=True, limit=limit).data["variantBackorderSet"]
        assert refused["errors"] == [{"code": "INVALID", "path": ["limit"]}]


def test_shoppers_see_until_when_they_can_order_ahead(merchant: Asker, shopper: Asker) -> None:
    console = make_variant(stock=0)
    stock = console.stocks.get()
    given: dict[str, Any] = {
        "variant": to_global_id("ProductVariant", console.id),
        "warehouse": to_global_id("Warehouse", stock.warehouse_id),
        "end": "2999-01-01T00:00:00+00:00",
        "channel": "default-channel",
    }
    found = merchant(PREORDER, limit=4, **given).data["variantPreorderSet"]
    assert found["errors"] == []
    expected = {
        "channel": {"slug": "default-channel"},
        "warehouse": {"slug": "main"},
        "endDate": "2999-01-01T00:00:00+00:00",
        "limit": 4,
        "promised": 0,
    }
    assert found["preorder"] == expected
    shown = {"quantityAvailable": 4, "preorder": {"endDate": "2999-01-01T00:00:00+00:00", "availableQuantity": 4}}
    assert shopper(SHOWN, id=given["variant"]).data["productVariant"] == shown
    seen = merchant("query ($id: ID!) { productVariant(id: $id) { preorders { limit } stocks { onHand } } }",
                    id=given["variant"])  # fmt: skip
    assert seen.data["productVariant"] == {"preorders": [{"limit": 4}], "stocks": [{"onHand": 0}]}
    merchant(PREORDER, limit=None, **given)
    shown = shopper(SHOWN, id=given["variant"]).data["productVariant"]["preorder"]
    assert shown["availableQuantity"] == make_channel().quantity_limit_per_line
    assert merchant(END, variant=given["variant"]).data["variantPreorderEnd"]["errors"] == []
    assert shopper(SHOWN, id=given["variant"]).data["productVariant"] == {"quantityAvailable": 0, "preorder": None}
    again = merchant(END, variant=given["variant"]).data["variantPreorderEnd"]
    assert again["errors"] == [{"code": "NOT_FOUND", "path": ["variantId"]}]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"end": "2001-01-01T00:00:00Z"}, "endDate"),
        ({"end": "2999-01-01T00:00:00"}, "endDate"),
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 2**31 - 1}, "limit"),
    ],
)
def test_a_preorder_that_means_nothing_is_refused(merchant: Asker, wrong: dict[str, Any], path: str) -> None:
    stock = make_variant(stock=0).stocks.get()
    given: dict[str, Any] = {
        "variant": to_global_id("ProductVariant", stock.variant_id),
        "warehouse": to_global_id("Warehouse", stock.warehouse_id),
        "end": "2999-01-01T00:00:00Z",
        "channel": "default-channel",
    }
    found = merchant(PREORDER, **(given | wrong)).data["variantPreorderSet"]
    assert found == {"preorder": None, "errors": [{"code": "INVALID", "path": [path]}]}
