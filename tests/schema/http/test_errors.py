"""A caller learns what was refused and why, and about a fault of ours nothing but a request id."""

from __future__ import annotations

import logging

import pytest

from schema.context import Audience
from tests.schema.http.conftest import Api, MakeApi

GRAPHQL = "application/graphql-response+json"


@pytest.mark.parametrize("field", ["broken", "mistyped"])
def test_a_fault_is_masked_and_logged_with_its_request_id(
    api: Api, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    with caplog.at_level(logging.ERROR, logger="handcart.graphql"):
        answer = api.post(f"{{ {field} me }}", accept=GRAPHQL)
    assert answer.status == 200
    assert answer.body["data"] == {field: None, "me": "anonymous"}
    (error,) = answer.errors
    request_id = answer.headers["X-Request-Id"]
    assert error["message"] == "Internal server error"
    assert error["extensions"] == {"code": "INTERNAL_ERROR", "requestId": request_id}
    assert error["path"] == [field]
    assert b"hunter2" not in answer.response.content
    assert b"secret-value" not in answer.response.content
    assert request_id in caplog.text
    assert "Traceback" in caplog.text


def test_a_fault_before_the_operation_is_masked_too(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("schema.http.endpoint.build_context", broken)
    answer = api.post("{ me }")
    assert (answer.status, answer.codes) == (500, ["INTERNAL_ERROR"])
    assert b"hunter2" not in answer.response.content
    assert answer.headers["X-Request-Id"] in caplog.text


def test_a_refusal_of_the_shop_shows_its_code_and_its_plain_facts(api: Api) -> None:
    answer = api.post("{ forbidden }")
    (error,) = answer.errors
    assert error["message"] == "This needs the permission MANAGE_ORDERS."
    assert error["path"] == ["forbidden"]
    assert error["extensions"] == {
        "code": "PERMISSION_DENIED",
        "permission": "MANAGE_ORDERS",
        "requestId": answer.headers["X-Request-Id"],
    }


def test_several_refusals_at_once_are_several_errors(api: Api) -> None:
    answer = api.post("{ rejected }")
    assert [error["message"] for error in answer.errors] == ["The first is wrong.", "The second is wrong."]
    assert answer.codes == ["INVALID", "INVALID"]


def test_a_resolver_may_choose_a_code_itself(api: Api) -> None:
    assert api.post("{ refusedByName }").codes == ["CLOSED"]


@pytest.mark.parametrize("accept", [GRAPHQL, "application/json"])
def test_a_token_that_is_no_good_is_a_401(api: Api, accept: str) -> None:
    refused = api.post("{ me }", authorization="Bearer stale", accept=accept)
    assert (refused.status, refused.codes) == (401, ["UNAUTHENTICATED"])
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.headers["Cache-Control"] == "no-store"


def test_a_good_token_names_the_caller(api: Api) -> None:
    assert api.post("{ me }", authorization="Bearer customer").body["data"] == {"me": "customer"}


def test_the_callers_request_id_is_kept_if_it_is_one(api: Api) -> None:
    assert api.post("{ me }", x_request_id="trace-0123456789").headers["X-Request-Id"] == "trace-0123456789"
    forged = 'a" level=info\nmsg="all is well'
    assert api.post("{ me }", x_request_id=forged).headers["X-Request-Id"] != forged


def test_suggestions_are_for_developers_only(make_api: MakeApi) -> None:
    field = "{ produkt { name } }"
    variable = "query($c: Colour) { product(colour: $c) { name } }"
    local = make_api()
    assert "Did you mean" in local.post(field).errors[0]["message"]
    assert "Did you mean" in local.post(variable, {"c": "REDD"}).errors[0]["message"]
    production = make_api(production=True)
    assert "Did you mean" not in production.post(field).errors[0]["message"]
    assert "Did you mean" not in production.post(variable, {"c": "REDD"}).errors[0]["message"]


INTROSPECTION = (
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Query") { name } }',
    "{ ...a } fragment a on Query { ...b } fragment b on Query { __schema { queryType { name } } }",
)


@pytest.mark.parametrize("query", INTROSPECTION)
def test_in_production_strangers_cannot_read_the_admin_schema(make_api: MakeApi, query: str) -> None:
    admin = make_api(Audience.ADMIN, production=True)
    assert admin.post(query).codes == ["INTROSPECTION_DISABLED"]
    assert "data" in admin.post(query, authorization="Bearer staff").body
    assert "data" in admin.post("{ __typename }").body


@pytest.mark.parametrize("query", INTROSPECTION)
def test_everybody_can_read_the_storefront_schema(make_api: MakeApi, query: str) -> None:
    assert "data" in make_api(Audience.STOREFRONT, production=True).post(query).body
    assert "data" in make_api(Audience.ADMIN, production=False).post(query).body
