"""A URL from outside leads to the public internet or nowhere."""

import socket

import pytest

from commerce.core.addresses import UnsafeAddress, may_call, parse_url, resolve
from commerce.core.deadlines import Deadline
from commerce.core.http import fetch
from tests.commerce.core.raw_server import answering, serving

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
PRIVATE = ["127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fd12::1"]
NEVER = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to bind to
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001:0:7f00:1::1",
    "2002:7f00:1::1",
    "2001:db8::1",
    "fec0::1",
    "fd00:ec2::254",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    assert may_call(address)


@pytest.mark.parametrize("address", [*PRIVATE, "100.64.1.1", "198.18.0.1"])
def test_private_addresses_are_called_only_when_that_is_allowed(address: str) -> None:
    assert not may_call(address)
    assert may_call(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address: str) -> None:
    assert not may_call(address)
    assert not may_call(address, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com/",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: evil",
        "https://example.com\\@evil.example/",
        "https://[::1/",
        "https://a..b/",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_a_url_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        parse_url(url)


def test_a_url_is_taken_apart() -> None:
    target = parse_url("https://Bücher.Example:8443/pfad/ä?q=ü&x=1#fragment")
    assert (target.host, target.port, target.secure) == ("xn--bcher-kva.example", 8443, True)
    assert target.path == "/pfad/%C3%A4?q=%C3%BC&x=1"
    assert target.authority == "xn--bcher-kva.example:8443"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"])
def test_loopback_in_disguise_is_recognised(host: str) -> None:
    with pytest.raises((UnsafeAddress, OSError)):
        resolve(parse_url(f"https://{host}/"), Deadline(2))


def names(*answers: list[str]) -> "object":
    """A name server that gives another answer each time."""
    given = iter(answers)

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(given)]

    return getaddrinfo


def test_one_private_address_among_public_ones_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(UnsafeAddress):
        resolve(parse_url("https://rebind.example/"), Deadline(1))


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], **_: object) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", names(["8.8.8.8"], ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with serving(answering(b"")) as inside:
        with pytest.raises(Exception, match="ConnectionRefused"):
            fetch(f"https://rebind.example:{inside.port}/", max_bytes=10, deadline_seconds=1)
        assert called == [("8.8.8.8", inside.port)]
        assert inside.connections == 0
