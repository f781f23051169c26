"""Goods come in, get lost and are moved, over HTTP: whatever is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.services import WantedLine, adjust_on_hand, reserve, shard_stock
from tests.commerce.catalog.test_bundles import make_bundle
from tests.conftest import QueryBudget
from tests.factories import make_channel, make_variant, make_warehouse
from tests.schema.doing import Merchant, gid, merchant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

BOTH = "fromStock { onHand reserved } toStock { onHand warehouse { slug } } errors { code path message }"
ONE = "stock { onHand reserved } errors { code path reserved message }"
NOBODYS_ID = UUID("01890000-0000-7000-8000-000000000000")
KEY = "0b8e2d52-6b1c-4f0a-9a56-0d6b8a3b6a11"


@pytest.fixture
def clerk() -> Merchant:
    """Staff who manage stock everywhere."""
    return merchant(Permission.MANAGE_STOCK)


@pytest.fixture
def five() -> Stock:
    """Five units in the main warehouse, one of them promised."""
    stock: Stock = make_variant(stock=5).stocks.get()
    line, soon = WantedLine(uuid4(), stock.variant_id, 1), timezone.now() + timedelta(minutes=5)
    reserve(checkout_id=uuid4(), lines=[line], channel=make_channel(), country=None, expires_at=soon)
    return stock


def move(who: Merchant, stock: Stock, *, key: str | None = None, **given: Any) -> Any:
    """Send stockTransfer."""
    arguments: dict[str, Any] = {
        "variantId": gid("ProductVariant", stock.variant_id),
        "fromWarehouseId": gid("Warehouse", stock.warehouse_id),
        "toWarehouseId": gid("Warehouse", NOBODYS_ID),
        "quantity": 2,
    }
    document = (
        "mutation($variantId: ID!, $fromWarehouseId: ID!, $toWarehouseId: ID!, $quantity: Int!, $note: String) {"
        " stockTransfer(variantId: $variantId, fromWarehouseId: $fromWarehouseId, toWarehouseId: $toWarehouseId,"
        f" quantity: $quantity, note: $note) {{ {BOTH} }} }}"
    )
    return who.api.send(document, key=key, **({"note": ""} | arguments | given))


def adjust(who: Merchant, stock: Stock, *, key: str | None = None, **given: Any) -> Any:
    """Send stockAdjust."""
    arguments: dict[str, Any] = {
        "variantId": gid("ProductVariant", stock.variant_id),
        "warehouseId": gid("Warehouse", stock.warehouse_id),
        "reason": "RECEIVED",
        "note": "",
    }
    document = (
        "mutation($variantId: ID!, $warehouseId: ID!, $delta: Int!, $reason: StockChangeReasonEnum!, $note: String) {"
        " stockAdjust(variantId: $variantId, warehouseId: $warehouseId, delta: $delta, reason: $reason, note: $note)"
        f" {{ {ONE} }} }}"
    )
    return who.api.send(document, key=key, **(arguments | given))


def everything() -> Any:
    """All that is known of stock."""
    return (
        sorted(Stock.objects.values_list("warehouse__slug", "on_hand", "reserved")),
        list(StockMovement.objects.order_by("id").values_list("delta", "reason", "note")),
    )


def test_who_may_not_manage_stock_moves_and_adjusts_nothing(five: Stock) -> None:
    west = make_warehouse("west")
    before = everything()
    elsewhere = merchant(Permission.MANAGE_STOCK, channels=[make_channel("elsewhere")])
    orders, nobody = merchant(Permission.MANAGE_ORDERS), Merchant(merchant().api.as_(None))
    for who, code in ((orders, "PERMISSION_DENIED"), (nobody, "UNAUTHENTICATED"), (elsewhere, "PERMISSION_DENIED")):
        assert move(who, five, toWarehouseId=gid("Warehouse", west.id)).codes == [code]
        if who is not elsewhere:
            assert adjust(who, five, delta=1).codes == [code]
            assert who.api.send("{ stockMovements(first: 1) { totalCount } }").codes == [code]
    assert everything() == before


WRONG_MOVES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"quantity": 0}, "INVALID", ["quantity"]),
    ({"quantity": -1}, "INVALID", ["quantity"]),
    ({"quantity": 2**31 - 1}, "INVALID", ["quantity"]),
    ({"quantity": 6}, "INVALID", ["quantity"]),
    ({"quantity": 5}, "INVALID", ["quantity"]),
    ({"note": "x" * 501}, "INVALID", ["note"]),
    ({"note": "a\0b"}, "INVALID", ["note"]),
    ({"toWarehouseId": gid("Warehouse", NOBODYS_ID)}, "NOT_FOUND", ["toWarehouseId"]),
    ({"fromWarehouseId": gid("Warehouse", NOBODYS_ID)}, "NOT_FOUND", ["fromWarehouseId"]),
    ({"variantId": gid("ProductVariant", NOBODYS_ID)}, "NOT_FOUND", ["variantId"]),
    ({"toWarehouseId": gid("Product", NOBODYS_ID)}, "GRAPHQL_ERROR", ["toWarehouseId"]),
    ({"variantId": "?"}, "GRAPHQL_ERROR", ["variantId"]),
]


@pytest.mark.parametrize(("wrong", "code", "path"), WRONG_MOVES)
def test_a_move_that_cannot_be_changes_nothing(
    clerk: Merchant, five: Stock, wrong: dict[str, Any], code: str, path: list[str]
) -> None:
    west = make_warehouse("west")
    before = everything()
    answer = move(clerk, five, **({"toWarehouseId": gid("Warehouse", west.id)} | wrong))
    assert answer.problems == [(code, path)]
    assert (answer.payload["fromStock"], answer.payload["toStock"]) == (None, None)
    assert everything() == before


def test_goods_do_not_go_from_a_warehouse_to_itself_nor_out_of_one_that_never_had_any(
    clerk: Merchant, five: Stock
) -> None:
    west, before = make_warehouse("west"), everything()
    same = gid("Warehouse", five.warehouse_id)
    assert move(clerk, five, toWarehouseId=same).problems == [("INVALID", ["toWarehouseId"])]
    empty = move(clerk, five, fromWarehouseId=gid("Warehouse", west.id), toWarehouseId=same)
    assert empty.problems == [("NOT_FOUND", ["fromWarehouseId"])]
    bundle = make_bundle((make_variant(stock=4), 2))
    of_parts = move(clerk, five, variantId=gid("ProductVariant", bundle.id), toWarehouseId=gid("Warehouse", west.id))
    assert of_parts.problems == [("INVALID", ["variantId"])]
    assert [row for row in everything()[0] if row[0] == "west"] == []
    assert Stock.objects.get(id=five.id).on_hand == 5
    assert everything()[0] != before[0], "the part of the bundle, and nothing else"


def test_a_number_that_is_none_never_gets_there(clerk: Merchant, five: Stock) -> None:
    west, before = make_warehouse("west"), everything()
    for quantity in (2**31, "2", 1.5, None):
        answer = move(clerk, five, toWarehouseId=gid("Warehouse", west.id), quantity=quantity)
        assert answer.codes, quantity
        assert "data" not in answer.body
        assert adjust(clerk, five, delta=quantity).codes
    assert everything() == before


def test_a_move_that_is_sent_twice_is_made_once(clerk: Merchant, five: Stock) -> None:
    west = gid("Warehouse", make_warehouse("west").id)
    first = move(clerk, five, key=KEY, toWarehouseId=west, note="to the shop")
    again = move(clerk, five, key=KEY, toWarehouseId=west, note="to the shop")
    assert first.payload == again.payload
    assert first.payload["fromStock"] == {"onHand": 3, "reserved": 1}
    assert first.payload["toStock"] == {"onHand": 2, "warehouse": {"slug": "west"}}
    moved = StockMovement.objects.filter(reason="transferred").order_by("id")
    assert list(moved.values_list("delta", "note")) == [(-2, "to the shop"), (2, "to the shop")]
    assert broken_stock() == []
    other = move(clerk, five, key=KEY, toWarehouseId=west, quantity=1)
    assert [code for code, _ in other.problems] == ["IDEMPOTENCY_KEY_REUSED"]


def test_all_but_what_is_promised_can_be_moved_out_of_a_divided_stock(clerk: Merchant, five: Stock) -> None:
    shard_stock(variant_id=five.variant_id, warehouse_id=five.warehouse_id, shards=3, actor=SYSTEM)
    west = gid("Warehouse", make_warehouse("west").id)
    assert move(clerk, five, toWarehouseId=west, quantity=5).problems == [("INVALID", ["quantity"])]
    answer = move(clerk, five, toWarehouseId=west, quantity=4)
    assert answer.payload["fromStock"] == {"onHand": 1, "reserved": 1}


WRONG_CHANGES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"delta": 0}, "INVALID", ["delta"]),
    ({"delta": -6}, "INVALID", ["delta"]),
    ({"delta": -5}, "INVALID", ["delta"]),
    ({"delta": 2**31 - 1}, "INVALID", ["delta"]),
    ({"delta": -(2**31)}, "INVALID", ["delta"]),
    ({"delta": 1_000_000_000}, "INVALID", ["delta"]),
    ({"note": "x" * 501}, "INVALID", ["note"]),
    ({"warehouseId": gid("Warehouse", NOBODYS_ID)}, "NOT_FOUND", ["warehouseId"]),
    ({"variantId": gid("ProductVariant", NOBODYS_ID)}, "NOT_FOUND", ["variantId"]),
]


@pytest.mark.parametrize(("wrong", "code", "path"), WRONG_CHANGES)
def test_a_change_that_cannot_be_changes_nothing(
    clerk: Merchant, five: Stock, wrong: dict[str, Any], code: str, path: list[str]
) -> None:
    before = everything()
    answer = adjust(clerk, five, **({"delta": 1} | wrong))
    assert answer.problems == [(code, path)]
    assert answer.payload["stock"] is None
    assert everything() == before


def test_an_adjustment_that_is_sent_twice_is_made_once(clerk: Merchant, five: Stock) -> None:
    first = adjust(clerk, five, key=KEY, delta=-4, reason="DAMAGED", note="fell down")
    assert adjust(clerk, five, key=KEY, delta=-4, reason="DAMAGED", note="fell down").payload == first.payload
    assert first.payload["stock"] == {"onHand": 1, "reserved": 1}
    entries = StockMovement.objects.filter(stock=five, reason="damaged")
    assert list(entries.values_list("delta", "note")) == [(-4, "fell down")]
    short = adjust(clerk, five, delta=-1, reason="LOST").payload["errors"]
    assert [(error["code"], error["reserved"]) for error in short] == [("INVALID", 1)]


LISTED = """query($variant: ID, $warehouse: ID, $reasons: [StockMovementReasonEnum!], $first: Int, $after: String,
  $last: Int, $before: String) {
  stockMovements(variant: $variant, warehouse: $warehouse, reasons: $reasons, first: $first, after: $after,
    last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { delta reason note stock { onHand warehouse { slug } variant { sku product { name } } } } } }"""


def told(variants: int) -> list[Any]:
    """Three changes of each of some variants, after the first count."""
    made = [make_variant(stock=10, sku=f"S{number}") for number in range(variants)]
    for mug in made:
        place = mug.stocks.get().warehouse_id
        for delta, reason in ((5, "received"), (-1, "damaged"), (-2, "lost")):
            adjust_on_hand(variant_id=mug.id, warehouse_id=place, delta=delta, reason=reason, actor=SYSTEM)
    return made


def test_movements_are_found_by_variant_warehouse_and_reason_and_page_both_ways(clerk: Merchant) -> None:
    first, second = told(2)
    west = make_warehouse("west")
    move(clerk, first.stocks.get(), toWarehouseId=gid("Warehouse", west.id))

    def found(**given: Any) -> Any:
        return clerk.api.send(LISTED, **({"first": 20} | given)).payload

    def deltas(page: Any) -> list[int]:
        return [node["delta"] for node in page["nodes"]]

    mine = found(variant=gid("ProductVariant", first.id))
    assert (mine["totalCount"], deltas(mine)) == (6, [2, -2, -2, -1, 5, 10])
    assert deltas(found(warehouse=gid("Warehouse", west.id))) == [2]
    assert deltas(found(reasons=["DAMAGED", "LOST"])) == [-2, -1, -2, -1]
    both = found(variant=gid("ProductVariant", second.id), reasons=["RECEIVED"], warehouse=gid("Warehouse", west.id))
    assert (both["totalCount"], both["nodes"]) == (0, [])
    assert found(reasons=[])["totalCount"] == 0
    assert found(variant=gid("ProductVariant", NOBODYS_ID))["totalCount"] == 0

    of_one = {"variant": gid("ProductVariant", first.id)}
    one = found(first=4, **of_one)
    two = found(first=4, after=one["pageInfo"]["endCursor"], **of_one)
    assert (deltas(one) + deltas(two), two["pageInfo"]["hasNextPage"]) == (deltas(mine), False)
    back = found(first=None, last=4, before=two["pageInfo"]["startCursor"], **of_one)
    assert (deltas(back), back["pageInfo"]["hasPreviousPage"]) == (deltas(one), False)

    for wrong, path in (({"variant": "?"}, "variant"), ({"warehouse": of_one["variant"]}, "warehouse")):
        refused = clerk.api.send(LISTED, **wrong)
        assert refused.codes == ["GRAPHQL_ERROR"], path
    pages: list[dict[str, Any]] = [{"first": -1}, {"first": 10_000}, {"after": "nonsense"}]
    for page in pages:
        refused = clerk.api.send(LISTED, **page)
        assert refused.codes, page
        assert refused.status < 500


@pytest.mark.parametrize("variants", [1, 6])
def test_lists_of_movements_and_of_stocks_keep_their_budgets(
    clerk: Merchant, query_budget: QueryBudget, variants: int
) -> None:
    told(variants)
    with query_budget("stockMovements"):
        nodes = clerk.api.send(LISTED, first=50).payload["nodes"]
    assert len(nodes) == 4 * variants
    document = """{ stocks(first: 50) { totalCount nodes { onHand warehouse { slug } variant { sku }
      movements(first: 2) { totalCount nodes { delta } } } } }"""
    with query_budget("stocks"):
        nodes = clerk.api.send(document).payload["nodes"]
    assert [node["movements"]["totalCount"] for node in nodes] == [4] * variants
