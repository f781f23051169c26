"""The corner shop behind the real view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from commerce.core.actor import Actor, ActorKind
from commerce.core.errors import NotAuthenticated
from schema.context import Audience
from schema.limits import Limits
from schema.view import View, graphql_view
from tests.schema.http.corner_shop import schema

CUSTOMER = Actor(ActorKind.CUSTOMER, id=UUID(int=1))
STAFF = Actor(ActorKind.STAFF, id=UUID(int=2))


@dataclass(frozen=True)
class Answer:
    """An HTTP answer and the GraphQL answer in it."""

    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def body(self) -> Any:
        return orjson.loads(self.response.content)

    @property
    def errors(self) -> list[dict[str, Any]]:
        return self.body.get("errors", [])

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def refusal(self) -> tuple[str, str]:
        """The limit that the only error names, and the code."""
        (error,) = self.errors
        return error["extensions"]["code"], error["extensions"]["limit"]


class Api:
    """Sends requests to one view."""

    def __init__(self, view: View, path: str) -> None:
        self._view = view
        self._path = path
        self._requests = RequestFactory()

    def post(
        self, query: str, variables: dict[str, Any] | None = None, operation: str | None = None, **headers: str
    ) -> Answer:
        """POST an operation. Headers are named as keyword arguments: accept=..., authorization=..."""
        return self.post_body({"query": query, "variables": variables, "operationName": operation}, **headers)

    def post_body(self, body: Any, content_type: str = "application/json", **headers: str) -> Answer:
        """POST anything; what is not bytes already becomes JSON."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self._send("POST", data=data, content_type=content_type, headers=headers)

    def get(self, parameters: dict[str, str] | None = None, method: str = "GET", **headers: str) -> Answer:
        """GET (or another method) with query parameters."""
        return self._send(method, query_params=parameters or {}, headers=headers)

    def _send(self, method: str, headers: dict[str, str], **arguments: Any) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response: HttpResponseBase = self._view(self._requests.generic(method, self._path, headers=named, **arguments))
        assert isinstance(response, HttpResponse)
        return Answer(response)


@pytest.fixture(autouse=True)
def known_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tokens: of a customer, of a staff user, and (any other) of nobody."""
    actors = {"customer": CUSTOMER, "staff": STAFF}

    def actor_from_bearer(token: str, audience: str) -> Actor:
        if token not in actors:
            raise NotAuthenticated("The token has expired.")
        return actors[token]

    monkeypatch.setattr("schema.context.actor_from_bearer", actor_from_bearer)


MakeApi = Callable[..., Api]


@pytest.fixture
def make_api(settings: Settings) -> MakeApi:
    """`make_api(Audience.ADMIN, production=True, depth=3)`: a view with other limits or in another environment."""

    def make(audience: Audience = Audience.STOREFRONT, *, production: bool = False, **limits: int) -> Api:
        settings.HANDCART_ENV = "production" if production else "local"
        settings.IS_LOCAL = not production
        return Api(graphql_view(schema, audience, limits=Limits(**limits)), "/graphql/")

    return make


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """The storefront with the limits that every shop starts with."""
    return make_api()
