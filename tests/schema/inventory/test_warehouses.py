"""Merchants change and close warehouses, and let shoppers fetch goods there."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.models import Address
from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission
from commerce.inventory.models import Warehouse
from commerce.inventory.services import delete_warehouse, update_warehouse
from schema.ids import to_global_id
from tests.factories import make_channel, make_variant, make_warehouse, staff_actor
from tests.schema.shop import Asker

UPDATE = """mutation ($id: ID!, $input: WarehouseInput!, $version: Int) {
  warehouseUpdate(id: $id, input: $input, version: $version) {
    warehouse { name slug isActive clickAndCollect country { code } countries { code } version
      address { city postalCode country { code } } channelLinks { channel { slug } priority } }
    errors { code path } } }"""
DELETE = "mutation ($id: ID!) { warehouseDelete(id: $id) { warehouse { slug } errors { code path } } }"
BERLIN = {
    "firstName": "Handcart",
    "lastName": "Shop",
    "streetAddress1": "Torstr. 1",
    "city": "Berlin",
    "postalCode": "10119",
    "country": "DE",
}


def changed(merchant: Asker, warehouse: Warehouse, version: int | None = None, **given: Any) -> Any:
    document = {"id": to_global_id("Warehouse", warehouse.id), "input": given, "version": version}
    return merchant(UPDATE, **document).data["warehouseUpdate"]


def test_goods_can_be_fetched_where_there_is_an_address(merchant: Asker) -> None:
    warehouse = make_warehouse()
    refused = changed(merchant, warehouse, clickAndCollect="LOCAL")
    assert refused["errors"] == [{"code": "REQUIRED", "path": ["input", "address"]}]
    found = changed(merchant, warehouse, clickAndCollect="ALL", address=BERLIN)
    assert found["errors"] == []
    assert found["warehouse"]["clickAndCollect"] == "ALL"
    assert found["warehouse"]["address"] == {"city": "BERLIN", "postalCode": "10119", "country": {"code": "DE"}}
    assert found["warehouse"]["country"] == {"code": "DE"}
    moved = changed(merchant, warehouse, address={**BERLIN, "city": "Potsdam", "postalCode": "14467"})
    assert moved["warehouse"]["address"]["city"] == "POTSDAM"
    assert Address.objects.count() == 1
    assert changed(merchant, warehouse, country="FR")["errors"] == [{"code": "INVALID", "path": ["input", "country"]}]


def test_an_address_is_checked_by_the_rules_of_its_country(merchant: Asker) -> None:
    warehouse = make_warehouse()
    found = changed(merchant, warehouse, address={**BERLIN, "postalCode": "x"}, clickAndCollect="LOCAL")
    assert found["errors"] == [{"code": "INVALID", "path": ["input", "address", "postalCode"]}]
    assert not Address.objects.exists()
    assert Warehouse.objects.get().click_and_collect == "disabled"


def test_channels_are_replaced_with_what_the_warehouse_is_to_them(merchant: Asker) -> None:
    make_channel()
    make_channel("eu")
    warehouse = make_warehouse()
    found = changed(
        merchant, warehouse, channels=[{"channel": "eu", "priority": 3}, {"channel": "default-channel", "priority": 7}]
    )
    assert found["warehouse"]["channelLinks"] == [
        {"channel": {"slug": "eu"}, "priority": 3},
        {"channel": {"slug": "default-channel"}, "priority": 7},
    ]
    assert changed(merchant, warehouse, channels=[])["warehouse"]["channelLinks"] == []
    twice = changed(merchant, warehouse, channels=[{"channel": "eu"}, {"channel": "eu"}])
    assert twice["errors"] == [{"code": "INVALID", "path": ["input", "channels", "1", "channel"]}]
    nobody = changed(merchant, warehouse, channels=[{"channel": "nowhere"}])
    assert [error["code"] for error in nobody["errors"]] == ["NOT_FOUND"]
    for priority in (-1, 2**31 - 1):
        refused = changed(merchant, warehouse, channels=[{"channel": "eu", "priority": priority}])
        assert refused["errors"] == [{"code": "INVALID", "path": ["input", "channels", "0", "priority"]}]


def test_of_two_who_change_it_the_second_is_told_so(merchant: Asker) -> None:
    warehouse = make_warehouse()
    assert changed(merchant, warehouse, version=1, name="East")["warehouse"]["version"] == 2
    late = changed(merchant, warehouse, version=1, name="West")
    assert [error["code"] for error in late["errors"]] == ["CONFLICT"]
    assert late["warehouse"]["name"] == "East"


@pytest.mark.parametrize(
    ("given", "code"), [({"name": " "}, "REQUIRED"), ({"name": "a\0b"}, "INVALID"), ({"slug": "É"}, "INVALID")]
)
def test_nonsense_is_refused(merchant: Asker, given: dict[str, str], code: str) -> None:
    assert changed(merchant, make_warehouse(), **given)["errors"] == [{"code": code, "path": ["input", *given]}]


def test_the_slug_of_another_warehouse_is_taken(merchant: Asker) -> None:
    make_warehouse("east")
    found = changed(merchant, make_warehouse("west"), slug="east")
    assert found["errors"] == [{"code": "UNIQUE", "path": ["input", "slug"]}]


def test_only_a_warehouse_without_a_past_can_be_deleted(merchant: Asker) -> None:
    used, empty = make_variant(stock=1).stocks.get().warehouse, make_warehouse("empty")
    changed(merchant, empty, address=BERLIN)
    found = merchant(DELETE, id=to_global_id("Warehouse", used.id)).data["warehouseDelete"]
    assert found == {"warehouse": {"slug": "main"}, "errors": [{"code": "IN_USE", "path": ["id"]}]}
    gone = merchant(DELETE, id=to_global_id("Warehouse", empty.id)).data["warehouseDelete"]
    assert gone == {"warehouse": None, "errors": []}
    assert list(Warehouse.objects.all()) == [used]
    assert not Address.objects.exists()


def test_the_collection_point_can_be_made_at_once(merchant: Asker) -> None:
    make_channel()
    found = merchant(
        """mutation ($address: AddressInput) { warehouseCreate(name: "B", slug: "b", country: DE, address: $address,
          clickAndCollect: LOCAL) { warehouse { clickAndCollect address { city } } errors { code path } } }""",
        address=BERLIN,
    ).data["warehouseCreate"]
    assert found == {"warehouse": {"clickAndCollect": "LOCAL", "address": {"city": "BERLIN"}}, "errors": []}


@pytest.mark.django_db
def test_warehouses_are_changed_only_by_who_may_in_all_channels() -> None:
    warehouse = make_warehouse()
    actor = staff_actor(Permission.MANAGE_STOCK, channels=[make_channel()])
    with pytest.raises(PermissionDenied):
        update_warehouse(warehouse_id=warehouse.id, changes={"name": "B"}, actor=actor)
    with pytest.raises(PermissionDenied):
        delete_warehouse(warehouse_id=warehouse.id, actor=actor)
