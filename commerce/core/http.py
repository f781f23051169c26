"""HTTP to addresses that somebody else typed in: it cannot be turned against the network that we run in.

The host is resolved once, every address is checked, and the connection goes to the address that was checked, with the
right name in TLS. No redirects, no proxy settings, no decompression, and one wall-clock deadline for everything.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, cast

from commerce.core.addresses import Target, UnsafeAddress, parse_url, resolve
from commerce.core.deadlines import Deadline, DeadlineExceeded, DeadlineSocket

__all__ = [
    "ConnectionFailed",
    "DeadlineExceeded",
    "Response",
    "TooLarge",
    "UnsafeAddress",
    "fetch",
    "send",
]

CONNECT_SECONDS: Final = 3.0
USER_AGENT: Final = "Handcart/1"
_CHUNK: Final = 16 * 1024
_RETURN_HEADERS: Final = 64


class ConnectionFailed(Exception):
    """No usable answer: the name is unknown, nobody listens, TLS does not verify, the line broke, or it is not HTTP."""


class TooLarge(Exception):
    """The body is larger than the caller accepts."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `truncated` says that more body came than was asked for; `timings` are milliseconds by phase."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False
    timings: Mapping[str, int] = field(default_factory=dict)


def fetch(
    url: str,
    *,
    max_bytes: int,
    deadline_seconds: float,
    allow_private: bool = False,
    allow_http: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """GET `url` whole. Any status is an answer; a redirect is not followed.

    Raises UnsafeAddress, DeadlineExceeded, TooLarge (more than `max_bytes`), ConnectionFailed.
    """
    response = send(
        "GET",
        url,
        headers=headers or {},
        max_bytes=max_bytes,
        deadline_seconds=deadline_seconds,
        allow_private=allow_private,
        allow_http=allow_http,
    )
    if response.truncated:
        raise TooLarge(f"The answer is larger than {max_bytes} bytes.")
    return response


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    max_bytes: int,
    deadline_seconds: float,
    connect_seconds: float = CONNECT_SECONDS,
    allow_private: bool = False,
    allow_http: bool = False,
    tls: ssl.SSLContext | None = None,
) -> Response:
    """One request, one answer; of its body the first `max_bytes`. Names and TCP and TLS share `connect_seconds`.

    `allow_private` opens private and loopback addresses (never link-local, multicast or metadata ones); `tls` trusts
    other authorities than the system's. Raises UnsafeAddress, DeadlineExceeded, ConnectionFailed.
    """
    clock = _Stopwatch()
    deadline = Deadline(deadline_seconds)
    target = parse_url(url, allow_http=allow_http)
    connecting = deadline.sooner(connect_seconds)
    with _as_typed_errors(), clock.phase("dns"):
        addresses = resolve(target, connecting, allow_private=allow_private)
    with _as_typed_errors(), _connect(target, addresses, connecting, clock, tls) as raw:
        connection = http.client.HTTPConnection(target.authority)
        # Plain sockets only bound each read; this one bounds the whole, so that a byte a second does not hold us.
        connection.sock = cast(socket.socket, DeadlineSocket(raw, deadline))
        with clock.phase("first_byte"):
            connection.request(method, target.path, body=body, headers={**_OWN_HEADERS, **headers})
            answer = connection.getresponse()
        with clock.phase("body"):
            content, truncated = _read(answer, max_bytes)
        return Response(answer.status, _headers(answer), content, truncated, clock.milliseconds())


_OWN_HEADERS: Final = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}


@contextmanager
def _as_typed_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DeadlineExceeded("The other side took too long.") from error
    except ssl.SSLCertVerificationError as error:
        raise ConnectionFailed(f"The certificate does not verify: {error.verify_message}") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise ConnectionFailed(f"{type(error).__name__}: {error}") from error


@contextmanager
def _connect(
    target: Target, addresses: list[str], deadline: Deadline, clock: _Stopwatch, tls: ssl.SSLContext | None
) -> Iterator[socket.socket]:
    """A connection to the first of `addresses` that accepts one."""
    with clock.phase("connect"):
        raw = _first_open(addresses, target.port, deadline)
    try:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.secure:
            with clock.phase("tls"):
                raw.settimeout(deadline.remaining())
                raw = (tls or _SYSTEM_TLS).wrap_socket(raw, server_hostname=target.host)
        yield raw
    finally:
        raw.close()


_SYSTEM_TLS: Final = ssl.create_default_context()


def _first_open(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.remaining())
        except TimeoutError:
            raise
        except OSError as error:
            failure = error
    raise failure or OSError("the name has no address")


def _read(answer: http.client.HTTPResponse, max_bytes: int) -> tuple[bytes, bool]:
    """The first `max_bytes` of the body, and whether there was more."""
    parts = io.BytesIO()
    while parts.tell() <= max_bytes:
        chunk = answer.read(min(_CHUNK, max_bytes + 1 - parts.tell()))
        if not chunk:
            break
        parts.write(chunk)
    if answer.length and parts.tell() <= max_bytes:  # read(n) says nothing about a body that ends too early
        raise http.client.IncompleteRead(parts.getvalue(), answer.length)
    return parts.getvalue()[:max_bytes], parts.tell() > max_bytes


def _headers(answer: http.client.HTTPResponse) -> dict[str, str]:
    merged: dict[str, str] = {}
    for name, value in answer.getheaders()[:_RETURN_HEADERS]:
        key = name.lower()
        merged[key] = f"{merged[key]}, {value}" if key in merged else value
    return merged


class _Stopwatch:
    """Milliseconds by phase."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._phases: dict[str, int] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begin = time.monotonic()
        try:
            yield
        finally:
            self._phases[name] = round((time.monotonic() - begin) * 1000)

    def milliseconds(self) -> dict[str, int]:
        return {**self._phases, "total": round((time.monotonic() - self._begin) * 1000)}
