"""What counts as a GraphQL request, and what the answer's status and type say about it."""

from __future__ import annotations

import pytest

from schema.limits import Limits
from tests.schema.http.conftest import Api

GRAPHQL = "application/graphql-response+json"
PLAIN = "application/json"


def test_an_operation_is_answered(api: Api) -> None:
    answer = api.post("query($slug: String!) { product(slug: $slug) { name } }", {"slug": "cup"})
    assert answer.status == 200
    assert answer.body["data"] == {"product": {"name": "cup"}}
    assert "errors" not in answer.body


def test_the_operation_is_chosen_by_name(api: Api) -> None:
    document = "query one { me } query two { product { name } }"
    assert api.post(document, operation="two").body["data"] == {"product": {"name": "mug"}}
    assert api.post(document).codes == ["OPERATION_NOT_FOUND"]
    assert api.post(document, operation="three").codes == ["OPERATION_NOT_FOUND"]


def test_a_query_may_come_by_get(api: Api) -> None:
    query = "query($slug: String!) { product(slug: $slug) { name } }"
    answer = api.get({"query": query, "variables": '{"slug": "cup"}'})
    assert answer.body["data"] == {"product": {"name": "cup"}}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_mutation_may_not(api: Api, method: str) -> None:
    refused = api.get({"query": "mutation { buy }"}, method=method)
    assert refused.status == 405
    assert refused.headers["Allow"] == "POST"


def test_a_mutation_hidden_behind_a_query_may_not_come_by_get_either(api: Api) -> None:
    document = "query harmless { me } mutation harmful { buy }"
    assert api.get({"query": document, "operationName": "harmful"}).status == 405
    assert api.get({"query": document, "operationName": "harmless"}).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused_with_those_that_are_not(api: Api, method: str) -> None:
    refused = api.get(method=method)
    assert refused.status == 405
    assert refused.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_options_names_the_methods(api: Api) -> None:
    answer = api.get(method="OPTIONS")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
        "application/json; charset=utf-16",
    ],
)
def test_what_a_foreign_page_could_send_is_refused(api: Api, content_type: str) -> None:
    refused = api.post_body(b'{"query": "mutation { buy }"}', content_type=content_type)
    assert (refused.status, refused.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_a_compressed_body_is_refused(api: Api) -> None:
    assert api.post_body(b"\x1f\x8b", content_encoding="gzip").status == 415


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"null",
        b'"{ me }"',
        b'{"query": 5}',
        b'{"query": ""}',
        b'{"query": null}',
        b"{}",
        b'{"query": "{ me }", "variables": []}',
        b'{"query": "{ me }", "variables": "{}"}',
        b'{"query": "{ me }", "operationName": 1}',
        b'{"query": "{ me }", "extensions": []}',
        b'{"query": "{ me }", "variables": {"a": NaN}}',
        b'\xff{"query": "{ me }"}',
        b"[" * 2_000,
    ],
)
def test_a_body_that_is_no_request_is_refused(api: Api, body: bytes) -> None:
    for accept in (GRAPHQL, PLAIN):
        refused = api.post_body(body, accept=accept)
        assert (refused.status, refused.codes) == (400, ["BAD_REQUEST"])


def test_batches_are_refused_with_a_reason(api: Api) -> None:
    refused = api.post_body([{"query": "{ me }"}] * 1_000)
    assert (refused.status, refused.codes) == (400, ["BATCHING_DISABLED"])


def test_a_persisted_query_gets_the_answer_that_makes_clients_send_the_text(api: Api) -> None:
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}}
    assert api.post_body(hashed).codes == ["PERSISTED_QUERY_NOT_SUPPORTED"]


def test_a_body_of_more_than_a_megabyte_is_refused(api: Api) -> None:
    limit = Limits().body_bytes
    body = b'{"query": "{ me }", "extensions": {}}'
    assert api.post_body(body.ljust(limit)).status == 200
    refused = api.post_body(body.ljust(limit + 1))
    assert refused.status == 413
    assert refused.refusal == ("LIMIT_EXCEEDED", "body")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", PLAIN),
        ("*/*", PLAIN),
        (PLAIN, PLAIN),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {PLAIN}", GRAPHQL),
        (f"{GRAPHQL}, {PLAIN};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {PLAIN}", PLAIN),
        ("text/html, */*;q=0.1", PLAIN),
    ],
)
def test_the_client_chooses_the_type_of_the_answer(api: Api, accept: str, expected: str) -> None:
    assert api.post("{ me }", accept=accept).headers["Content-Type"] == f"{expected}; charset=utf-8"


def test_a_client_that_takes_neither_type_is_told(api: Api) -> None:
    assert api.post("{ me }", accept="application/xml").status == 406


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query($c: Colour) { product(colour: $c) { name } }", {"c": "BLUE"}, "BAD_USER_INPUT"),
        ("query a { me } query b { me }", None, "OPERATION_NOT_FOUND"),
        ("{ " + "me " * 6_000 + "}", None, "LIMIT_EXCEEDED"),
    ],
)
def test_a_request_that_cannot_run_is_a_400_only_for_clients_that_know_what_it_means(
    api: Api, query: str, variables: dict[str, object] | None, code: str
) -> None:
    modern = api.post(query, variables, accept=GRAPHQL)
    legacy = api.post(query, variables, accept=PLAIN)
    assert (modern.status, modern.codes) == (400, [code])
    assert (legacy.status, legacy.codes) == (200, [code])
    assert "data" not in modern.body
