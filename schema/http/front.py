"""The thin front: a WSGI application before Django's that answers GraphQL requests without it.

Django's request, its nine middlewares and its URL resolver cost more than a small operation does. The front does for
GraphQL what they do there: it checks the host and the scheme, adds the same headers (it asks the middlewares
themselves which, once), and keeps house for database connections (schema.http.housekeeping). Whatever is out of the
ordinary goes to Django unchanged, and so does everything when the shop is configured with something that the front
does not know.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, TypeAlias

from corsheaders.signals import check_request_enabled
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils.module_loading import import_string

from schema.http.endpoint import Endpoint
from schema.http.housekeeping import Housekeeping
from schema.http.incoming import Incoming
from schema.http.negotiation import HTML

logger = logging.getLogger("handcart.graphql")

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers: TypeAlias = tuple[tuple[str, str], ...]

ADDING_HEADERS: Final = (
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""Middlewares whose headers depend on scheme, origin and address alone."""

STOOD_IN_FOR: Final = frozenset(
    {
        *ADDING_HEADERS,
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    }
)
"""The middlewares without which a GraphQL request gets the same answer. No cookie means anything to it."""

STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_LONGEST_KEPT: Final = 300


class Front:
    """Answers at the addresses of `endpoints` as far as it can, and leaves the rest to `django`."""

    def __init__(self, django: Application, endpoints: Mapping[str, Endpoint]) -> None:
        self._django = django
        reasons = list(_reasons_to_step_aside())
        if reasons:
            logger.warning("GraphQL is served through Django alone, which is slower: %s.", "; ".join(reasons))
        self._endpoints = {} if reasons else dict(endpoints)
        self._housekeeping = Housekeeping(Front)
        self._is_known = lru_cache(maxsize=256)(_is_known_host)
        self._added = lru_cache(maxsize=1_000)(_headers_added)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI's call."""
        endpoint = self._endpoints.get(environ.get("PATH_INFO", ""))
        if endpoint is None or not self._may_answer(environ):
            return self._django(environ, start_response)
        self._housekeeping.begin(environ)
        try:
            reply = endpoint.answer(Incoming(environ))
        finally:
            self._housekeeping.end()
        headers = reply.headers
        for name, value in self._added(environ["PATH_INFO"], is_secure(environ), environ.get("HTTP_ORIGIN", "")):
            headers[name] = f"{headers[name]}, {value}" if name == "Vary" and "Vary" in headers else value
        headers["Content-Length"] = str(len(reply.body))
        start_response(STATUS_LINES[reply.status], list(headers.items()))
        return [reply.body]

    def _may_answer(self, environ: Environ) -> bool:
        """Whether this request is of the ordinary kind."""
        method = environ["REQUEST_METHOD"]
        if method == "GET":
            if HTML in environ.get("HTTP_ACCEPT", ""):
                return False
        elif method != "POST":
            return False
        host = environ.get("HTTP_HOST", "")
        if not 0 < len(host) <= _LONGEST_KEPT or not self._is_known(host) or environ.get("SCRIPT_NAME"):
            return False
        if len(environ.get("HTTP_ORIGIN", "")) > _LONGEST_KEPT:
            return False
        return not settings.SECURE_SSL_REDIRECT or is_secure(environ)


def is_secure(environ: Mapping[str, Any]) -> bool:
    """Whether the caller came by https, as far as a proxy of ours may say so (SECURE_PROXY_SSL_HEADER)."""
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if trusted is not None:
        name, secure = trusted
        told = environ.get(name)
        if told is not None:
            return bool(told.split(",", 1)[0].strip() == secure)
    return bool(environ.get("wsgi.url_scheme") == "https")


def _is_known_host(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _headers_added(path: str, secure: bool, origin: str) -> Headers:
    """What the middlewares add to an answer: one is sent through them to see."""

    def handler(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    for name in reversed(ADDING_HEADERS):
        if name in settings.MIDDLEWARE:
            handler = import_string(name)(handler)
    sample: Environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if secure else "80",
        "wsgi.url_scheme": "https" if secure else "http",
        "wsgi.input": BytesIO(),
    }
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        sample[name] = value if secure else "http"
    if origin:
        sample["HTTP_ORIGIN"] = origin
    response = handler(WSGIRequest(sample))
    return tuple((name, value) for name, value in response.items() if name != "Content-Type")


def _reasons_to_step_aside() -> Iterator[str]:
    """What this shop is configured with and the front does not know how to stand in for."""
    for name in settings.MIDDLEWARE:
        if name not in STOOD_IN_FOR:
            yield f"the middleware {name} must see every request"
    for name in ("FORCE_SCRIPT_NAME", "USE_X_FORWARDED_HOST", "PREPEND_WWW", "DISALLOWED_USER_AGENTS", "DEBUG"):
        if getattr(settings, name):
            yield f"the setting {name} is on"
    if getattr(settings, "CORS_ALLOW_PRIVATE_NETWORK", False):
        yield "the setting CORS_ALLOW_PRIVATE_NETWORK is on"
    if check_request_enabled.has_listeners():
        yield "a receiver of corsheaders' check_request_enabled must see every request"
