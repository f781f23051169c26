"""The thin front answers as Django does, byte for byte, and leaves to Django what is out of the ordinary."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest
from corsheaders.signals import check_request_enabled
from django.core.signals import request_finished, request_started
from pytest_django import Settings

from schema.context import Audience
from schema.http.endpoint import Endpoint
from tests.schema.http.corner_shop import schema
from tests.schema.http.doors import Doors, Received

MakeDoors = Callable[[], Doors]
QUERY = orjson.dumps({"query": "{ product { name } }"})
JSON = {"data": QUERY, "content_type": "application/json"}
SHOP = "https://shop.example"


@pytest.fixture
def make_doors(settings: Settings) -> MakeDoors:
    """Doors that know the settings of this moment."""
    settings.CORS_ALLOWED_ORIGINS = [SHOP]
    return lambda: Doors(Endpoint(schema, Audience.STOREFRONT), settings)


def seen(received: Received) -> tuple[int, dict[str, str], bytes]:
    """The answer without what is different each time."""
    headers = {name.lower(): value for name, value in received.headers.items()}
    request_id = headers.get("x-request-id")
    if request_id is None:  # corsheaders answers a preflight before anybody names the request
        return received.status, headers, received.content
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", request_id)
    content = received.content.replace(request_id.encode(), b"<request id>")
    headers["x-request-id"] = ""
    headers["content-length"] = str(int(headers["content-length"]) - len(received.content) + len(content))
    return received.status, headers, content


def post(body: Any, **headers: str) -> dict[str, Any]:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return {"method": "POST", "data": data, "content_type": "application/json", "headers": headers}


def get(parameters: dict[str, str], **headers: str) -> dict[str, Any]:
    return {"method": "GET", "query_params": parameters, "headers": headers}


REQUESTS: dict[str, dict[str, Any]] = {
    "an operation": post({"query": "query($s: String!) { product(slug: $s) { name } }", "variables": {"s": "Tasse"}}),
    "letters of the world": post({"query": '{ product(slug: "Öl 茶 🍵") { name } }'}),
    "a query by GET": get({"query": '{ product(slug: "Öl") { name } }'}, accept="application/graphql-response+json"),
    "a mutation by GET": get({"query": "mutation { buy }"}),
    "a mutation": post({"query": "mutation { buy(quantity: 3) }"}),
    "a mutation with a key": post({"query": "mutation { buy }"}, idempotency_key="0123456789abcdef"),
    "no query": post({}),
    "too many parameters": get({f"p{number}": "" for number in range(2_000)}),
    "broken JSON": post(b"{"),
    "a batch": post([{"query": "{ me }"}]),
    "a form": {"method": "POST", "data": b"query={me}", "content_type": "application/x-www-form-urlencoded"},
    "nothing at all": {"method": "POST", "data": b"", "content_type": ""},
    "a large body": post(b" " * 1_000_001),
    "gzip": post(QUERY, content_encoding="gzip"),
    "a syntax error": post({"query": "{"}),
    "an unknown field": post({"query": "{ nothing }"}, accept="application/graphql-response+json"),
    "a fault of ours": post({"query": "{ broken me }"}),
    "a refusal": post({"query": "{ forbidden }"}),
    "an unacceptable type": post({"query": "{ me }"}, accept="text/csv"),
    "a good token": post({"query": "{ me }"}, authorization="Bearer customer"),
    "a bad token": post({"query": "{ me }"}, authorization="Bearer stale"),
    "no token at all": post({"query": "{ me }"}, authorization="Basic abc"),
    "a request id": post({"query": "{ me }"}, x_request_id="trace-0123456789"),
    "a forged request id": post({"query": "{ me }"}, x_request_id="a b"),
    "a cookie": post({"query": "{ me }"}, cookie=f"sessionid=abcdefghijklmnop; csrftoken={'a1' * 16}"),
    "our origin": post(QUERY, origin=SHOP),
    "a foreign origin": post(QUERY, origin="https://elsewhere.example"),
    "a null origin": post(QUERY, origin="null"),
    "an origin that is none": post(QUERY, origin="https://[broken"),
    "a preflight": {"method": "OPTIONS", "headers": {"origin": SHOP, "access-control-request-method": "POST"}},
    "a plain OPTIONS": {"method": "OPTIONS"},
    "HEAD": {"method": "HEAD", "query_params": {"query": "{ me }"}},
    "PUT": {"method": "PUT", "data": QUERY, "content_type": "application/json"},
    "a foreign host with a port": post(QUERY, host="TESTSERVER:8443"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_both_doors_give_the_same_answer(make_doors: MakeDoors, name: str) -> None:
    doors = make_doors()
    request = {**REQUESTS[name]}
    request["headers"] = {key.replace("_", "-"): value for key, value in request.get("headers", {}).items()}
    assert seen(doors.send("front", **request)) == seen(doors.send("django", **request))


SETTINGS: dict[str, dict[str, Any]] = {
    "as they are": {},
    "HSTS": {"SECURE_HSTS_SECONDS": 3600, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True},
    "no headers": {
        "SECURE_CONTENT_TYPE_NOSNIFF": False,
        "SECURE_REFERRER_POLICY": None,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": None,
    },
    "other headers": {"X_FRAME_OPTIONS": "SAMEORIGIN", "SECURE_REFERRER_POLICY": "no-referrer, same-origin"},
    "every origin": {"CORS_ALLOW_ALL_ORIGINS": True},
    "origins with credentials": {"CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True},
    "no CORS here": {"CORS_URLS_REGEX": "^/elsewhere/"},
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", SETTINGS)
def test_the_security_headers_follow_the_settings(
    make_doors: MakeDoors, settings: Settings, name: str, scheme: str
) -> None:
    for setting, value in SETTINGS[name].items():
        setattr(settings, setting, value)
    doors = make_doors()
    sent = {"secure": scheme == "https", "headers": {"origin": SHOP}, **JSON}
    front, django = doors.send("front", "POST", **sent), doors.send("django", "POST", **sent)
    assert seen(front) == seen(django)
    assert doors.left_to_django == 1


def test_every_answer_carries_the_headers_that_protect_it(make_doors: MakeDoors, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    headers = make_doors().send("front", "POST", secure=True, headers={"origin": SHOP}, **JSON).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=60"
    assert headers["Access-Control-Allow-Origin"] == SHOP
    assert headers["Vary"] == "Accept, Accept-Language, Authorization, origin"


def test_behind_a_proxy_plain_http_is_sent_to_https(make_doors: MakeDoors, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    doors = make_doors()
    for told, status in (("http", 301), ("https", 200), ("https, http", 200), ("http, https", 301)):
        for door in ("front", "django"):
            answer = doors.send(door, "POST", headers={"x-forwarded-proto": told}, **JSON)
            assert (door, told, answer.status) == (door, told, status)
            assert ("Strict-Transport-Security" in answer.headers) == (status == 200)


def test_a_forged_scheme_counts_for_nothing_without_a_proxy(make_doors: MakeDoors, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    answer = make_doors().send("front", "POST", headers={"x-forwarded-proto": "https"}, **JSON)
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "a b", "testserver:80:80", "[::1"])
def test_a_host_that_is_not_ours_is_refused(make_doors: MakeDoors, host: str) -> None:
    doors = make_doors()
    front, django = (doors.send(door, "POST", headers={"host": host}, **JSON) for door in ("front", "django"))
    assert (front.status, front.content) == (django.status, django.content)
    assert front.status == 400


ORDINARY: dict[str, dict[str, Any]] = {
    "an operation": {"method": "POST", **JSON},
    "a query by GET": {"method": "GET", "query_params": {"query": "{ me }"}},
    "from a page of another origin": {"method": "POST", "headers": {"origin": SHOP}, **JSON},
}
OUT_OF_THE_ORDINARY: dict[str, dict[str, Any]] = {
    "a browser": {"method": "GET", "headers": {"accept": "text/html,*/*"}},
    "a preflight": {"method": "OPTIONS"},
    "HEAD": {"method": "HEAD"},
    "an address without the last slash": {"method": "POST", "address": "/graphql", **JSON},
    "another address": {"method": "GET", "address": "/health/live"},
    "a foreign host": {"method": "POST", "headers": {"host": "evil.example"}, **JSON},
}


@pytest.mark.parametrize("name", ORDINARY)
def test_the_ordinary_never_reaches_django(make_doors: MakeDoors, name: str) -> None:
    doors = make_doors()
    assert doors.send("front", **ORDINARY[name]).status == 200
    assert doors.left_to_django == 0


@pytest.mark.parametrize("name", OUT_OF_THE_ORDINARY)
def test_what_is_out_of_the_ordinary_goes_to_django(make_doors: MakeDoors, name: str) -> None:
    doors = make_doors()
    doors.send("front", **OUT_OF_THE_ORDINARY[name])
    assert doors.left_to_django == 1


def test_a_middleware_of_the_operators_own_sees_every_request(make_doors: MakeDoors, settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    doors = make_doors()
    answer = doors.send("front", "POST", **JSON)
    assert doors.left_to_django == 1
    assert answer.headers["Content-Language"] == "en"


def test_so_does_a_receiver_that_decides_about_origins(make_doors: MakeDoors) -> None:
    def everybody(sender: object, **_arguments: object) -> bool:
        return True

    check_request_enabled.connect(everybody)
    try:
        answer = make_doors().send("front", "POST", headers={"origin": "https://elsewhere.example"}, **JSON)
    finally:
        check_request_enabled.disconnect(everybody)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://elsewhere.example"


def test_django_is_told_of_the_beginning_and_the_end_so_that_it_keeps_house(make_doors: MakeDoors) -> None:
    told: list[str] = []

    def began(**_arguments: object) -> None:
        told.append("began")

    def ended(**_arguments: object) -> None:
        told.append("ended")

    request_started.connect(began)
    request_finished.connect(ended)
    try:
        make_doors().send("front", "POST", **JSON)
    finally:
        request_started.disconnect(began)
        request_finished.disconnect(ended)
    assert told == ["began", "ended"]


def test_a_body_without_a_length_is_read_to_its_end(make_doors: MakeDoors) -> None:
    """As clients send it that begin before they know where they will end (Transfer-Encoding: chunked)."""
    doors = make_doors()
    for door in ("front", "django"):
        sent = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "wsgi.input": BytesIO(QUERY)}
        assert doors.send(door, "POST", **JSON, **sent).status == 200
        assert doors.send(door, "POST", **JSON, CONTENT_LENGTH="twelve").status == 400
        assert doors.send(door, "POST", **JSON, CONTENT_LENGTH="9" * 5_000).status == 413
