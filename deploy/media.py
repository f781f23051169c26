"""Stored pictures over HTTP, for shops that keep them on this machine's disk. With S3 the bucket serves them."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def stored_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file `name` of the media storage; 404 for none and for anything outside of it.

    A stored name never changes its content, so caches may keep it for ever. Nothing but a picture is shown in a
    browser: whatever else got in is offered as a download.
    """
    response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    if isinstance(response, FileResponse):
        response["Cache-Control"] = _FOR_EVER
        if not response.headers.get("Content-Type", "").startswith("image/") or name.endswith(".svg"):
            response["Content-Disposition"] = "attachment"
    return response
