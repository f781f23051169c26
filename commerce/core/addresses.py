"""Which addresses of the internet a URL from outside may lead to."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from commerce.core.deadlines import Deadline

_MAX_URL: Final = 2000
_PATH_SAFE: Final = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE: Final = "/?%:@!$&'()*+,;=~-._[]"


class UnsafeAddress(Exception):
    """The URL is not one that we call: wrong scheme, malformed, or it leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: where to connect, whom to expect there, what to ask for."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse_url(url: str, *, allow_http: bool = False) -> Target:
    """`url` taken apart, without resolving it. Raises UnsafeAddress unless it is https, or http if that is allowed."""
    if len(url) > _MAX_URL or any(char <= " " or char == "\\" or char == "\x7f" for char in url):
        raise UnsafeAddress("The URL is too long or holds spaces, control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as error:
        raise UnsafeAddress(f"Not a URL: {error}") from error
    if parts.scheme not in ("https", "http") or not host:
        raise UnsafeAddress("The URL must begin with https:// and name a host.")
    if parts.scheme == "http" and not allow_http:
        raise UnsafeAddress("The URL must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("The URL must not hold a user name or password.")
    if port == 0:
        raise UnsafeAddress("The URL names port 0.")
    secure = parts.scheme == "https"
    path = quote(parts.path or "/", safe=_PATH_SAFE)
    query = f"?{quote(parts.query, safe=_QUERY_SAFE)}" if parts.query else ""
    return Target(secure, host, port or (443 if secure else 80), path + query)


def _ascii_host(host: str) -> str:
    return host if ":" in host else host.encode("idna").decode("ascii").rstrip(".")


def resolve(target: Target, deadline: Deadline, *, allow_private: bool = False) -> list[str]:
    """The addresses of `target`, all of them checked.

    One bad address among good ones spoils all: that is how a name is made to change after the check.
    Raises UnsafeAddress, OSError for an unknown name, TimeoutError.
    """
    addresses = _look_up(target, deadline)
    for address in addresses:
        if not may_call(address, allow_private=allow_private):
            raise UnsafeAddress(f"{target.host} leads to {address}, which is not a public address.")
    return addresses


def _look_up(target: Target, deadline: Deadline) -> list[str]:
    """getaddrinfo with a deadline: it has none of its own, so it gets a thread that may be left behind."""
    found: list[str] = []
    failures: list[OSError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except OSError as error:
            failures.append(error)
        else:
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    asking = threading.Thread(target=ask, name="resolve", daemon=True)
    asking.start()
    asking.join(deadline.remaining())
    if asking.is_alive():
        raise TimeoutError("the name server did not answer")
    if failures:
        raise failures[0]
    return found


def may_call(address: str, *, allow_private: bool = False) -> bool:
    """Whether `address` (text of an IPv4 or IPv6 address) is public; with `allow_private` also private and loopback."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        return _may_call_v6(ip, allow_private=allow_private)
    return _may_call_v4(ip, allow_private=allow_private)


def _may_call_v4(ip: IPv4Address, *, allow_private: bool) -> bool:
    if any(ip in network for network in _NEVER_V4):
        return False
    return allow_private or not any(ip in network for network in _PRIVATE_V4)


def _may_call_v6(ip: IPv6Address, *, allow_private: bool) -> bool:
    if ip in _METADATA_V6:
        return False
    if allow_private and (ip.is_loopback or ip in _UNIQUE_LOCAL_V6):
        return True
    return ip in _GLOBAL_V6 and not any(ip in network for network in _NEVER_V6)


# IANA special-purpose registries (RFC 6890 and updates), and what clouds serve credentials from.
_NEVER_V4: Final = [
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this host
        "169.254.0.0/16",  # link-local: most metadata services
        "100.100.100.200/32",  # metadata of one cloud, in shared address space
        "168.63.129.16/32",  # the host agent of another, in public space
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_PRIVATE_V4: Final = [
    IPv4Network(block)
    for block in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
    )
]
# Only global unicast passes, which leaves out loopback, unique and link-local, multicast, mapped and NAT64 addresses.
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_NEVER_V6: Final = [
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them: an IPv4 address in disguise
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
]
_UNIQUE_LOCAL_V6: Final = IPv6Network("fc00::/7")
_METADATA_V6: Final = IPv6Network("fd00:ec2::/32")
