"""Only what is the same for everybody may be kept, and only to be asked about again."""

from __future__ import annotations

import pytest

from schema.context import Audience
from tests.schema.http.conftest import Api, MakeApi

PRODUCT = "{ product { name } }"


def test_an_anonymous_catalog_answer_is_public_with_its_tag(api: Api) -> None:
    answer = api.get({"query": PRODUCT})
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer.headers["Vary"] == "Accept, Accept-Language, Authorization, origin"
    assert answer.headers["ETag"].startswith('"')


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_tag_saves_the_body(api: Api, method: str) -> None:
    tag = api.get({"query": PRODUCT}).headers["ETag"]
    unchanged = api.get({"query": PRODUCT}, method=method, if_none_match=tag)
    assert unchanged.status == 304
    assert unchanged.response.content == b""
    assert unchanged.headers["ETag"] == tag
    assert unchanged.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert api.get({"query": PRODUCT}, if_none_match='"other"').status == 200


def test_another_answer_has_another_tag(api: Api) -> None:
    one = api.get({"query": PRODUCT}).headers["ETag"]
    other = api.get({"query": '{ product(slug: "cup") { name } }'}).headers["ETag"]
    assert one != other


def test_a_post_is_always_answered_in_full(api: Api) -> None:
    tag = api.post(PRODUCT).headers["ETag"]
    assert api.post(PRODUCT, if_none_match=tag).status == 200


def test_what_a_signed_in_caller_sees_is_not_kept(api: Api) -> None:
    answer = api.get({"query": PRODUCT}, authorization="Bearer customer")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_nothing_of_the_admin_schema_is_kept(make_api: MakeApi) -> None:
    assert make_api(Audience.ADMIN).get({"query": PRODUCT}).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "mutation { buy }",
        "{ me }",
        "{ product { name } ...more } fragment more on Query { me }",
        "{ broken product { name } }",
        "{ nothing }",
    ],
)
def test_what_is_private_changing_or_wrong_is_not_kept(api: Api, query: str) -> None:
    answer = api.post(query)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_an_answer_with_errors_has_no_tag_although_its_fields_are_public(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.http.caching.PUBLIC_ROOT_FIELDS", frozenset({"broken"}))
    answer = api.post("{ broken }")
    assert answer.codes == ["INTERNAL_ERROR"]
    assert answer.headers["Cache-Control"] == "no-store"
