"""`/files/<token>/`: a report or an export, for who was given its address a moment ago."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from commerce.catalog.thumbnails import absolute_url
from commerce.core.errors import NotFound
from commerce.core.private_files import PrivateFile, file_of_token, private_files, token_for


@require_safe
def private_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, as a download that no cache keeps; 404 for an address that is none, or is too old."""
    try:
        file = file_of_token(token)
        content = private_files().open(file.name)
    except (NotFound, FileNotFoundError):
        return HttpResponse("There is no such file, or its address is too old.", status=HTTPStatus.NOT_FOUND)
    response = FileResponse(content, as_attachment=True, filename=file.shown_name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def address_of(name: str, shown_name: str) -> str | None:
    """An absolute address of a private file that opens it for some minutes; None for no file."""
    if not name:
        return None
    return absolute_url(reverse("private-file", args=[token_for(PrivateFile(name, shown_name))]))
