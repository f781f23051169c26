"""What caches between us and the shopper may keep.

Only answers that are the same for everybody are public, and even they are asked for again each time (ETag).
The list is of root fields that are known to be so: a field that nobody thought of is private.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response, patch_vary_headers
from graphql import OperationType

from schema.http.documents import Operation

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
VARY: Final = ("Accept", "Accept-Language", "Authorization")


def is_public(operation: Operation) -> bool:
    """Whether the answer to an anonymous caller is the same for everybody."""
    return operation.kind is OperationType.QUERY and operation.root_fields <= PUBLIC_ROOT_FIELDS


def keep_private(response: HttpResponse) -> HttpResponse:
    """Nobody may store this answer."""
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, VARY)
    return response


def make_public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ETag, or 304 if a GET or HEAD names that tag already."""
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    patch_vary_headers(response, VARY)
    response.headers["ETag"] = f'"{urlsafe_b64encode(sha256(response.content).digest()[:18]).decode()}"'
    if request.method not in ("GET", "HEAD"):
        return response
    conditional = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    if isinstance(conditional, HttpResponseNotModified):
        conditional.headers["Cache-Control"] = response.headers["Cache-Control"]
        patch_vary_headers(conditional, VARY)
        return conditional
    return response
