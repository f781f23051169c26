"""Staff order a file, and download it when it is there."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.core.private_files import private_files
from commerce.exporting import runs
from commerce.exporting.models import CatalogExport
from tests.api import Api
from tests.factories import make_channel, make_product, make_staff, make_variant, make_warehouse

ORDER = """mutation ($input: CatalogExportInput!) { catalogExport(input: $input) {
  catalogExport { id status } errors { code path } } }"""
WATCH = """query ($id: ID!) { catalogExportById(id: $id) {
  status objectsWritten report failure channel { slug } url finishedAt } }"""
BOTH = [Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK]

pytestmark = pytest.mark.usefixtures("durable")


@pytest.fixture
def merchant(durable: None) -> Api:
    channel = make_channel()
    make_warehouse(channels=[channel])
    make_variant(product=make_product("Mug", slug="mug"), price=1800)
    return Api("/graphql/admin/", issue_access_token(make_staff(list(Permission)), "admin"))


def watched(api: Api, key: str) -> Any:
    # Asked once: the address is another one each second.
    headers = {"Authorization": f"Bearer {api.token}"}
    return api._post(WATCH, {"id": key}, headers).data["catalogExportById"]


def downloaded(seen: Any) -> str:
    response = Client().get(seen["url"].removeprefix("http://localhost:8000"))
    return b"".join(response).decode()  # type: ignore[arg-type]


def test_a_csv_is_ordered_made_and_downloaded(merchant: Api) -> None:
    ordered = merchant.send(ORDER, input={"channel": "default-channel"})
    assert ordered.problems == []
    key = ordered.payload["catalogExport"]["id"]
    assert watched(merchant, key)["url"] is None
    assert runs.run_export(CatalogExport.objects.get().id)
    seen = watched(merchant, key)
    assert (seen["status"], seen["objectsWritten"], seen["channel"]) == ("SUCCEEDED", 1, {"slug": "default-channel"})
    (row,) = csv.DictReader(downloaded(seen).splitlines())
    assert (row["URL handle"], row["Price"]) == ("mug", "18.00")
    assert not runs.run_export(CatalogExport.objects.get().id)


def test_everything_is_ordered_as_json_lines(merchant: Api) -> None:
    ordered = merchant.send(ORDER, input={"format": "JSON_LINES"})
    runs.run_export(CatalogExport.objects.get().id)
    seen = watched(merchant, ordered.payload["catalogExport"]["id"])
    kinds = [json.loads(line)["type"] for line in downloaded(seen).splitlines()]
    assert seen["objectsWritten"] == len(kinds)
    assert {"product", "variant", "product_type"} <= set(kinds)


@pytest.mark.parametrize(
    ("input", "problem"),
    [
        ({}, ("REQUIRED", ["input", "channel"])),
        ({"channel": "nowhere"}, ("NOT_FOUND", ["input", "channel"])),
        ({"channel": "default-channel", "markets": ["nowhere"]}, ("NOT_FOUND", ["input", "markets"])),
        ({"channel": "default-channel", "locations": ["nowhere"]}, ("NOT_FOUND", ["input", "locations"])),
        ({"format": "JSON_LINES", "channel": "default-channel"}, ("INVALID", ["input", "channel"])),
    ],
)
def test_what_cannot_be_made_is_said_at_once(
    merchant: Api, input: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    assert merchant.send(ORDER, input=input).problems == [problem]
    assert not CatalogExport.objects.exists()


def test_staff_of_one_channel_get_their_own_and_nothing_of_others(merchant: Api) -> None:
    other = make_channel("other")
    clerk = Api("/graphql/admin/", issue_access_token(make_staff(BOTH, channels=[other]), "admin"))
    first = merchant.send(ORDER, input={"channel": "default-channel"}).payload["catalogExport"]["id"]
    assert watched(clerk, first) is None
    assert clerk.send(ORDER, input={"channel": "default-channel"}).codes == ["PERMISSION_DENIED"]
    assert clerk.send(ORDER, input={"format": "JSON_LINES"}).codes == ["PERMISSION_DENIED"]
    make_warehouse("east", channels=[other])
    mixed = {"channel": "other", "markets": ["default-channel"]}
    assert clerk.send(ORDER, input=mixed).codes == ["PERMISSION_DENIED"]
    merchant.send(ORDER, input=mixed)
    assert clerk.send(ORDER, input={"channel": "other"}).problems == []
    assert clerk.send("{ catalogExports { totalCount } }").data == {"catalogExports": {"totalCount": 1}}
    assert merchant.send("{ catalogExports { totalCount } }").data == {"catalogExports": {"totalCount": 3}}


def test_a_killed_export_begins_anew_and_old_ones_go_with_their_files(merchant: Api, monkeypatch: Any) -> None:
    merchant.send(ORDER, input={"channel": "default-channel"})
    hinted: list[Any] = []
    monkeypatch.setattr(runs, "_hint", hinted.append)
    CatalogExport.objects.update(
        status="running", leased_until=Now() + timedelta(minutes=1), updated_at=Now() - timedelta(minutes=1)
    )
    runs.resume_exports()
    run = CatalogExport.objects.get()
    assert not runs.run_export(run.id)
    CatalogExport.objects.update(leased_until=Now() - timedelta(minutes=1))
    runs.resume_exports()
    assert hinted == [[], [run.id]]
    assert runs.run_export(run.id)
    run.refresh_from_db()
    assert run.status == "succeeded"
    CatalogExport.objects.update(finished_at=Now() - timedelta(days=8))
    assert runs.purge_old_exports() == 1
    assert not private_files().exists(run.file)
