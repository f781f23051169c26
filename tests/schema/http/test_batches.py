"""Several operations in one request: off unless asked for, and each within the limits of one."""

from __future__ import annotations

import orjson
import pytest

from schema.http.gate import Gate, Gates
from tests.schema.http.conftest import Api, MakeApi

ME = {"query": "{ me }"}


@pytest.fixture
def batching(make_api: MakeApi) -> Api:
    """A storefront that takes three operations at once."""
    return make_api(batch=3, body_bytes=10_000)


def test_they_are_off_by_default(api: Api) -> None:
    refused = api.post_body([ME])
    assert (refused.status, refused.codes) == (400, ["BATCHING_DISABLED"])


def test_each_is_answered_in_its_place_whatever_becomes_of_the_others(batching: Api) -> None:
    answer = batching.post_body([{"query": "mutation { buy(quantity: 2) }"}, {"query": "{ nothing }"}, ME])
    assert answer.status == 200
    first, second, third = answer.body
    assert first["data"] == {"buy": 2}
    assert second["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "data" not in second
    assert third["data"] == {"me": "anonymous"}
    assert third["extensions"]["cost"]["requested"] == 0


def test_nobody_keeps_the_answer(batching: Api) -> None:
    answer = batching.post_body([{"query": "{ product { name } }"}])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert len(answer.body) == 1


def test_one_more_than_the_limit_is_refused_before_anything_runs(batching: Api) -> None:
    refused = batching.post_body([{"query": "mutation { buy }"}] * 4)
    assert refused.status == 400
    assert refused.refusal == ("LIMIT_EXCEEDED", "batch")
    assert (refused.errors[0]["extensions"]["maximum"], refused.errors[0]["extensions"]["requested"]) == (3, 4)


@pytest.mark.parametrize("body", [b"[]", b"[null]", b"[[]]", b'["{ me }"]', b'[{"query": "{ me }"}, 5]'])
def test_what_is_no_batch_is_a_bad_request(batching: Api, body: bytes) -> None:
    refused = batching.post_body(body)
    assert (refused.status, refused.codes) == (400, ["BAD_REQUEST"])


def test_the_body_of_a_batch_is_no_longer_than_that_of_one(batching: Api) -> None:
    long = orjson.dumps([{"query": "{ me }".ljust(6_000)}, {"query": "{ me }".ljust(6_000)}])
    assert batching.post_body(long).status == 413


def test_the_limits_hold_for_each(batching: Api) -> None:
    many = "{ " + " ".join(f"a{number}: me" for number in range(31)) + " }"
    refused, answered = batching.post_body([{"query": many}, ME]).body
    assert refused["errors"][0]["extensions"]["limit"] == "aliases"
    assert answered["data"] == {"me": "anonymous"}


def test_a_bad_token_is_told_to_each(batching: Api) -> None:
    answer = batching.post_body([ME, ME], authorization="Bearer stale")
    assert [each["errors"][0]["extensions"]["code"] for each in answer.body] == ["UNAUTHENTICATED"] * 2


def test_a_full_gate_refuses_the_new_and_answers_the_known(batching: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"query": "{ product { name } }"}
    batching.post_body([known, known])
    gate = Gate(inside=1, waiting=0, patience=0)
    monkeypatch.setattr(batching.endpoint, "_gates", Gates(new=gate, returning=gate))
    with gate.entered():
        refused, answered = batching.post_body([ME, known]).body
    assert refused["errors"][0]["extensions"]["code"] == "TOO_BUSY"
    assert answered["data"] == {"product": {"name": "mug"}}
