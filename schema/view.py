"""Django's door to GraphQL: the explorer for browsers, and everything that the thin front leaves to Django."""

from __future__ import annotations

from collections.abc import Callable

import strawberry
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from schema.context import Audience
from schema.explorer.page import explorer_page
from schema.http.endpoint import Endpoint
from schema.http.incoming import Incoming
from schema.http.negotiation import wants_page
from schema.limits import Limits

View = Callable[[HttpRequest], HttpResponseBase]


def graphql_view(schema: strawberry.Schema, audience: Audience, *, limits: Limits | None = None) -> View:
    """A view with an endpoint of its own for `schema`."""
    return view_of(Endpoint(schema, audience, limits=limits))


def view_of(endpoint: Endpoint) -> View:
    """The view for `endpoint`: POST for operations, GET for queries, and the explorer for a browser.

    It needs no CSRF token: it takes JSON only, which no foreign page can send unasked, and the caller is named
    by a header, never by a cookie.
    """

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponseBase:
        incoming = Incoming(request.META)
        if settings.EXPLORER and _is_browser(incoming):
            page = explorer_page(request, endpoint.audience)
            page.headers["X-Request-Id"] = incoming.request_id
            return page
        reply = endpoint.answer(incoming)
        response = HttpResponse(reply.body, status=reply.status, headers=reply.headers)
        if "Content-Type" not in reply.headers:
            del response.headers["Content-Type"]  # Django's default; there is nothing that has a type
        return response

    return view


def _is_browser(incoming: Incoming) -> bool:
    """Whether somebody opened the address in a browser, rather than sent an operation."""
    if incoming.method not in ("GET", "HEAD") or not wants_page(incoming.header("ACCEPT")):
        return False
    return incoming.parameters is not None and incoming.parameters.keys().isdisjoint(("query", "documentId"))
