"""Reads one GraphQL request out of an HTTP request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from commerce.core.values import quickly_made
from schema.http.incoming import BodyTooLarge, BodyUnreadable, Incoming
from schema.http.negotiation import PLAIN_JSON, is_json
from schema.limits import Limits


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


@quickly_made
@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of GraphQL over HTTP, https://graphql.github.io/graphql-over-http/draft/#sec-Request.

    `query` is empty where the document is named: by `document_id`, or by `persisted_query`, which is what Apollo's
    clients send in `extensions`, unchecked.
    """

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    document_id: str | None = None
    persisted_query: Any = None


def read_requests(incoming: Incoming, limits: Limits) -> tuple[list[GraphQLRequest], bool]:
    """The GraphQL requests in a GET's address or a POST's body, and whether they came as a batch. Raises BadRequest."""
    if incoming.method != "POST":
        return [checked(_read_address(incoming))], False
    body = _read_body(incoming, limits)
    if not isinstance(body, list):
        return [checked(body)], False
    if limits.batch == 0:
        raise BadRequest(400, "BATCHING_DISABLED", "Several operations in one request are not served.")
    if not body:
        raise BadRequest(400, "BAD_REQUEST", "The batch is empty.")
    if len(body) > limits.batch:
        message = f"The limit batch is {limits.batch} operations; this request has {len(body)}."
        facts = {"limit": "batch", "maximum": limits.batch, "requested": len(body)}
        raise BadRequest(400, "LIMIT_EXCEEDED", message, **facts)
    return [checked(each) for each in body], True


def _read_address(incoming: Incoming) -> dict[str, Any]:
    given = incoming.parameters
    if given is None:
        raise BadRequest(400, "BAD_REQUEST", "The address has too many parameters.")
    parameters: dict[str, Any] = {
        name: value for name in ("query", "operationName", "documentId") if (value := given.get(name)) is not None
    }
    for name in ("variables", "extensions"):
        text = given.get(name)
        if isinstance(text, str) and text:
            parameters[name] = _parse(text.encode("utf-8", "surrogatepass"), f"The parameter {name}")
    return parameters


def _read_body(incoming: Incoming, limits: Limits) -> Any:
    if not is_json(incoming.content_type):
        # Browsers may send forms and text across origins without asking; JSON they may not. That is our CSRF guard.
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the request as {PLAIN_JSON} in UTF-8.")
    if (incoming.header("CONTENT_ENCODING") or "identity") != "identity":
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without compression.")
    most = limits.body_bytes
    try:
        body = incoming.read_body(most)
    except BodyTooLarge:
        message = f"The limit body is {most} bytes."
        raise BadRequest(413, "LIMIT_EXCEEDED", message, limit="body", maximum=most) from None
    except BodyUnreadable as error:
        raise BadRequest(400, "BAD_REQUEST", str(error)) from error
    return _parse(body, "The body")


def _parse(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_REQUEST", f"{what} is not JSON: {error.msg}.") from error


def checked(parameters: Any) -> GraphQLRequest:
    """The parameters as one request. Raises BadRequest."""
    if not isinstance(parameters, dict):
        raise BadRequest(400, "BAD_REQUEST", "A request must be a JSON object.")
    extensions = _typed(parameters, "extensions", dict) or {}
    return GraphQLRequest(
        query=_typed(parameters, "query", str) or "",
        variables=_typed(parameters, "variables", dict) or {},
        operation_name=_typed(parameters, "operationName", str) or None,
        document_id=_typed(parameters, "documentId", str),
        persisted_query=extensions.get("persistedQuery"),
    )


def _typed(parameters: dict[str, Any], name: str, kind: type) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        wanted = "a string" if kind is str else "an object"
        raise BadRequest(400, "BAD_REQUEST", f"{name} must be {wanted}.")
    return value
