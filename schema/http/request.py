"""Reads one GraphQL request out of an HTTP request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from schema.limits import Limits

JSON: Final = "application/json"


class BadRequest(Exception):
    """An HTTP request that carries no GraphQL request. `status` is the answer's status, whatever the client accepts."""

    def __init__(self, status: int, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.facts = facts


class MethodNotAllowed(BadRequest):
    """A method that this operation or this address does not take; `allow` are those that it does."""

    def __init__(self, message: str, *allow: str) -> None:
        super().__init__(405, "METHOD_NOT_ALLOWED", message)
        self.allow = allow


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of GraphQL over HTTP, https://graphql.github.io/graphql-over-http/draft/#sec-Request."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


def read_request(request: HttpRequest, limits: Limits) -> GraphQLRequest:
    """The GraphQL request in a GET's address or a POST's body. Raises BadRequest."""
    if request.method == "POST":
        return _checked(_read_body(request, limits))
    parameters: dict[str, Any] = {
        name: value for name in ("query", "operationName") if (value := request.GET.get(name)) is not None
    }
    for name in ("variables", "extensions"):
        if request.GET.get(name):
            parameters[name] = _parse(request.GET[name].encode("utf-8", "surrogatepass"), f"The parameter {name}")
    return _checked(parameters)


def _read_body(request: HttpRequest, limits: Limits) -> Any:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != JSON or charset.lower() not in ("utf-8", "utf8"):
        # Browsers may send forms and text across origins without asking; JSON they may not. That is our CSRF guard.
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the request as {JSON} in UTF-8.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without compression.")
    too_large = BadRequest(
        413,
        "LIMIT_EXCEEDED",
        f"The limit body is {limits.body_bytes} bytes.",
        limit="body",
        maximum=limits.body_bytes,
    )
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadRequest(400, "BAD_REQUEST", "The Content-Length is not a number.") from None
    if announced > limits.body_bytes:
        raise too_large
    try:
        body = request.read(limits.body_bytes + 1)
    except UnreadablePostError as error:
        raise BadRequest(400, "BAD_REQUEST", "The body broke off.") from error
    if len(body) > limits.body_bytes:
        raise too_large
    return _parse(body, "The body")


def _parse(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_REQUEST", f"{what} is not JSON: {error.msg}.") from error


def _checked(parameters: Any) -> GraphQLRequest:
    if isinstance(parameters, list):
        raise BadRequest(400, "BATCHING_DISABLED", "Several operations in one request are not served.")
    if not isinstance(parameters, dict):
        raise BadRequest(400, "BAD_REQUEST", "The body must be a JSON object.")
    extensions = _typed(parameters, "extensions", dict)
    query = _typed(parameters, "query", str)
    if not query:
        if parameters.get("documentId") or (extensions and "persistedQuery" in extensions):
            raise BadRequest(400, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        raise BadRequest(400, "BAD_REQUEST", "The request has no query.")
    return GraphQLRequest(
        query=query,
        variables=_typed(parameters, "variables", dict) or {},
        operation_name=_typed(parameters, "operationName", str) or None,
    )


def _typed(parameters: dict[str, Any], name: str, kind: type) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        wanted = "a string" if kind is str else "an object"
        raise BadRequest(400, "BAD_REQUEST", f"{name} must be {wanted}.")
    return value
