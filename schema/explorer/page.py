"""The page that a browser gets at a GraphQL address."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schema.context import Audience
from schema.explorer.examples import examples


def content_policy(nonce: str) -> str:
    """Everything from our own origin, nothing else.

    The editor makes style elements, which carry the nonce, and writes positions into style attributes of the
    markup of its lines, for which the standard knows no nonce; hence `style-src-attr`. Scripts have no exception.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _tabs(audience: Audience) -> tuple[list[dict[str, Any]], str]:
    """The tabs, and a revision that changes when any of them does."""
    tabs = [{"query": example.query, "variables": example.variables} for example in examples(audience.value)]
    return tabs, sha256(orjson.dumps(tabs)).hexdigest()[:12]


def explorer_page(request: HttpRequest, audience: Audience) -> HttpResponse:
    """GraphiQL for the schema at this address, with the examples for `audience` in tabs."""
    tabs, revision = _tabs(audience)
    nonce = token_urlsafe(16)
    page = {
        "endpoint": request.path,
        "audience": audience.value,
        "environment": settings.HANDCART_ENV,
        "tabs": tabs,
        "revision": revision,
    }
    response = render(
        request,
        "explorer/page.html",
        {"title": f"Handcart {audience.value} explorer", "page": page, "nonce": nonce},
    )
    response.headers["Content-Security-Policy"] = content_policy(nonce)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response
