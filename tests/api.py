"""A frontend: sends GraphQL over HTTP and reads the answer the way people talk about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.engine_twice import assert_same, graphql_core_alone, is_comparable


@dataclass
class Answer:
    """What came back: `data`, top-level `errors`, and the payload of a single mutation."""

    status: int
    body: dict[str, Any]
    headers: Any = None

    @property
    def data(self) -> Any:
        """The data; fails the test if the request was refused."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of the top-level errors."""
        return [error.get("extensions", {}).get("code", "") for error in self.body.get("errors", [])]

    @property
    def payload(self) -> Any:
        """The one root field of the answer."""
        (value,) = self.data.values()
        return value

    @property
    def problems(self) -> list[tuple[str, list[str]]]:
        """(code, path) of every error of the mutation's payload."""
        return [(error["code"], error.get("path") or []) for error in self.payload["errors"]]


@dataclass
class Api:
    """One caller of one schema. `token` is a bearer token; None is an anonymous shopper."""

    path: str = "/graphql/"
    token: str | None = None
    client: Client = field(default_factory=Client)

    def send(
        self, document: str, *, key: str | None = None, headers: dict[str, str] | None = None, **variables: Any
    ) -> Answer:
        """Send an operation; `key` becomes the Idempotency-Key header. Queries are compared with graphql-core."""
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if key:
            sent["Idempotency-Key"] = key
        answer = self._post(document, variables, sent)
        if is_comparable(document):
            with graphql_core_alone():
                assert_same(answer.body, self._post(document, variables, sent).body)
        return answer

    def _post(self, document: str, variables: dict[str, Any], headers: dict[str, str]) -> Answer:
        response = self.client.post(
            self.path,
            data=json.dumps({"query": document, "variables": variables}),
            content_type="application/json",
            headers=headers,
        )
        return Answer(response.status_code, json.loads(response.content), response.headers)

    def as_(self, token: str | None) -> Api:
        """The same frontend with another caller signed in."""
        return Api(self.path, token, self.client)
