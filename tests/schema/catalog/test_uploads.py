"""Merchants upload pictures by HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import Category, ProductMedia
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.api import Api
from tests.commerce.catalog.test_pictures import picture
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_customer,
    make_product,
    make_product_type,
    make_staff,
)
from tests.schema.doing import gid, merchant

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"
PNG = picture("PNG", (600, 400))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def upload(
    content: bytes = PNG, *, token: str | None = None, kind: str = "image/png", what: str = "picture", **query: Any
) -> Any:
    """The response to an upload, by staff who may unless a token is given ("" for none)."""
    if token is None:
        token = issue_access_token(make_staff([Permission.MANAGE_PRODUCTS]), "admin")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/upload/{what}/", data=content, content_type=kind, query_params=query, headers=headers)


def refusals(response: Any) -> tuple[int, list[tuple[str, list[str]]]]:
    """Status, and (code, path) of each error."""
    return response.status_code, [(error["code"], error["path"]) for error in response.json()["errors"]]


def files(folder: str) -> set[str]:
    """The names in a folder of the storage."""
    return set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set()


def test_an_uploaded_picture_is_shown_with_its_thumbnails() -> None:
    product = make_product()
    response = upload(product=gid("Product", product.id), alt="A mug ☕", version=1)
    assert response.status_code == 201
    answer = response.json()
    seen = """query ($id: ID!) { product(id: $id, channel: "default-channel") {
      media { id alt url avif: url(size: 256, format: AVIF) } thumbnail(size: 64, format: WEBP) { url alt } } }"""
    shown = Api().send(seen, id=gid("Product", product.id)).data["product"]
    (medium,) = shown["media"]
    assert (medium["id"], medium["alt"], medium["url"]) == (answer["id"], "A mug ☕", answer["url"])
    for address, ending in ((medium["avif"], ".avif"), (shown["thumbnail"]["url"], ".webp")):
        found = Client().get("/" + address.split("/", 3)[3])
        assert (found.status_code, found["Location"].endswith(ending)) == (302, True)
    assert Event.objects.get().type == "product.updated"


def test_a_file_that_calls_itself_something_else_is_stored_as_what_it_is() -> None:
    product = make_product()
    answer = upload(picture("WEBP"), kind="image/svg+xml", product=gid("Product", product.id)).json()
    assert answer["url"].endswith(".webp")


def test_categories_and_collections_get_backgrounds() -> None:
    make_channel()
    cups, summer = make_category("cups"), make_collection("summer")
    assert upload(category=gid("Category", cups.id), alt="Cups").status_code == 201
    first = Category.objects.get().background_image.name
    assert upload(picture("JPEG"), category=gid("Category", cups.id), alt="More", version=2).status_code == 201
    assert Category.objects.get().background_image.name != first
    assert upload(collection=gid("Collection", summer.id)).status_code == 201
    shown = (
        Api()
        .send(
            """{ category(slug: "cups") { backgroundImage { url alt } }
        collection(slug: "summer", channel: "default-channel") { backgroundImage(size: 64) { url } } }"""
        )
        .data
    )
    assert shown["category"]["backgroundImage"]["alt"] == "More"
    assert shown["category"]["backgroundImage"]["url"].endswith(".jpg")
    assert "/thumbnail/" in shown["collection"]["backgroundImage"]["url"]
    assert refusals(upload(category=gid("Category", cups.id), version=2)) == (409, [("CONFLICT", ["version"])])
    assert len(files("categories")) >= 2


@pytest.mark.parametrize(
    ("content", "query", "expected"),
    [
        (SVG, {}, (422, [("INVALID", ["image"])])),
        (b"", {}, (422, [("INVALID", ["image"])])),
        (b"<html>", {}, (422, [("INVALID", ["image"])])),
        (PNG[:100], {}, (422, [("INVALID", ["image"])])),
        (PNG, {"product": gid("Product", NOBODYS)}, (404, [("NOT_FOUND", ["product"])])),
        (PNG, {"product": "nonsense"}, (400, [("GRAPHQL_ERROR", ["product"])])),
        (PNG, {"product": gid("Category", NOBODYS)}, (400, [("GRAPHQL_ERROR", ["product"])])),
        (PNG, {"category": gid("Category", NOBODYS)}, (400, [("INVALID", [])])),
        (PNG, {"version": "2"}, (409, [("CONFLICT", ["version"])])),
        (PNG, {"version": "two"}, (400, [("INVALID", ["version"])])),
        (PNG, {"version": "9" * 30}, (400, [("INVALID", ["version"])])),
        (PNG, {"alt": "x" * 251}, (400, [("INVALID", ["alt"])])),
        (PNG, {"alt": "a\x00"}, (400, [("INVALID", ["alt"])])),
    ],
)
def test_what_cannot_be_stored_is_refused_and_leaves_nothing_behind(
    content: bytes, query: dict[str, str], expected: tuple[int, list[tuple[str, list[str]]]]
) -> None:
    product = make_product()
    before = files("products")
    assert refusals(upload(content, **{"product": gid("Product", product.id), **query})) == expected
    assert files("products") == before
    assert (ProductMedia.objects.count(), Event.objects.count()) == (0, 0)


def test_a_body_beyond_the_limit_is_not_even_read(settings: Settings) -> None:
    settings.PICTURE_MAX_BYTES = len(PNG) - 1
    assert refusals(upload(product=gid("Product", make_product().id))) == (422, [("INVALID", ["image"])])


def test_only_who_may_keep_the_catalog_uploads() -> None:
    product = gid("Product", make_product().id)
    others = [permission for permission in Permission if permission is not Permission.MANAGE_PRODUCTS]
    somewhere = make_staff([Permission.MANAGE_PRODUCTS], channels=[make_channel()])
    for token, status in (
        ("", 401),
        ("forged", 401),
        (issue_access_token(make_customer(), "storefront"), 401),
        (issue_access_token(make_staff(others), "admin"), 403),
        (issue_access_token(somewhere, "admin"), 403),
    ):
        assert upload(token=token, product=product).status_code == status
        assert upload(b"%PDF-1.7", token=token, what="file", name="a.pdf").status_code == status
    assert Client().get("/upload/picture/").status_code == 405
    assert not ProductMedia.objects.exists()


def test_a_manual_is_uploaded_given_to_a_product_and_downloaded() -> None:
    manual = make_attribute("manual", input_type="file")
    kind = make_product_type("mug", product_attributes=[manual])
    product = make_product("Mug", slug="mug", product_type=kind)
    answer = upload(b"%PDF-1.7 ...", what="file", name="../Käse & <Manual>.PDF").json()
    assert answer["file"].endswith("/kase-manual.pdf")
    given = {"attributes": [{"slug": "manual", "file": answer["file"]}]}
    merchant(Permission.MANAGE_PRODUCTS).do("productUpdate", id=gid("Product", product.id), input=given)
    seen = """{ product(slug: "mug", channel: "default-channel") { attributes { values { name file { url } } }
      assignedAttributes { ... on AssignedFileAttribute { value { url } } } } }"""
    shown = Api().send(seen).data["product"]
    assert shown["attributes"] == [{"values": [{"name": "kase-manual.pdf", "file": {"url": answer["url"]}}]}]
    assert shown["assignedAttributes"] == [{"value": {"url": answer["url"]}}]
    found = Client().get("/" + answer["url"].split("/", 3)[3])
    assert (found.status_code, found["Content-Disposition"]) == (200, "attachment")
    assert b"".join(found.streaming_content) == b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", "Käse".encode()),
        ("table.csv", b"a,b"),
        ("model.glb", b"glTF\x02"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42"),
        ("sheet.xlsx", b"PK\x03\x04..."),
        ("plan.png", PNG),
    ],
)
def test_files_of_many_kinds_are_taken(name: str, content: bytes) -> None:
    assert upload(content, what="file", name=name).status_code == 201


@pytest.mark.parametrize(
    ("name", "content", "path"),
    [
        ("page.html", b"<script>alert(1)</script>", "name"),
        ("icon.svg", SVG, "name"),
        ("run.exe", b"MZ", "name"),
        ("manual", b"%PDF-1.7", "name"),
        (".pdf", b"%PDF-1.7", "name"),
        ("", b"%PDF-1.7", "name"),
        ("manual.pdf", b"<html>", "file"),
        ("manual.pdf", b"", "file"),
        ("notes.txt", b"\xff\x00", "file"),
        ("plan.png", SVG, "image"),
        ("a\x00.pdf.html", b"%PDF-1.7", "name"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_or_that_could_run_is_refused(
    name: str, content: bytes, path: str
) -> None:
    assert refusals(upload(content, what="file", name=name)) == (422, [("INVALID", [path])])


def test_a_file_beyond_the_limit_is_refused(settings: Settings) -> None:
    settings.FILE_MAX_BYTES = 7
    assert refusals(upload(b"%PDF-1.7", what="file", name="a.pdf")) == (422, [("INVALID", ["file"])])


@pytest.mark.parametrize("address", ["media:products/a.png", "media:../settings.py", "media:files/x/a.pdf", "media:"])
def test_only_files_that_were_uploaded_for_it_are_taken_from_the_storage(address: str) -> None:
    manual = make_attribute("manual", input_type="file")
    product = make_product(product_type=make_product_type("mug", product_attributes=[manual]))
    given = {"attributes": [{"slug": "manual", "file": address}]}
    refused = merchant(Permission.MANAGE_PRODUCTS).ask("productUpdate", id=gid("Product", product.id), input=given)
    assert refused.problems == [("INVALID", ["input", "attributes", "0", "file"])]
