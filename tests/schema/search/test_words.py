"""Merchants say what words mean, and see what shoppers searched for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.search.documents import learn_words
from commerce.search.models import SearchedText, StopWord, Synonym
from commerce.search.query_log import MOST_HELD, QueryLog, normalised, purge_searched_texts, query_log
from tests.api import Api
from tests.factories import make_channel, make_product, make_product_type, make_staff
from tests.schema.doing import Merchant, gid, merchant
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db

SEARCH = 'query ($text: String!) { products(channel: "default-channel", search: $text) { nodes { name } } }'
INSIGHTS = """
query ($period: DateRangeInput, $channel: String, $first: Int) {
  searchInsights(period: $period, channel: $channel, first: $first) {
    searches withoutResults zeroResultRate
    topQueries { text searches withoutResults zeroResultRate averageResults }
    zeroResultQueries { text withoutResults }
  }
}
"""


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog."""
    make_channel()
    make_product_type(name="Thing")
    return merchant(Permission.MANAGE_PRODUCTS)


@pytest.fixture
def counted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Searches are counted, and written when the test says so."""
    settings.SEARCH_LOG_DAYS = 30
    monkeypatch.setattr("commerce.search.query_log.Timer.start", lambda timer: None)
    yield
    query_log._counts.clear()
    query_log._is_planned = False


def found(text: str) -> list[str]:
    learn_words()
    return [node["name"] for node in Api().send(SEARCH, text=text).data["products"]["nodes"]]


def synonym(staff: Merchant, verb: str, selection: str = "id terms synonyms language version", **given: Any) -> Any:
    declared = ", ".join(f"${name}: {kind}" for name, kind in _KINDS.items() if name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    document = f"""mutation ({declared}) {{ searchSynonym{verb}({passed}) {{
        synonym {{ {selection} }} errors {{ code path }} }} }}"""
    return staff.api.send(document, **given)


_KINDS = {"id": "ID!", "input": "SearchSynonymInput!", "version": "Int"}


def test_synonyms_are_made_changed_and_deleted(staff: Merchant) -> None:
    make_product("Couch")
    assert found("sofa") == []
    made = synonym(staff, "Create", input={"terms": ["Sofa", "Couch "]}).payload["synonym"]
    assert (made["terms"], made["synonyms"], made["language"]) == (["Sofa", "Couch"], [], None)
    assert found("sofa") == ["Couch"]
    changed = synonym(staff, "Update", id=made["id"], input={"language": "DE"}, version=1).payload["synonym"]
    assert (changed["language"], changed["version"]) == ("DE", 2)
    assert found("sofa") == [], "the shop's own language is English"
    stale = synonym(staff, "Update", id=made["id"], input={"terms": ["x", "y"]}, version=1)
    assert stale.problems == [("CONFLICT", ["version"])]
    assert stale.payload["synonym"]["terms"] == ["Sofa", "Couch"]
    listed = staff.api.send("{ searchSynonyms { totalCount nodes { terms } } }").data["searchSynonyms"]
    assert listed == {"totalCount": 1, "nodes": [{"terms": ["Sofa", "Couch"]}]}
    assert synonym(staff, "Delete", id=made["id"]).problems == []
    assert synonym(staff, "Delete", id=made["id"]).problems == [("NOT_FOUND", ["id"])]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, ("REQUIRED", ["input", "terms"])),
        ({"terms": ["sofa"]}, ("INVALID", ["input", "terms"])),
        ({"terms": ["sofa", "!!!"]}, ("INVALID", ["input", "terms", "1"])),
        ({"terms": ["sofa", "a b c d"]}, ("INVALID", ["input", "terms", "1"])),
        ({"terms": ["sofa"], "synonyms": ["x" * 101]}, ("INVALID", ["input", "synonyms", "0"])),
        ({"terms": ["sofa", "a\x00b"]}, ("INVALID", ["input", "terms", "1"])),
        ({"terms": [str(number) for number in range(51)]}, ("INVALID", ["input", "terms"])),
    ],
)
def test_what_cannot_be_a_synonym_changes_nothing(staff: Merchant, given: Any, problem: Any) -> None:
    assert synonym(staff, "Create", input=given).problems == [problem]
    assert not Synonym.objects.exists()


def test_stop_words_are_made_changed_and_deleted(staff: Merchant) -> None:
    make_product("Mug")
    assert found("gorgeous mug") == ["Mug"], "as part of the words"
    document = """mutation ($input: SearchStopWordInput!) { searchStopWordCreate(input: $input) {
        stopWord { id word language isIgnored version } errors { code path } } }"""
    made = staff.api.send(document, input={"language": "EN", "word": " Gorgeous "}).payload["stopWord"]
    assert (made["word"], made["language"], made["isIgnored"]) == ("Gorgeous", "EN", True)
    again = staff.api.send(document, input={"language": "EN", "word": "Gorgeous"})
    assert again.problems == [("UNIQUE", ["input", "word"])]
    for wrong, path in (
        ({"word": "x"}, "language"),
        ({"language": "EN"}, "word"),
        ({"language": "EN", "word": "a b"}, "word"),
    ):
        assert [place for _, place in staff.api.send(document, input=wrong).problems] == [["input", path]]
    update = """mutation ($id: ID!, $input: SearchStopWordInput!) { searchStopWordUpdate(id: $id, input: $input) {
        stopWord { isIgnored } errors { code path } } }"""
    changed = staff.api.send(update, id=made["id"], input={"isIgnored": False}).payload["stopWord"]
    assert changed == {"isIgnored": False}
    listed = staff.api.send("{ searchStopWords { nodes { word isIgnored } } }").data["searchStopWords"]["nodes"]
    assert listed == [{"word": "Gorgeous", "isIgnored": False}]
    delete = "mutation ($id: ID!) { searchStopWordDelete(id: $id) { errors { code path } } }"
    assert staff.api.send(delete, id=made["id"]).problems == []
    assert staff.api.send(delete, id=gid("SearchStopWord", "01890000-0000-7000-8000-000000000000")).problems == [
        ("NOT_FOUND", ["id"])
    ]
    assert not StopWord.objects.exists()


def test_merchants_see_what_was_searched_for_and_not_found(staff: Merchant, counted: None) -> None:
    make_product("Mug")
    with recorded_statements():  # so that each is sent only once
        for text in ("Mug", "mug ", "teapot", "Teapot", "TEAPOT", "ada@example.com", "0049 170 1234567"):
            found(text)
    staff.api.send('{ products(channel: "default-channel", search: "secret") { nodes { name } } }')
    query_log.write()
    insights = staff.api.send(INSIGHTS).data["searchInsights"]
    assert (insights["searches"], insights["withoutResults"], insights["zeroResultRate"]) == (5, 3, 0.6)
    assert insights["topQueries"] == [
        {"text": "teapot", "searches": 3, "withoutResults": 3, "zeroResultRate": 1.0, "averageResults": 0.0},
        {"text": "mug", "searches": 2, "withoutResults": 0, "zeroResultRate": 0.0, "averageResults": 1.0},
    ]
    assert insights["zeroResultQueries"] == [{"text": "teapot", "withoutResults": 3}]
    assert len(staff.api.send(INSIGHTS, first=1).data["searchInsights"]["topQueries"]) == 1
    assert staff.api.send(INSIGHTS, first=101).codes == ["LIMIT_EXCEEDED"]
    assert staff.api.send(INSIGHTS, period={"gte": "2026-02-01", "lte": "2026-01-01"}).codes == ["INVALID"]
    old = staff.api.send(INSIGHTS, period={"lte": "2020-01-01"}).data["searchInsights"]
    assert (old["searches"], old["topQueries"]) == (0, [])
    assert staff.api.send(INSIGHTS, period={"lte": "0001-01-01"}).data["searchInsights"]["searches"] == 0


def test_turning_pages_is_one_search(staff: Merchant, counted: None) -> None:
    for number in range(3):
        make_product(f"Mug {number}")
    document = """query ($after: String) {
        products(channel: "default-channel", search: "mug", first: 1, after: $after) { pageInfo { endCursor } } }"""
    cursor = None
    with recorded_statements():  # so that each is sent only once
        for _ in range(3):
            cursor = Api().send(document, after=cursor).data["products"]["pageInfo"]["endCursor"]
    query_log.write()
    assert SearchedText.objects.get().searches == 1


def test_staff_of_one_channel_see_that_one(counted: None) -> None:
    mine, other = make_channel(), make_channel("other")
    query_log.note(channel_id=mine.id, language=None, text="mug", results=1)
    query_log.note(channel_id=other.id, language=None, text="lamp", results=1)
    query_log.write()
    user = make_staff([Permission.MANAGE_PRODUCTS], channels=[mine])
    api = Api("/graphql/admin/", issue_access_token(user, "admin"))
    assert [each["text"] for each in api.send(INSIGHTS).data["searchInsights"]["topQueries"]] == ["mug"]
    assert api.send(INSIGHTS, channel="other").codes == ["PERMISSION_DENIED"]


def test_counts_of_several_processes_add_up_and_old_ones_go(counted: None) -> None:
    channel = make_channel()
    for log in (QueryLog(), QueryLog()):
        log.note(channel_id=channel.id, language="de", text="Mug", results=4)
        log.note(channel_id=channel.id, language="de", text="mug", results=0)
        log.write()
        log.write()
    row = SearchedText.objects.get()
    assert (row.searches, row.without_results, row.results, row.language) == (4, 2, 8, "de")
    SearchedText.objects.update(day=datetime.now(UTC).date() - timedelta(days=31))
    assert purge_searched_texts() == 1


def test_a_process_holds_a_bounded_number(counted: None) -> None:
    channel, log = make_channel(), QueryLog()
    for number in range(MOST_HELD + 50):
        log.note(channel_id=channel.id, language=None, text=f"w{number}x", results=1)
    log.write()
    assert SearchedText.objects.count() == MOST_HELD


def test_a_channel_that_is_gone_takes_its_counts_along(counted: None) -> None:
    log = QueryLog()
    log.note(channel_id=make_product().id, language=None, text="mug", results=1)
    log.write()
    assert not SearchedText.objects.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Crème   BRÛLÉE ", "crème brûlée"),
        ("x" * 150, "x" * 100),
        ("ada@example.com", ""),
        ("4111 1111 1111 1111", ""),
        ("+49 (170) 123-4567", ""),
        ("sku-123456", "sku-123456"),
        ("a\x00b \ud800", "a b"),
        ("   ", ""),
    ],
)
def test_what_may_say_who_searches_is_not_kept(text: str, kept: str) -> None:
    assert normalised(text) == kept


def test_nothing_is_written_down_where_the_shop_wants_none(staff: Merchant, settings: Settings) -> None:
    settings.SEARCH_LOG_DAYS = 0
    found("mug")
    query_log.write()
    assert not SearchedText.objects.exists()
