"""What caches between us and the shopper may keep, and what they must ask about again.

Only answers that are the same for every anonymous caller are public (schema/cache decides which), and even they are
asked about again each time, by ETag. Nothing here depends on the caller's language: it comes in the operation.
"""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response, patch_vary_headers

from schema.cache.version import HEADER

VARY: Final = ("Accept", "Authorization", HEADER)
"""Besides Origin, which is named where other origins may ask."""


def keep_private(response: HttpResponse) -> HttpResponse:
    """Nobody may store this answer."""
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, VARY)
    return response


def make_public(request: HttpRequest, response: HttpResponse, *, etag: str, until: float) -> HttpResponse:
    """The answer with its ETag, or 304 if a GET or HEAD names that tag already.

    A shared cache may serve it unasked for as long as the operator says, but never beyond `until` (wall-clock seconds),
    when the answer may change by itself. There is no Age: it was made or compared with the shop's state just now.
    """
    directives = "public, max-age=0, must-revalidate"
    shared = min(settings.SHARED_CACHE_SECONDS, int(until - time.time()))
    response.headers["Cache-Control"] = f"{directives}, s-maxage={shared}" if shared > 0 else directives
    response.headers["ETag"] = etag
    patch_vary_headers(response, VARY)
    if request.method not in ("GET", "HEAD"):
        return response
    conditional = get_conditional_response(request, etag=etag, response=response)
    if isinstance(conditional, HttpResponseNotModified):
        conditional.headers["Cache-Control"] = response.headers["Cache-Control"]
        patch_vary_headers(conditional, VARY)
        return conditional
    return response
