"""Calling a WSGI application as granian does, without the socket."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def the_shop() -> Application:
    """The callable that granian calls, for a process with one thread: there is nobody to take turns with."""
    from deploy import endpoints
    from deploy.wsgi import application

    endpoints.STOREFRONT.turns = None
    return application


def post(application: Application, body: bytes, path: str = "/graphql/") -> bytes:
    """The body of the answer to an anonymous POST. AssertionError unless its status is 200."""
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "application/json",
        "HTTP_USER_AGENT": "bench",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    answer = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
    try:
        content = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    assert statuses == ["200 OK"], f"{statuses}: {content[:2000]!r}"
    return content


class WithUrls(WSGIHandler):
    """Django with the shop's settings and middleware, and another module of URLs."""

    def __init__(self, urls: str) -> None:
        self.urls = urls
        super().__init__()

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = self.urls
        return super().get_response(request)
