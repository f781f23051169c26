"""Pictures and files as they are, in the body of an HTTP request; GraphQL is no place for megabytes.

    POST /upload/picture/?product=<id>&alt=A%20mug      also ?category=<id> or ?collection=<id>, and &version=<number>
    POST /upload/file/?name=manual.pdf
    Authorization: Bearer <token of the admin schema>
    Content-Type: image/png

The answer is 201 and `{"id", "url"}`: of the new medium of a product, or of the category or collection that got its
background; of a file `{"file", "url"}`, where `file` is what a FILE attribute takes. A refusal has a status of 400 or
more and `{"errors": [{"code", "path", "message"}]}`.

It needs no CSRF token: the caller is named by a header, never by a cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.catalog import models, services
from commerce.catalog.attached_files import file_address, store_file_for_download
from commerce.catalog.errors import FileRefused, PictureRefused
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
    (FileRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_MOST_DIGITS: Final = 18


@csrf_exempt
@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """Check and store a picture of a product, or behind the page of a category or collection."""
    return _answered(_picture, request)


@csrf_exempt
@require_POST
def upload_file(request: HttpRequest) -> HttpResponse:
    """Check and store a file for a FILE attribute."""
    return _answered(_file, request)


def _answered(store: Callable[[Incoming, Actor, dict[str, str]], dict[str, str]], request: HttpRequest) -> HttpResponse:
    incoming = Incoming(request.META)
    try:
        # Whoever may not upload sends no megabytes: the body is read last.
        actor = build_context(incoming, Audience.ADMIN).actor
        check_access(actor, Permission.MANAGE_PRODUCTS)
        actor.require_everywhere(Permission.MANAGE_PRODUCTS)
        parameters = incoming.parameters
        given = {} if parameters is None else {name: parameters.get(name, "") for name in parameters}
        answer = store(incoming, actor, given)
    except (CommerceError, Rejected) as refusal:
        response = _refused(list(flatten(refusal)))
    else:
        response = JsonResponse(answer, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    return response


def _picture(incoming: Incoming, actor: Actor, given: dict[str, str]) -> dict[str, str]:
    kinds = [name for name in _OWNERS if name in given]
    if len(kinds) != 1:
        raise InvalidInput("Name the product, the category or the collection: one of them.")
    version = _version(given)
    content = _body(incoming, settings.PICTURE_MAX_BYTES, PictureRefused("The picture is too large.", path=("image",)))
    return _write(kinds[0], given, version, content, actor)


def _file(incoming: Incoming, actor: Actor, given: dict[str, str]) -> dict[str, str]:
    content = _body(incoming, settings.FILE_MAX_BYTES, FileRefused("The file is too large.", path=("file",)))
    address = store_file_for_download(name=given.get("name", ""), content=content, actor=actor)
    return {"file": address, "url": file_address(address)}


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


def _body(incoming: Incoming, most: int, refusal: CommerceError) -> bytes:
    try:
        return incoming.read_body(most)
    except BodyTooLarge as error:
        raise refusal from error
    except BodyUnreadable as error:
        raise InvalidInput(str(error), path=refusal.path) from error


def _refused(errors: list[CommerceError]) -> HttpResponse:
    statuses = [status for kind, status in _STATUSES if isinstance(errors[0], kind)]
    status = statuses[0] if statuses else HTTPStatus.BAD_REQUEST
    found = [{"code": error.code, "path": list(error.path), "message": error.message} for error in errors]
    response = JsonResponse({"errors": found}, status=status)
    if status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response
