"""Merchants say what lies where."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission
from commerce.inventory.models import Stock, StockMovement, Warehouse
from commerce.inventory.services import create_warehouse
from schema.ids import to_global_id
from tests.factories import make_channel, make_variant, make_warehouse, staff_actor
from tests.schema.shop import Asker

SET = """mutation ($variant: ID!, $warehouse: ID!, $quantity: Int!) {
  stockUpdate(variantId: $variant, warehouseId: $warehouse, quantity: $quantity) {
    stock { onHand reserved warehouse { slug } variant { sku } } errors { code path reserved } } }"""
BULK = """mutation ($stocks: [StockCountInput!]!) {
  stockBulkUpdate(stocks: $stocks) { errors { code path reserved } } }"""


def ids(stock: Stock) -> dict[str, str]:
    """The global ids of what a stock is about."""
    return {
        "variant": to_global_id("ProductVariant", stock.variant_id),
        "warehouse": to_global_id("Warehouse", stock.warehouse_id),
    }


def test_a_count_is_written_with_its_account(merchant: Asker) -> None:
    stock = make_variant(stock=10, sku="A").stocks.get()
    found = merchant(SET, quantity=7, **ids(stock)).data["stockUpdate"]
    assert found == {
        "stock": {"onHand": 7, "reserved": 0, "warehouse": {"slug": "main"}, "variant": {"sku": "A"}},
        "errors": [],
    }
    last = StockMovement.objects.filter(stock=stock).order_by("-id")[0]
    assert (last.delta, last.actor_id) == (-3, merchant.actor.id)


def test_fewer_than_are_promised_cannot_be_there(merchant: Asker) -> None:
    stock = make_variant(stock=10).stocks.get()
    Stock.objects.filter(id=stock.id).update(reserved=4)
    found = merchant(SET, quantity=3, **ids(stock)).data["stockUpdate"]
    assert found == {"stock": None, "errors": [{"code": "INVALID", "path": ["quantity"], "reserved": 4}]}
    assert Stock.objects.get().on_hand == 10


@pytest.mark.parametrize("quantity", [-1, 2_000_000_000])
def test_an_absurd_count_is_refused(merchant: Asker, quantity: int) -> None:
    stock = make_variant(stock=10).stocks.get()
    found = merchant(SET, quantity=quantity, **ids(stock)).data["stockUpdate"]
    assert [error["code"] for error in found["errors"]] == ["INVALID"]


def test_many_counts_at_once_and_the_refused_one_is_named(merchant: Asker) -> None:
    stocks = [make_variant(stock=10).stocks.get() for _ in range(3)]
    Stock.objects.filter(id=stocks[1].id).update(reserved=9)
    rows = [
        {"variantId": ids(stock)["variant"], "warehouseId": ids(stock)["warehouse"], "quantity": 5} for stock in stocks
    ]
    found = merchant(BULK, stocks=rows).data["stockBulkUpdate"]
    assert found["errors"] == [{"code": "INVALID", "path": ["stocks", "1", "quantity"], "reserved": 9}]
    assert sorted(Stock.objects.values_list("on_hand", flat=True)) == [5, 5, 10]
    wrong = merchant(BULK, stocks=[{**rows[0], "variantId": rows[0]["warehouseId"]}]).data["stockBulkUpdate"]
    assert wrong["errors"] == [{"code": "GRAPHQL_ERROR", "path": ["stocks", "0", "variantId"], "reserved": None}]
    long = merchant(BULK, stocks=rows * 334).data["stockBulkUpdate"]
    assert [error["path"] for error in long["errors"]] == [["stocks"]]


def test_a_warehouse_is_opened_for_channels(merchant: Asker) -> None:
    make_channel()
    make_warehouse("first")
    document = """mutation ($slug: String!, $name: String!, $channels: [String!]) {
      warehouseCreate(name: $name, slug: $slug, country: DE, countries: [DE, AT], channels: $channels) {
        warehouse { slug country { code } countries { code } channels { slug } } errors { code path } } }"""

    def opened(**given: Any) -> Any:
        arguments = {"slug": "berlin", "name": "Berlin", "channels": ["default-channel"]}
        return merchant(document, **(arguments | given)).data["warehouseCreate"]

    assert opened()["warehouse"] == {
        "slug": "berlin",
        "country": {"code": "DE"},
        "countries": [{"code": "DE"}, {"code": "AT"}],
        "channels": [{"slug": "default-channel"}],
    }
    assert Warehouse.objects.get(slug="berlin").channel_links.get().priority == 1
    assert opened()["errors"] == [{"code": "UNIQUE", "path": ["slug"]}]
    assert opened(slug="Ber lin")["errors"] == [{"code": "INVALID", "path": ["slug"]}]
    assert opened(slug="b", name=" ")["errors"] == [{"code": "REQUIRED", "path": ["name"]}]
    assert opened(slug="b", channels=["nowhere"])["errors"] == [{"code": "NOT_FOUND", "path": ["channel"]}]


def test_stock_is_listed_by_variant_and_by_warehouse(merchant: Asker) -> None:
    east, west = make_warehouse("east"), make_warehouse("west")
    make_variant(stock=3, warehouse=east, sku="A")
    second = make_variant(stock=4, warehouse=west, sku="B")
    document = """query ($variant: ID, $warehouse: ID) { stocks(variant: $variant, warehouse: $warehouse) {
      totalCount nodes { onHand variant { sku stocks { onHand warehouse { name } } } } } }"""
    assert merchant(document).data["stocks"]["totalCount"] == 2
    found = merchant(document, warehouse=to_global_id("Warehouse", west.id)).data["stocks"]["nodes"]
    assert found == [{"onHand": 4, "variant": {"sku": "B", "stocks": [{"onHand": 4, "warehouse": {"name": "West"}}]}}]
    assert merchant(document, variant=to_global_id("ProductVariant", second.id)).data["stocks"]["totalCount"] == 1
    assert merchant("{ warehouses { nodes { slug } } }").data["warehouses"]["nodes"] == [
        {"slug": "east"},
        {"slug": "west"},
    ]


@pytest.mark.django_db
def test_opening_a_warehouse_needs_the_right_everywhere() -> None:

    actor = staff_actor(Permission.MANAGE_STOCK, channels=[make_channel()])
    with pytest.raises(PermissionDenied):
        create_warehouse(name="B", slug="b", country="DE", actor=actor)


def test_a_divided_stock_is_one_stock_to_the_merchant(merchant: Asker) -> None:
    stock = make_variant(stock=10).stocks.get()
    document = """mutation ($variant: ID!, $warehouse: ID!, $shards: Int!) {
      stockShard(variantId: $variant, warehouseId: $warehouse, shards: $shards) {
        stock { id onHand reserved shards variant { stocks { id onHand } } } errors { code path } } }"""
    found = merchant(document, shards=4, **ids(stock)).data["stockShard"]
    whole = {"id": to_global_id("Stock", stock.id), "onHand": 10}
    assert found == {"stock": {**whole, "reserved": 0, "shards": 4, "variant": {"stocks": [whole]}}, "errors": []}
    counted = merchant(SET, quantity=21, **ids(stock)).data["stockUpdate"]
    assert counted["stock"]["onHand"] == 21
    listed = merchant("{ stocks { totalCount nodes { onHand shards } } }").data["stocks"]
    assert listed == {"totalCount": 1, "nodes": [{"onHand": 21, "shards": 4}]}
    for shards in (0, -1, 65, 2**31 - 1):
        refused = merchant(document, shards=shards, **ids(stock)).data["stockShard"]
        assert refused["errors"] == [{"code": "INVALID", "path": ["shards"]}]
    nowhere = merchant(document, shards=2, **ids(stock) | {"variant": to_global_id("ProductVariant", stock.id)})
    assert nowhere.data["stockShard"]["errors"] == [{"code": "NOT_FOUND", "path": ["warehouseId"]}]
