"""An HTTP request as plain values: the same whether Django has read it or nobody has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from secrets import token_hex
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import QueryDict

_MOST_DIGITS: Final = 18  # a length with more is too large whatever it ends in

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class BodyTooLarge(Exception):
    """More bytes than the reader allows; nothing beyond them was read."""


class BodyUnreadable(Exception):
    """The body broke off, or its length is no number. The message says which."""


class Incoming:
    """One HTTP request, read from its WSGI environment (PEP 3333)."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"].upper()

    def header(self, name: str) -> str:
        """The header `name`, written as WSGI writes it: "IDEMPOTENCY_KEY". Empty if it was not sent."""
        value: str = self.environ.get(f"HTTP_{name}", "")
        return value

    @property
    def content_type(self) -> str:
        """The Content-Type header, as it was sent."""
        value: str = self.environ.get("CONTENT_TYPE", "")
        return value

    @cached_property
    def parameters(self) -> QueryDict | None:
        """What stands behind the question mark of the address; None for more parameters than anybody needs."""
        try:
            return QueryDict(self.environ.get("QUERY_STRING", "").encode("iso-8859-1"))
        except (TooManyFieldsSent, RequestDataTooBig):
            return None

    @cached_property
    def request_id(self) -> str:
        """The caller's own X-Request-Id if it looks like one, so that logs can be joined; else a fresh one."""
        given = self.header("X_REQUEST_ID")
        return given if given and REQUEST_ID.fullmatch(given) else token_hex(16)

    @property
    def client_address(self) -> str:
        """The caller's network address. Headers of proxies count only as far as TRUSTED_PROXIES (a number) says."""
        trusted: int = settings.TRUSTED_PROXIES
        if trusted:
            hops = [hop.strip() for hop in self.header("X_FORWARDED_FOR").split(",") if hop.strip()]
            if len(hops) >= trusted:
                return hops[-trusted]
        return str(self.environ.get("REMOTE_ADDR", ""))

    def read_body(self, at_most: int) -> bytes:
        """The whole body. Raises BodyTooLarge above `at_most` bytes, and BodyUnreadable."""
        announced = self._announced_length()
        if announced is None and not self.environ.get("wsgi.input_terminated"):
            return b""  # PEP 3333: without a length and without that promise there is nothing to be read
        if announced is not None and announced > at_most:
            raise BodyTooLarge
        stream = self.environ["wsgi.input"]
        wanted = at_most + 1 if announced is None else announced
        try:
            body: bytes = stream.read(wanted)
        except OSError as error:
            raise BodyUnreadable("The body broke off.") from error
        if len(body) > at_most:
            raise BodyTooLarge
        return body

    def _announced_length(self) -> int | None:
        given = self.environ.get("CONTENT_LENGTH")
        if given in (None, ""):
            return None
        if not (given.isascii() and given.isdigit()):
            raise BodyUnreadable("The Content-Length is not a number.")
        return int(given[:_MOST_DIGITS])
