"""The corner shop behind both of its real doors: the thin front, and Django with all of its middlewares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest
from pytest_django import Settings

from commerce.core.actor import Actor, ActorKind
from commerce.core.errors import NotAuthenticated
from schema.context import Audience
from schema.http.endpoint import Endpoint
from schema.limits import Limits
from tests.schema.http.corner_shop import schema
from tests.schema.http.doors import Doors, Received

CUSTOMER = Actor(ActorKind.CUSTOMER, id=UUID(int=1))
STAFF = Actor(ActorKind.STAFF, id=UUID(int=2))


@dataclass(frozen=True)
class Answer:
    """An HTTP answer and the GraphQL answer in it."""

    response: Received

    @property
    def status(self) -> int:
        return self.response.status

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
    """Sends requests to one endpoint through one of its doors."""

    def __init__(self, doors: Doors, door: str) -> None:
        self._doors = doors
        self._door = door
        self.endpoint = doors.endpoint

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
        return Answer(self._doors.send(self._door, method, headers=named, **arguments))


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


@pytest.fixture(params=["front", "django"])
def door(request: pytest.FixtureRequest) -> str:
    """Every test of the protocol goes through both doors."""
    return str(request.param)


@pytest.fixture
def make_api(settings: Settings, door: str) -> MakeApi:
    """`make_api(Audience.ADMIN, production=True, depth=3)`: an endpoint with other limits or in another environment."""

    def make(audience: Audience = Audience.STOREFRONT, *, production: bool = False, **limits: int) -> Api:
        settings.HANDCART_ENV = "production" if production else "local"
        settings.IS_LOCAL = not production
        return Api(Doors(Endpoint(schema, audience, limits=Limits(**limits)), settings), door)

    return make


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """The storefront with the limits that every shop starts with."""
    return make_api()
