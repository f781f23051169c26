"""`POST /upload/picture/`: pictures as they are, in the body of an HTTP request; GraphQL is no place for megabytes.

    POST /upload/picture/?product=<id>&alt=A%20mug      also ?category=<id> or ?collection=<id>, and &version=<number>
    Authorization: Bearer <token of the admin schema>
    Content-Type: image/png

The answer is 201 and `{"id", "url"}`: of the new medium of a product, or of the category or collection that got its
background. A refusal has a status of 400 or more and `{"errors": [{"code", "path", "message"}]}`.

It needs no CSRF token: the caller is named by a header, never by a cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.catalog import models, services
from commerce.catalog.errors import PictureRefused
from commerce.catalog.thumbnails import picture_url
from commerce.core.actor import Actor
from commerce.core.errors import (
    CommerceError,
    Conflict,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    Rejected,
)
from commerce.core.permission import Permission
from schema.context import Audience, build_context
from schema.errors import flatten
from schema.fields import check_access
from schema.http.incoming import BodyTooLarge, BodyUnreadable, Incoming
from schema.ids import id_of, to_global_id

_OWNERS: Final = {"product": "Product", "category": "Category", "collection": "Collection"}
_STATUSES: Final[tuple[tuple[type[CommerceError], HTTPStatus], ...]] = (
    (NotAuthenticated, HTTPStatus.UNAUTHORIZED),
    (PermissionDenied, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (PictureRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_MOST_DIGITS: Final = 18


@csrf_exempt
@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """Check and store a picture of a product, or behind the page of a category or collection."""
    try:
        answer = _stored(Incoming(request.META))
    except (CommerceError, Rejected) as refusal:
        response = _refused(list(flatten(refusal)))
    else:
        response = JsonResponse(answer, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    return response


def _stored(incoming: Incoming) -> dict[str, str]:
    # Whoever may not upload sends no megabytes: the body is read last.
    actor = build_context(incoming, Audience.ADMIN).actor
    check_access(actor, Permission.MANAGE_PRODUCTS)
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    parameters = incoming.parameters
    given = {} if parameters is None else {name: parameters.get(name, "") for name in parameters}
    kinds = [name for name in _OWNERS if name in given]
    if len(kinds) != 1:
        raise InvalidInput("Name the product, the category or the collection: one of them.")
    return _write(kinds[0], given, _version(given), _body(incoming), actor)


def _write(kind: str, given: Mapping[str, str], version: int | None, content: bytes, actor: Actor) -> dict[str, str]:
    key = id_of(_OWNERS[kind], given[kind], path=(kind,))
    alt = given.get("alt", "")
    if kind == "product":
        media = services.add_media(product_id=key, content=content, alt=alt, version=version, actor=actor)
        return {"id": to_global_id("ProductMedia", media.id), "url": picture_url(str(media.file.name))}
    owner: Any = models.Category if kind == "category" else models.Collection
    row = services.set_background(of=owner, row_id=key, content=content, alt=alt, version=version, actor=actor)
    return {"id": to_global_id(_OWNERS[kind], row.id), "url": picture_url(str(row.background_image.name))}


def _version(given: Mapping[str, str]) -> int | None:
    text = given.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InvalidInput("A version is a number.", path=("version",))
    return int(text)


def _body(incoming: Incoming) -> bytes:
    most: int = settings.PICTURE_MAX_BYTES
    try:
        return incoming.read_body(most)
    except BodyTooLarge as error:
        raise PictureRefused(f"A picture has {most // 2**20} MB at most.", path=("image",)) from error
    except BodyUnreadable as error:
        raise InvalidInput(str(error), path=("image",)) from error


def _refused(errors: list[CommerceError]) -> HttpResponse:
    statuses = [status for kind, status in _STATUSES if isinstance(errors[0], kind)]
    status = statuses[0] if statuses else HTTPStatus.BAD_REQUEST
    found = [{"code": error.code, "path": list(error.path), "message": error.message} for error in errors]
    response = JsonResponse({"errors": found}, status=status)
    if status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response
