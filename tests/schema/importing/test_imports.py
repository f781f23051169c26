"""Staff send a file, watch it come in, and download what was wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import Product
from commerce.core.permission import Permission
from commerce.importing.models import CatalogImport
from commerce.importing.running import run_import
from commerce.inventory.models import Stock
from schema import admin
from schema.context import Audience
from schema.http.endpoint import Endpoint
from tests.api import Answer, Api
from tests.commerce.importing.conftest import MUG, as_csv
from tests.factories import make_channel, make_staff, make_warehouse
from tests.schema.http.doors import Doors
from tests.statements import recorded_statements

START = """mutation ($input: CatalogImportInput!) { catalogImport(input: $input) {
  catalogImport { id status fileName progress channel { slug } } errors { code path message } } }"""
WATCH = """query ($id: ID!) { catalogImportById(id: $id) {
  status format progress rows created failed problemCount reportUrl notKept { name count }
  problems(first: 1) { totalCount nodes { severity line column handle reason } pageInfo { hasNextPage } } } }"""
CANCEL = "mutation ($id: ID!) { catalogImportCancel(id: $id) { catalogImport { status } errors { code path } } }"
BOTH = [Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK]


@pytest.fixture
def shop(db: None) -> None:
    make_warehouse(channels=[make_channel()])


@pytest.fixture
def merchant(shop: None) -> Api:
    return Api("/graphql/admin/", issue_access_token(make_staff(BOTH), "admin"))


def post(api: Api, *, key: str | None = None, path: str = "/graphql/admin/", **parts: Any) -> Answer:
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    response = api.client.post(path, data=parts, headers=headers)
    return Answer(response.status_code, json.loads(response.content), response.headers)


def upload(api: Api, content: bytes, *, name: str = "mugs.csv", key: str | None = None, **input: Any) -> Answer:
    operations = {"query": START, "variables": {"input": {"channel": "default-channel", "file": None} | input}}
    return post(
        api,
        key=key,
        operations=json.dumps(operations),
        map=json.dumps({"0": ["variables.input.file"]}),
        **{"0": SimpleUploadedFile(name, content)},
    )


def test_a_merchant_uploads_watches_and_downloads_the_report(merchant: Api) -> None:
    rows = [MUG, MUG | {"Handle": "a", "Variant SKU": "", "Variant Price": "x"}, MUG | {"Handle": "b b"}]
    started = upload(merchant, as_csv(*rows))
    assert started.problems == []
    first = started.payload["catalogImport"]
    assert (first["status"], first["fileName"], first["progress"]) == ("PENDING", "mugs.csv", 0)
    assert first["channel"] == {"slug": "default-channel"}
    assert run_import(CatalogImport.objects.get().id)
    # Asked once: the address of the report is another one each second.
    headers = {"Authorization": f"Bearer {merchant.token}"}
    seen = merchant._post(WATCH, {"id": first["id"]}, headers).data["catalogImportById"]
    assert (seen["status"], seen["progress"], seen["rows"]) == ("SUCCEEDED", 1, 3)
    assert (seen["created"], seen["failed"], seen["problemCount"]) == (1, 2, 2)
    assert seen["problems"]["totalCount"] == 2
    assert seen["problems"]["nodes"][0]["column"] == "Variant Price"
    assert seen["problems"]["pageInfo"]["hasNextPage"]
    path = seen["reportUrl"].removeprefix("http://localhost:8000")
    report = Client().get(path)
    assert report["Cache-Control"] == "private, no-store"
    assert "mugs.csv-report.csv" in report["Content-Disposition"]
    assert b"".join(report).count(b"\r\n") == 3  # type: ignore[arg-type]


def test_an_address_that_somebody_made_up_opens_nothing(shop: None) -> None:
    assert Client().get("/files/WyJhIiwiYiJd:1abc:xyz/").status_code == 404


def test_what_the_caller_says_of_markets_and_locations_counts(merchant: Api) -> None:
    make_channel("jp", currency_code="JPY")
    make_warehouse("osaka")
    row = MUG | {"Price / Asia": "900", "Inventory quantity / East": "3"}
    answer = upload(
        merchant,
        as_csv(row, columns=tuple(row)),
        markets=[{"name": "Asia", "slug": "jp"}],
        locations=[{"name": "East", "slug": "osaka"}],
    )
    assert answer.problems == []
    run_import(CatalogImport.objects.get().id)
    assert Product.objects.get().variants.get().channel_listings.get(channel__slug="jp").price_amount == 900
    assert Stock.objects.get(warehouse__slug="osaka").on_hand == 3


@pytest.mark.parametrize(
    ("content", "input", "problem"),
    [
        (b"", {}, ("INVALID", ["input", "file"])),
        (b"PK\x03\x04" + b"x" * 99, {}, ("INVALID", ["input", "file"])),
        (b"a\x00b", {}, ("INVALID", ["input", "file"])),
        (b"Handle", {"encoding": "klingon"}, ("INVALID", ["input", "encoding"])),
        (b"Handle", {"channel": None}, ("REQUIRED", ["input", "channel"])),
        (b"Handle", {"channel": "nowhere"}, ("NOT_FOUND", ["input", "channel"])),
        (b"Handle", {"warehouse": "nowhere"}, ("NOT_FOUND", ["input", "warehouse"])),
        (b"Handle", {"markets": [{"name": "a", "slug": "nowhere"}]}, ("NOT_FOUND", ["input", "markets"])),
        (b"Handle", {"markets": [{"name": "a", "slug": "x"}] * 2}, ("INVALID", ["input", "markets"])),
        (b"Handle", {"format": "JSON_LINES"}, ("INVALID", ["input", "file"])),
    ],
)
def test_what_cannot_be_imported_is_said_at_once(
    merchant: Api, content: bytes, input: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    assert upload(merchant, content, **input).problems == [problem]
    assert not CatalogImport.objects.exists()


def test_without_a_file_there_is_nothing_to_import(merchant: Api) -> None:
    answer = merchant.send(START, input={"channel": "default-channel"})
    assert answer.problems == [("REQUIRED", ["input", "file"])]
    text = merchant.send(START, input={"channel": "default-channel", "file": "x"})
    assert "errors" in text.body


def test_the_same_key_starts_one_import(merchant: Api) -> None:
    first, second = (upload(merchant, as_csv(MUG), key="k" * 20) for _ in range(2))
    assert first.payload["catalogImport"]["id"] == second.payload["catalogImport"]["id"]
    other = upload(merchant, as_csv(MUG | {"Title": "Other"}), key="k" * 20)
    assert [code for code, _ in other.problems] == ["IDEMPOTENCY_KEY_REUSED"]
    assert CatalogImport.objects.count() == 1


def test_an_import_is_cancelled_once(merchant: Api) -> None:
    started = upload(merchant, as_csv(MUG)).payload["catalogImport"]
    assert merchant.send(CANCEL, id=started["id"]).payload["catalogImport"] == {"status": "CANCELLED"}
    assert merchant.send(CANCEL, id=started["id"]).problems == [("CONFLICT", ["id"])]
    assert not run_import(CatalogImport.objects.get().id)


def test_staff_of_another_channel_neither_start_nor_see_nor_stop_it(merchant: Api) -> None:
    started = upload(merchant, as_csv(MUG)).payload["catalogImport"]
    other = make_channel("other")
    stranger = Api("/graphql/admin/", issue_access_token(make_staff(BOTH, channels=[other]), "admin"))
    assert upload(stranger, as_csv(MUG)).codes == ["PERMISSION_DENIED"]
    assert stranger.send("query ($id: ID!) { catalogImportById(id: $id) { rows } }", id=started["id"]).data == {
        "catalogImportById": None
    }
    assert stranger.send("{ catalogImports { totalCount } }").data == {"catalogImports": {"totalCount": 0}}
    assert stranger.send(CANCEL, id=started["id"]).problems == [("NOT_FOUND", ["id"])]


@pytest.mark.parametrize("permission", BOTH)
def test_one_permission_of_the_two_is_not_enough(shop: None, permission: Permission) -> None:
    clerk = Api("/graphql/admin/", issue_access_token(make_staff([permission]), "admin"))
    assert upload(clerk, as_csv(MUG)).codes == ["PERMISSION_DENIED"]
    assert clerk.send("{ catalogImports { totalCount } }").codes == ["PERMISSION_DENIED"]


def test_the_list_costs_a_fixed_number_of_statements(merchant: Api) -> None:
    document = "{ catalogImports(first: 20) { nodes { id channel { slug } problems(first: 2) { nodes { line } } } } }"

    def cost() -> int:
        with recorded_statements() as statements:
            assert merchant.send(document).data
        return len(statements)

    upload(merchant, as_csv(MUG))
    one = cost()
    for _ in range(4):
        upload(merchant, as_csv(MUG | {"Variant Price": "x"}))
    for run in CatalogImport.objects.all():
        run_import(run.id)
    assert cost() == one


def test_an_anonymous_caller_uploads_nothing(merchant: Api) -> None:
    answer = upload(Api("/graphql/admin/"), as_csv(MUG))
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


def test_the_storefront_takes_no_files(merchant: Api) -> None:
    answer = post(Api("/graphql/"), path="/graphql/", operations="{}", map="{}")
    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


GOOD = json.dumps({"query": START, "variables": {"input": {"file": None}}})


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"operations": GOOD},
        {"operations": "{", "map": "{}"},
        {"operations": "[]", "map": "{}"},
        {"operations": GOOD, "map": "[]"},
        {"operations": GOOD, "map": '{"1": ["variables.input.file"]}'},
        {"operations": GOOD, "map": '{"0": "variables.input.file"}'},
        {"operations": GOOD, "map": '{"0": ["query"]}'},
        {"operations": GOOD, "map": '{"0": ["variables.input"]}'},
        {"operations": GOOD, "map": '{"0": ["variables.nowhere.file"]}'},
        {"operations": GOOD, "map": '{"0": [7]}'},
        {"operations": GOOD, "map": '{"0": ["variables.input.file.0"]}'},
    ],
)
def test_a_multipart_request_that_is_none_is_refused(merchant: Api, parts: dict[str, str]) -> None:
    answer = post(merchant, **parts, **{"0": SimpleUploadedFile("a.csv", b"x")})
    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


def test_a_file_that_is_too_large_is_refused_before_it_is_read(merchant: Api, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000
    answer = upload(merchant, b"x" * 2_000)
    assert (answer.status, answer.codes) == (413, ["LIMIT_EXCEEDED"])


@pytest.mark.parametrize("door", ["front", "django"])
def test_both_doors_take_files(merchant: Api, settings: Any, door: str) -> None:
    operations = {"query": START, "variables": {"input": {"channel": "default-channel", "file": None}}}
    parts = {
        "operations": json.dumps(operations),
        "map": '{"0": ["variables.input.file"]}',
        "0": SimpleUploadedFile("mugs.csv", as_csv(MUG)),
    }
    received = Doors(Endpoint(admin.schema, Audience.ADMIN), settings).send(
        door,
        "POST",
        headers={"Authorization": f"Bearer {merchant.token}"},
        data=encode_multipart(BOUNDARY, parts),
        content_type=MULTIPART_CONTENT,
    )
    assert json.loads(received.content)["data"]["catalogImport"]["errors"] == []
    assert CatalogImport.objects.get().bytes_total == len(as_csv(MUG))


def test_merchants_see_imports_in_the_django_admin(merchant: Api, admin_client: Client) -> None:
    upload(merchant, as_csv(MUG | {"Variant Price": "x"}))
    run = CatalogImport.objects.get()
    run_import(run.id)
    assert b"mugs.csv" in admin_client.get("/admin/importing/catalogimport/").content
    page = admin_client.get(f"/admin/importing/catalogimport/{run.id}/change/")
    assert b"is not an amount of money" in page.content
