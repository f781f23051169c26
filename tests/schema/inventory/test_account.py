"""Merchants read why their stock has changed, and change it with a reason."""

from __future__ import annotations

from typing import Any

from schema.ids import to_global_id
from tests.factories import make_variant, make_warehouse
from tests.schema.shop import Asker

ADJUST = """mutation ($variant: ID!, $warehouse: ID!, $delta: Int!, $note: String! = "") {
  stockAdjust(variantId: $variant, warehouseId: $warehouse, delta: $delta, reason: RECEIVED, note: $note) {
    stock { onHand movements(first: 1) { totalCount edges { node { delta reason note actorId } } } }
    errors { code path reserved } } }"""
TRANSFER = """mutation ($variant: ID!, $from: ID!, $to: ID!, $quantity: Int!) {
  stockTransfer(variantId: $variant, fromWarehouseId: $from, toWarehouseId: $to, quantity: $quantity) {
    fromStock { onHand } toStock { onHand warehouse { slug } } errors { code path } } }"""


def test_a_delivery_is_added_and_read_in_the_account(merchant: Asker) -> None:
    stock = make_variant(stock=5, sku="A").stocks.get()
    given: dict[str, Any] = {
        "variant": to_global_id("ProductVariant", stock.variant_id),
        "warehouse": to_global_id("Warehouse", stock.warehouse_id),
    }
    found = merchant(ADJUST, delta=7, note="pallet 3", **given).data["stockAdjust"]
    entry = {"delta": 7, "reason": "RECEIVED", "note": "pallet 3", "actorId": str(merchant.actor.id)}
    movements = {"totalCount": 2, "edges": [{"node": entry}]}
    assert found == {"stock": {"onHand": 12, "movements": movements}, "errors": []}
    refused = merchant(ADJUST, delta=-13, **given).data["stockAdjust"]
    assert refused == {"stock": None, "errors": [{"code": "INVALID", "path": ["delta"], "reserved": None}]}
    document = """query ($variant: ID, $after: String, $reasons: [StockMovementReasonEnum!]) {
      stockMovements(variant: $variant, first: 1, after: $after, reasons: $reasons) { totalCount
        edges { node { delta stock { onHand variant { sku } } } } pageInfo { hasNextPage endCursor } } }"""
    page = merchant(document, variant=given["variant"]).data["stockMovements"]
    node = {"delta": 7, "stock": {"onHand": 12, "variant": {"sku": "A"}}}
    assert (page["totalCount"], page["edges"], page["pageInfo"]["hasNextPage"]) == (2, [{"node": node}], True)
    rest = merchant(document, variant=given["variant"], after=page["pageInfo"]["endCursor"]).data["stockMovements"]
    assert [edge["node"]["delta"] for edge in rest["edges"]] == [5]
    assert merchant(document, reasons=["LOST"]).data["stockMovements"]["totalCount"] == 0


def test_units_are_moved_to_another_warehouse(merchant: Asker) -> None:
    stock, west = make_variant(stock=5).stocks.get(), make_warehouse("west")
    given = {
        "variant": to_global_id("ProductVariant", stock.variant_id),
        "from": to_global_id("Warehouse", stock.warehouse_id),
        "to": to_global_id("Warehouse", west.id),
    }
    found = merchant(TRANSFER, quantity=2, **given).data["stockTransfer"]
    assert found == {
        "fromStock": {"onHand": 3},
        "toStock": {"onHand": 2, "warehouse": {"slug": "west"}},
        "errors": [],
    }
    for quantity in (0, -1, 4, 2**31 - 1):
        refused = merchant(TRANSFER, quantity=quantity, **given).data["stockTransfer"]
        assert refused == {"fromStock": None, "toStock": None, "errors": [{"code": "INVALID", "path": ["quantity"]}]}


def test_many_counts_all_or_none(merchant: Asker) -> None:
    stocks = [make_variant(stock=5).stocks.get() for _ in range(2)]
    rows = [
        {
            "variantId": to_global_id("ProductVariant", stock.variant_id),
            "warehouseId": to_global_id("Warehouse", stock.warehouse_id),
            "quantity": quantity,
        }
        for stock, quantity in zip(stocks, (6, -1), strict=True)
    ]
    document = """mutation ($stocks: [StockCountInput!]!, $policy: ErrorPolicyEnum!) {
      stockBulkUpdate(stocks: $stocks, errorPolicy: $policy, reason: CORRECTED, note: "year's end") {
        count errors { code path } } }"""
    errors = [{"code": "INVALID", "path": ["stocks", "1", "quantity"]}]
    found = merchant(document, stocks=rows, policy="REJECT_EVERYTHING").data["stockBulkUpdate"]
    assert found == {"count": 0, "errors": errors}
    found = merchant(document, stocks=rows, policy="IGNORE_FAILED").data["stockBulkUpdate"]
    assert found == {"count": 1, "errors": errors}


def test_a_threshold_is_set_and_taken_away(merchant: Asker) -> None:
    stock = make_variant(stock=5).stocks.get()
    document = """mutation ($variant: ID!, $warehouse: ID!, $threshold: Int) {
      stockThresholdSet(variantId: $variant, warehouseId: $warehouse, threshold: $threshold) {
        stock { lowStockThreshold } errors { code path } } }"""
    given = {
        "variant": to_global_id("ProductVariant", stock.variant_id),
        "warehouse": to_global_id("Warehouse", stock.warehouse_id),
    }
    for threshold in (3, None):
        found = merchant(document, threshold=threshold, **given).data["stockThresholdSet"]
        assert found == {"stock": {"lowStockThreshold": threshold}, "errors": []}
    for threshold in (0, -1, 2**31 - 1):
        found = merchant(document, threshold=threshold, **given).data["stockThresholdSet"]
        assert found == {"stock": None, "errors": [{"code": "INVALID", "path": ["threshold"]}]}
