"""The page that a browser gets at a GraphQL address, and the files that it is made of."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

import schema.explorer
from schema.context import Audience
from schema.explorer.examples import examples
from schema.view import graphql_view
from tests.schema.http.corner_shop import schema as corner_shop

FOLDER = Path(schema.explorer.__file__).parent
BUNDLE = FOLDER / "static" / "explorer"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def visit(audience: Audience, address: str = "/graphql/", **headers: str) -> HttpResponse:
    request = RequestFactory().get(address, headers={"accept": BROWSER, **headers})
    response = graphql_view(corner_shop, audience)(request)
    assert isinstance(response, HttpResponse)
    return response


def policy(response: HttpResponse) -> dict[str, str]:
    directives = (directive.partition(" ") for directive in response.headers["Content-Security-Policy"].split("; "))
    return {name: sources for name, _, sources in directives}


@pytest.mark.parametrize("audience", list(Audience))
def test_a_browser_gets_the_explorer(audience: Audience) -> None:
    page = visit(audience)
    assert page.headers["Content-Type"].startswith("text/html")
    assert f"<title>Handcart {audience.value} explorer</title>" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_program_does_not() -> None:
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
        assert "json" in visit(Audience.STOREFRONT, accept=accept).headers["Content-Type"]


def test_an_operator_can_switch_it_off(settings: Settings) -> None:
    settings.EXPLORER = False
    assert visit(Audience.STOREFRONT).status_code == 400


def test_a_query_in_the_address_is_answered_even_in_a_browser() -> None:
    answer = visit(Audience.STOREFRONT, "/graphql/?query={me}", accept="text/html, */*")
    assert orjson.loads(answer.content)["data"] == {"me": "anonymous"}


@pytest.mark.parametrize("audience", list(Audience))
def test_the_page_carries_its_endpoint_and_the_examples(audience: Audience) -> None:
    text = visit(audience, "/graphql/somewhere/").content.decode()
    block = re.search(r'<script id="explorer-page" type="application/json">(.*?)</script>', text)
    assert block
    page = orjson.loads(block.group(1))
    assert page["endpoint"] == "/graphql/somewhere/"
    assert page["audience"] == audience.value
    assert [tab["query"] for tab in page["tabs"]] == [example.query for example in examples(audience.value)]


def test_nothing_on_the_page_can_break_out_of_its_data() -> None:
    address = "/graphql/</script><b>"
    assert b"<b>" not in visit(Audience.STOREFRONT, address).content


def test_the_content_policy_is_strict() -> None:
    directives = policy(visit(Audience.STOREFRONT))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["worker-src"] == directives["connect-src"] == "'self'"
    assert "unsafe-inline" not in directives["style-src"]
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "eval" not in str(directives)


def test_every_visit_has_a_nonce_of_its_own() -> None:
    pages = [visit(Audience.STOREFRONT) for _ in range(2)]
    nonces = [re.findall(r'nonce="([^"]+)"', page.content.decode()) for page in pages]
    assert all(
        policy(page)["style-src"] == f"'self' 'nonce-{nonce}'" for page, (nonce,) in zip(pages, nonces, strict=True)
    )
    assert nonces[0] != nonces[1]


def test_every_file_of_the_page_is_ours_and_exists() -> None:
    text = visit(Audience.STOREFRONT).content.decode()
    addresses = [html.unescape(address) for address in re.findall(r'(?:src|href)="([^"]+)"', text)]
    assert len(addresses) == 3
    for address in addresses:
        assert not urlsplit(address).netloc
        assert finders.find(address.removeprefix("/static/"))


def test_the_bundle_holds_no_reference_to_a_missing_file() -> None:
    files = {path.name for path in BUNDLE.iterdir()}
    for script in BUNDLE.glob("*.js"):
        wanted = set(re.findall(r'["`]\./((?:chunk-|editor|json|graphql)[\w.-]+\.js)["`]', script.read_text("utf-8")))
        assert wanted <= files, script.name
    assert {"explorer.js", "explorer.css", "editor.worker.js", "json.worker.js", "graphql.worker.js"} <= files


def test_the_bundle_is_small_and_carries_its_licences() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) <= 5_000_000
    licences = (BUNDLE / "LICENCES.txt").read_text("utf-8")
    for package in ("graphiql", "monaco-editor", "monaco-graphql", "react", "react-dom", "graphql"):
        assert re.search(rf"^{package} \d+\.\d+\.\d+ \(MIT\)$", licences, re.MULTILINE)
    assert "Permission is hereby granted, free of charge" in licences


def test_the_lock_file_names_versions_not_places() -> None:
    lock = orjson.loads((FOLDER / "package-lock.json").read_bytes())
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("resolved" not in package and package["integrity"] for package in packages)
