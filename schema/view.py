"""The doorway: one Django view for each schema, speaking GraphQL over HTTP.

https://graphql.github.io/graphql-over-http/draft/
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import orjson
import strawberry
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from graphql import GraphQLError, OperationType

from commerce.core.errors import CommerceError, NotAuthenticated
from schema.cache.entry import Entry, etag_of
from schema.cache.shared import look_up, shared_cache
from schema.cache.version import HEADER as VERSION
from schema.context import Audience, RequestContext, build_context
from schema.explorer.page import explorer_page
from schema.http.caching import keep_private, make_public
from schema.http.documents import Operation, RequestRefused
from schema.http.errors import commerce_error, field_errors, internal_error, request_errors, shown_error
from schema.http.execution import Executor, Outcome
from schema.http.negotiation import GRAPHQL_JSON, PLAIN_JSON, answer_type, wants_page
from schema.http.request import BadRequest, MethodNotAllowed, read_request
from schema.limits import Limits, configured_limits

logger = logging.getLogger("handcart.graphql")

ALLOWED: Final = ("GET", "HEAD", "POST", "OPTIONS")
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

View = Callable[[HttpRequest], HttpResponseBase]


def graphql_view(schema: strawberry.Schema, audience: Audience, *, limits: Limits | None = None) -> View:
    """The view for `schema`: POST for operations, GET for queries, and the explorer for a browser.

    It needs no CSRF token: it takes JSON only, which no foreign page can send unasked, and the caller is named
    by a header, never by a cookie.
    """
    executor = Executor(schema, limits or configured_limits(), hide_suggestions=not settings.IS_LOCAL)
    endpoint = Endpoint(executor, audience, limits or configured_limits(), name=lambda: schema.as_str())

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponseBase:
        return endpoint.serve(request)

    return view


class Endpoint:
    """Serves one schema to one audience."""

    def __init__(self, executor: Executor, audience: Audience, limits: Limits, *, name: Callable[[], str]) -> None:
        self._executor = executor
        self._audience = audience
        self._limits = limits
        self._name = cache(lambda: sha256(f"{limits}{name()}".encode()).hexdigest())

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one HTTP request. Never raises: a fault of ours is logged and masked."""
        request_id = _request_id(request)
        try:
            response = self._answer(request, request_id)
        except Exception:
            # The boundary of the process: whatever got here, the caller learns the request id and no more.
            logger.exception("request %s failed", request_id)
            response = keep_private(_json({"errors": [internal_error(request_id)]}, 500, PLAIN_JSON))
        response.headers["X-Request-Id"] = request_id
        return response

    def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(ALLOWED)})
        if request.method not in ALLOWED:
            return _refuse(MethodNotAllowed("Use POST, or GET for queries.", *ALLOWED), request_id, PLAIN_JSON)
        if settings.EXPLORER and request.method != "POST" and "query" not in request.GET and wants_page(request):
            return explorer_page(request, self._audience)
        media_type = answer_type(request)
        if media_type is None:
            refused = BadRequest(406, "NOT_ACCEPTABLE", f"The answers are {GRAPHQL_JSON} or {PLAIN_JSON}.")
            return _refuse(refused, request_id, PLAIN_JSON)
        try:
            return self._run(request, request_id, media_type)
        except BadRequest as error:
            return _refuse(error, request_id, media_type)
        except NotAuthenticated as error:
            response = _json({"errors": [commerce_error(error, request_id)]}, 401, media_type)
            response.headers["WWW-Authenticate"] = "Bearer"
            return keep_private(response)
        except CommerceError as error:
            return keep_private(_json({"errors": [commerce_error(error, request_id)]}, 403, media_type))
        except RequestRefused as refusal:
            status = refusal.status if media_type == GRAPHQL_JSON else 200
            return keep_private(_json({"errors": request_errors(refusal.errors, request_id)}, status, media_type))

    def _run(self, request: HttpRequest, request_id: str, media_type: str) -> HttpResponse:
        asked = read_request(request, self._limits)
        context = build_context(request, self._audience)
        prepared, operation = self._executor.prepare(asked)
        self._check_allowed(request, operation, context)
        is_shopper = context.actor.is_anonymous and self._audience is Audience.STOREFRONT
        shared = operation.reads if is_shopper else None
        found = look_up(
            shared,
            schema=self._name(),
            document=asked.query,
            operation_name=asked.operation_name,
            variables=asked.variables,
            version=request.headers.get(VERSION),
        )
        if isinstance(found, Entry):
            return make_public(request, _body(found.body, media_type), etag=found.etag, until=found.expires_at)
        with found:
            outcome = self._executor.run(prepared, operation, asked, context)
            body = orjson.dumps(self._answer_of(outcome, request_id))
            if shared is not None and not outcome.errors:
                until = found.keep(body, context.depends_on)
                return make_public(request, _body(body, media_type), etag=etag_of(body), until=until)
        response = keep_private(_body(body, media_type))
        if operation.kind is OperationType.MUTATION:
            response.headers[VERSION] = shared_cache().version()
        return response

    def _check_allowed(self, request: HttpRequest, operation: Operation, context: RequestContext) -> None:
        """Raise what forbids this operation to this caller by this method."""
        if request.method != "POST" and operation.kind is not OperationType.QUERY:
            raise MethodNotAllowed("Only queries may be sent by GET; use POST.", "POST")
        if operation.kind is OperationType.SUBSCRIPTION:
            raise BadRequest(400, "BAD_REQUEST", "Subscriptions are not served over HTTP.")
        if not operation.introspects or settings.IS_LOCAL or self._audience is not Audience.ADMIN:
            return
        if context.actor.is_anonymous:
            raise RequestRefused(
                GraphQLError("Sign in to read this schema.", extensions={"code": "INTROSPECTION_DISABLED"})
            )

    def _answer_of(self, outcome: Outcome, request_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {"data": outcome.data}
        if outcome.errors:
            body["errors"] = field_errors(outcome.errors, request_id)
        body["extensions"] = {"cost": {"requested": outcome.cost, "limit": self._limits.cost}}
        return body


def _request_id(request: HttpRequest) -> str:
    """The caller's own X-Request-Id if it looks like one, so that logs can be joined; else a fresh one."""
    given = request.headers.get("X-Request-Id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def _json(body: dict[str, Any], status: int, media_type: str) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type=f"{media_type}; charset=utf-8")


def _body(body: bytes, media_type: str) -> HttpResponse:
    return HttpResponse(body, content_type=f"{media_type}; charset=utf-8")


def _refuse(error: BadRequest, request_id: str, media_type: str) -> HttpResponse:
    errors = [shown_error(error.code, error.message, request_id, **error.facts)]
    response = keep_private(_json({"errors": errors}, error.status, media_type))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allow)
    return response
