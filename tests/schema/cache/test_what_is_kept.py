"""The same question of anonymous shoppers is answered once; everything else is answered each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from orjson import loads
from pytest_django import Settings

from schema.cache import shared
from schema.explorer.examples import Example, examples
from tests.factories import make_customer, make_product, make_variant
from tests.schema.cache.window import FRESH, LOOKS, Window
from tests.schema.doing import Shopper, customer

pytestmark = pytest.mark.usefixtures("caching")

NAMES, _ = LOOKS["names"]


def test_the_second_shopper_gets_the_bytes_of_the_first_without_a_look_into_the_shop() -> None:
    make_variant()
    window = Window()
    for name, (document, variables) in LOOKS.items():
        first = window.ask(document, variables)
        assert window.is_kept(document, variables), name
        assert window.ask(document, variables) == first == window.ask(document, variables, **FRESH), name


def test_another_process_finds_the_answer_in_redis() -> None:
    make_variant()
    window = Window()
    first = window.ask(NAMES)
    shared._at.cache_clear()
    assert window.is_kept(NAMES)
    assert window.ask(NAMES) == first


QUERIES = [each for each in examples("storefront") if "mutation" not in each.query]


@pytest.mark.parametrize("example", [pytest.param(each, id=each.name) for each in QUERIES])
def test_the_answers_of_the_explorer_are_the_same_from_the_cache(example: Example) -> None:
    make_variant(product=make_product(slug="enamel-mug"))
    window = Window()
    variables = loads(example.variables or "{}")
    fresh = window.client.post(
        "/graphql/", {"query": example.query, "variables": variables}, "application/json", headers=FRESH
    )
    answers = [
        window.client.post("/graphql/", {"query": example.query, "variables": variables}, "application/json")
        for _ in range(3)
    ]
    if b'"errors"' not in fresh.content:  # those carry the id of their request
        assert {answer.content for answer in answers} == {fresh.content}


def test_a_customer_is_never_answered_from_the_cache_nor_for_it() -> None:
    make_variant()
    window = Window()
    ada = customer(make_customer())
    token = {"Authorization": f"Bearer {ada.token}"}
    assert not window.is_kept(NAMES, **token)
    assert not window.is_kept(NAMES), "what the customer was told is not told to others"
    assert window.is_kept(NAMES)
    assert not window.is_kept(NAMES, **token)


@pytest.mark.parametrize(
    "document",
    [
        "{ me { email } }",
        "{ me { email } channels { slug } }",
        "{ channels { slug } ...more } fragment more on Query { me { email } }",
        '{ checkout(id: "Q2hlY2tvdXQ6MDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx") { id } }',
    ],
)
def test_what_belongs_to_somebody_is_not_kept(document: str) -> None:
    window = Window()
    response = window.client.post("/graphql/", {"query": document}, "application/json")
    assert response.headers["Cache-Control"] == "no-store"
    window.client.post("/graphql/", {"query": document}, "application/json")
    assert not shared.shared_cache()._store._redis.keys("*entry*")


def test_an_answer_with_errors_is_made_anew() -> None:
    window = Window()
    for _ in range(2):
        response = window.client.post(
            "/graphql/", {"query": '{ products(first: 1, channel: "nowhere") { nodes { name } } }'}, "application/json"
        )
        assert b"NOT_FOUND" in response.content
    assert not shared.shared_cache()._store._redis.keys("*entry*")


def test_questions_that_differ_in_anything_do_not_meet() -> None:
    for name in ("Ale", "Bun", "Cup"):
        make_variant(product=make_product(name, slug=name.lower()))
    window = Window()
    document = """
        query Short($n: Int) { products(first: $n, channel: "default-channel") { nodes { name } } }
        query Long($n: Int) { products(last: $n, channel: "default-channel") { nodes { name } } }
        query One($slug: String) { product(slug: $slug, channel: "default-channel") { name } }"""

    def ask(operation: str, **variables: object) -> bytes:
        body = {"query": document, "variables": variables, "operationName": operation}
        return window.client.post("/graphql/", body, "application/json").content

    asked: list[tuple[str, dict[str, object]]] = [
        ("Short", {"n": 1}), ("Short", {"n": 2}), ("Long", {"n": 1}), ("Short", {}), ("Short", {"n": None}),
        ("One", {"slug": "ale"}), ("One", {"slug": "bun"}), ("One", {"slug": "ALE"}),
    ]  # fmt: skip
    first = [ask(operation, **variables) for operation, variables in asked]
    again = [ask(operation, **variables) for operation, variables in asked]
    assert first == again
    assert len(set(first)) == 7, "only no `n` and `n: null` ask for the same"


def test_variables_that_the_operation_does_not_declare_make_no_difference() -> None:
    make_variant()
    window = Window()
    window.ask(NAMES, {})
    assert window.is_kept(NAMES, {"unknown": 1})


def test_the_order_of_keys_makes_no_difference() -> None:
    make_variant()
    window = Window()
    document, _ = LOOKS["available"]
    window.ask(document, {"filter": {"isAvailable": True, "search": "v"}})
    assert window.is_kept(document, {"filter": {"search": "v", "isAvailable": True}})


def test_get_and_post_and_both_media_types_share_an_answer() -> None:
    make_variant()
    window = Window()
    body = window.ask(NAMES)
    got = window.client.get("/graphql/", {"query": NAMES}, headers={"Accept": "application/graphql-response+json"})
    assert got.content == body
    assert got.headers["Content-Type"].startswith("application/graphql-response+json")
    unchanged = window.client.get("/graphql/", {"query": NAMES}, headers={"If-None-Match": got.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_cdn_may_keep_an_answer_as_long_as_the_operator_says_but_not_beyond_a_publication(settings: Settings) -> None:
    product = make_variant().product

    def directives(document: str) -> str:
        response = Window().client.get("/graphql/", {"query": document})
        assert response.headers["Vary"] == "Accept, Authorization, X-Handcart-Version, origin"
        return str(response.headers["Cache-Control"])

    assert directives(NAMES) == "public, max-age=0, must-revalidate"
    settings.SHARED_CACHE_SECONDS = 30
    assert directives(NAMES) == "public, max-age=0, must-revalidate, s-maxage=30"
    product.channel_listings.update(available_for_purchase_at=timezone.now() + timedelta(seconds=20))
    seconds = int(directives(NAMES).rpartition("=")[2])
    assert 0 < seconds < 20
    settings.RESPONSE_CACHE = False
    assert directives(NAMES) == "public, max-age=0, must-revalidate"


def test_it_can_be_switched_off(settings: Settings) -> None:
    settings.RESPONSE_CACHE = False
    make_variant()
    window = Window()
    window.ask(NAMES)
    assert not window.is_kept(NAMES)
    assert (
        Shopper().ask("checkoutCreate", input={"channel": "default-channel", "lines": []}).headers["X-Handcart-Version"]
        == "r0"
    )
