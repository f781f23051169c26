"""`/thumbnail/<id>/<size>/<format>/`: the address of a smaller picture, made on the first request."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from commerce.catalog.errors import MediaNotFound, PictureRefused
from commerce.catalog.thumbnails import find_or_make_thumbnail
from commerce.core.errors import InvalidInput

_A_DAY = "public, max-age=86400"


@require_safe
def thumbnail(request: HttpRequest, owner_id: UUID, size: int, format: str) -> HttpResponse:
    """Redirect to the stored copy, whose own address never changes its content; 404 if there is no such picture."""
    try:
        url = find_or_make_thumbnail(owner_id, size, format.upper())
    except (MediaNotFound, InvalidInput, PictureRefused) as error:
        return HttpResponse(error.message, status=HTTPStatus.NOT_FOUND, content_type="text/plain")
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = _A_DAY
    return response
