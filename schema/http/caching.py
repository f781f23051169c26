"""What caches between us and the shopper may keep.

Only answers that are the same for everybody are public, and even they are asked for again each time (ETag).
The list is of root fields that are known to be so: a field that nobody thought of is private.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

from django.utils.http import parse_etags
from graphql import OperationType

from schema.http.documents import Operation
from schema.http.incoming import Incoming
from schema.http.reply import Reply

PUBLIC_ROOT_FIELDS: Final = frozenset(
    {
        "__schema",
        "__type",
        "__typename",
        "addressValidationRules",
        "categories",
        "category",
        "channel",
        "channels",
        "collection",
        "collections",
        "menu",
        "page",
        "pages",
        "product",
        "productVariant",
        "products",
    }
)
VARY: Final = "Accept, Accept-Language, Authorization"


def is_public(operation: Operation) -> bool:
    """Whether the answer to an anonymous caller is the same for everybody."""
    return operation.kind is OperationType.QUERY and operation.root_fields <= PUBLIC_ROOT_FIELDS


def keep_private(reply: Reply) -> Reply:
    """Nobody may store this answer."""
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Vary"] = VARY
    return reply


def make_public(incoming: Incoming, reply: Reply) -> Reply:
    """The answer with its ETag, or 304 if a GET or HEAD names that tag already."""
    tag = f'"{urlsafe_b64encode(sha256(reply.body).digest()[:18]).decode()}"'
    kept = {"Cache-Control": "public, max-age=0, must-revalidate", "Vary": VARY, "ETag": tag}
    reply.headers.update(kept)
    named = incoming.header("IF_NONE_MATCH")
    if named and incoming.method in ("GET", "HEAD") and _names(named, tag):
        return Reply(304, headers=kept)
    return reply


def _names(if_none_match: str, tag: str) -> bool:
    """RFC 9110, 13.1.2: the weak comparison, in which W/ does not count."""
    return any(given == "*" or given.removeprefix("W/") == tag for given in parse_etags(if_none_match))
