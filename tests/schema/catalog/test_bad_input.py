"""What a storefront may send by mistake or in bad faith: a typed error or an empty list, never a fault."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.api import Answer, Api
from tests.factories import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db

LIST = """
query($channel: String, $first: Int, $last: Int, $after: String, $before: String, $search: String,
      $filter: ProductFilterInput, $where: ProductWhereInput, $sort: ProductOrder) {
  products(channel: $channel, first: $first, last: $last, after: $after, before: $before, search: $search,
           filter: $filter, where: $where, sortBy: $sort) {
    totalCount nodes { name } pageInfo { endCursor }
  }
}
"""
PRICE = {"field": "PRICE", "direction": "ASC"}
NAME = {"field": "NAME", "direction": "ASC"}
METACHARACTERS = [
    "'; DROP TABLE catalog_product; --", "%", "_", "\\", "%%%___", "a & | ! <-> (", "':*", "foo:*bar", "((((((", "[a-",
    "(?=.*)+", "^$", "a\x00b", "\u202eevil\u202c", "z\u200be\u200dr\u2060o", "\ufeff", "🙂",
    "\U0001f469\u200d\U0001f467", "ﷺ", "İıßſ", "  ", "--", '"', "{}", "$1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    """Three mugs in a category."""
    kitchen = make_category("kitchen")
    for number in range(3):
        make_variant(product=make_product(f"Mug {number}", category=kitchen), price=1000 + number)


def asked(**variables: Any) -> Answer:
    return Api().send(LIST, **{"channel": "default-channel", **variables})


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("channel", ["nowhere", "", "a\x00b", "x" * 10_000, "\u202e"])
def test_a_channel_that_does_not_exist_is_said_to_be_none(channel: str) -> None:
    answer = asked(channel=channel)
    assert answer.status == 200
    assert answer.codes
    assert set(answer.codes) <= {"NOT_FOUND", "MISSING_CHANNEL_SLUG"}


@pytest.mark.parametrize(
    "window",
    [{"first": -1}, {"first": 101}, {"last": 101}, {"first": 1, "last": 1}, {"last": -5}],
    ids=str,
)
def test_a_page_that_cannot_be_is_refused(window: dict[str, int]) -> None:
    (code,) = asked(**window).codes
    assert code in ("INVALID_PAGE", "LIMIT_EXCEEDED")


def test_a_page_of_nothing_is_empty() -> None:
    assert asked(first=0).data["products"] == {"totalCount": 3, "nodes": [], "pageInfo": {"endCursor": None}}


@pytest.mark.parametrize(
    "text",
    [
        "", "what", "====", "\x00", "é", cursor(""), cursor("null"), cursor("[]"), cursor("{}"),
        cursor('["price-asc"]'),
        cursor('["price-asc",1,"no id"]'), cursor('["price-asc","1","00000000-0000-7000-8000-000000000000"]'),
        cursor('["price-asc",1.5,"00000000-0000-7000-8000-000000000000"]'),
        cursor('["price-asc",true,"00000000-0000-7000-8000-000000000000"]'),
        cursor('["price-asc",99999999999999999999999,"00000000-0000-7000-8000-000000000000"]'),
        cursor('["name-asc","a\\u0000","00000000-0000-7000-8000-000000000000"]'),
        cursor("[" * 5_000), cursor('["price-asc",1,{"a":1}]'), "A" * 50_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_that_nobody_gave_out_is_refused(text: str, side: str) -> None:
    answer = asked(sort=PRICE, **{side: text})
    assert answer.status == 200
    assert answer.codes == ["INVALID_CURSOR"], answer.body


@pytest.mark.parametrize(
    ("made", "used"),
    [
        (NAME, PRICE),
        (PRICE, NAME),
        (PRICE, {"field": "PRICE", "direction": "DESC"}),
        (PRICE, {**NAME, "field": "RANK"}),
    ],
    ids=str,
)
def test_a_cursor_belongs_to_one_order(made: dict[str, str], used: dict[str, str]) -> None:
    end = asked(first=1, sort=made).data["products"]["pageInfo"]["endCursor"]
    extra = {"search": "mug"} if used["field"] == "RANK" else {}
    assert asked(first=1, sort=used, after=end, **extra).codes == ["INVALID_CURSOR"]


@pytest.mark.parametrize(
    "filters",
    [
        {"filter": {"price": {"gte": 5, "lte": 1}}},
        {"filter": {"updatedAt": {"gte": "2026-02-01T00:00:00Z", "lte": "2026-01-01T00:00:00Z"}}},
        {"filter": {"isAvailable": True, "stockAvailability": "OUT_OF_STOCK"}},
        {"filter": {"price": {"gte": 1.005}}},
        {"where": {"price": {"eq": "1", "range": {"gte": "1"}}}},
        {"where": {"slug": {"eq": "a", "oneOf": ["b"]}}},
        {"where": {"OR": []}},
    ],
    ids=str,
)
def test_a_question_that_contradicts_itself_is_a_typed_error(filters: dict[str, Any]) -> None:
    answer = asked(**filters)
    assert answer.status == 200
    assert answer.codes == ["INVALID"], answer.body


@pytest.mark.parametrize(
    "filters",
    [
        {"filter": {"attributes": [{"slug": "no-such-attribute", "values": ["a"]}]}},
        {"filter": {"attributes": [{"slug": "a\x00", "values": ["b\x00"]}]}},
        {"filter": {"attributes": [{"slug": "x" * 5_000, "values": ["y" * 5_000]}]}},
        {"filter": {"slugs": ["a\x00", "\u202e", "' OR 1=1"]}},
        {"filter": {"metadata": [{"key": "a\x00", "value": "b"}]}},
        {"where": {"name": {"eq": "Mug\x000"}}},
    ],
    ids=lambda filters: str(filters)[:60],
)
def test_what_nothing_is_called_finds_nothing(filters: dict[str, Any]) -> None:
    assert asked(**filters).data["products"]["nodes"] == []


@pytest.mark.parametrize("text", METACHARACTERS, ids=ascii)
@pytest.mark.parametrize("sort", [None, {"field": "RANK", "direction": "DESC"}], ids=["best", "rank"])
def test_no_text_to_search_for_makes_the_shop_stumble(text: str, sort: dict[str, str] | None) -> None:
    answer = asked(search=text, sort=sort)
    assert answer.status == 200
    assert answer.codes in ([], ["INVALID"], ["REQUIRED"]), answer.body


@pytest.mark.parametrize("text", ["a" * 10_240, "mug " * 2_560, "\u0301" * 10_240, "(" * 10_240])
def test_a_search_as_long_as_a_page_of_a_book_is_refused(text: str) -> None:
    answer = asked(search=text)
    assert answer.status == 200
    assert answer.codes == ["INVALID"]


@pytest.mark.parametrize("language", ["XX", "en", "EN-US", "", "E" * 500])
def test_a_language_that_is_none_is_refused_by_the_type(language: str) -> None:
    document = """query($language: LanguageCodeEnum!) {
      product(slug: "a", channel: "default-channel", slugLanguageCode: $language) { id }
    }"""
    answer = Api().send(document, language=language)
    assert answer.status in (200, 400)
    assert len(answer.body["errors"]) == 1
    assert "Traceback" not in str(answer.body)
