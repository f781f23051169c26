"""Long answers, sent while they are read from the database, by a few threads of a process at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

RETRY_SECONDS: Final = 30

# A slow reader holds a thread for as long as it reads: shoppers keep the others.
_places: Final = BoundedSemaphore(max(1, settings.BLOCKING_THREADS // 4))


class _Held:
    """The pieces of an answer, and its place among those that are being sent; the server closes it in any case."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._is_held = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces).encode()

    def close(self) -> None:
        """Give the place back."""
        if self._is_held:
            self._is_held = False
            _places.release()


def stream(request: HttpRequest, pieces: Callable[[], Iterator[str]], *, fresh_for: int) -> HttpResponseBase:
    """`pieces` as XML that caches may keep for `fresh_for` seconds; 503 with Retry-After when too many are being sent.

    Each piece reads what it needs by itself: nothing is open in the database while a slow reader takes its time.
    """
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    elif _places.acquire(blocking=False):
        response = StreamingHttpResponse(_Held(pieces()))
    else:
        response = HttpResponse("Too many feeds are being read.", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Content-Type"] = "text/plain; charset=utf-8"
        return response
    response["Content-Type"] = "application/xml; charset=utf-8"
    response["Cache-Control"] = f"public, max-age={fresh_for}"
    return response
