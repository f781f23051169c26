"""What caches between us and the shopper may keep, and what they must ask about again.

Only answers that are the same for every anonymous caller are public (schema/cache decides which), and even they are
asked about again each time, by ETag. Nothing here depends on the caller's language: it comes in the operation.
"""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.utils.http import parse_etags

from schema.cache.version import HEADER
from schema.http.incoming import Incoming
from schema.http.reply import Reply

VARY: Final = f"Accept, Authorization, {HEADER}"
"""Besides Origin, which is named where other origins may ask."""


def keep_private(reply: Reply) -> Reply:
    """Nobody may store this answer."""
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Vary"] = VARY
    return reply


def make_public(incoming: Incoming, reply: Reply, *, etag: str, until: float) -> Reply:
    """The answer with its ETag, or 304 if a GET or HEAD names that tag already.

    A shared cache may serve it unasked for as long as the operator says, but never beyond `until` (wall-clock seconds),
    when the answer may change by itself. There is no Age: it was made or compared with the shop's state just now.
    """
    directives = "public, max-age=0, must-revalidate"
    shared = min(settings.SHARED_CACHE_SECONDS, int(until - time.time()))
    kept = {
        "Cache-Control": f"{directives}, s-maxage={shared}" if shared > 0 else directives,
        "Vary": VARY,
        "ETag": etag,
    }
    reply.headers.update(kept)
    named = incoming.header("IF_NONE_MATCH")
    if named and incoming.method in ("GET", "HEAD") and _names(named, etag):
        return Reply(304, headers=kept)
    return reply


def _names(if_none_match: str, tag: str) -> bool:
    """RFC 9110, 13.1.2: the weak comparison, in which W/ does not count."""
    return any(given == "*" or given.removeprefix("W/") == tag for given in parse_etags(if_none_match))
