"""A server of somebody else can be slow, huge, broken or hostile; it never holds us for longer than we said."""

import socket
import struct
import threading
import time

import pytest

from commerce.core.http import ConnectionFailed, DeadlineExceeded, Response, TooLarge, UnsafeAddress, fetch, send
from tests.commerce.core.raw_server import answering, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def get(url: str, *, max_bytes: int = 1000, deadline_seconds: float = 2.0) -> Response:
    return fetch(url, max_bytes=max_bytes, deadline_seconds=deadline_seconds, allow_private=True, allow_http=True)


def test_an_answer_comes_back_whole_with_the_time_each_phase_took() -> None:
    with serving(answering(OK)) as server:
        response = get(server.url)
    assert (response.status, response.body, response.truncated) == (200, b"hello", False)
    assert response.headers["content-length"] == "5"
    assert set(response.timings) == {"dns", "connect", "first_byte", "body", "total"}


def test_what_is_posted_arrives_with_its_headers_and_the_right_host() -> None:
    with serving(answering(OK)) as server:
        send(
            "POST",
            server.url,
            headers={"webhook-id": "msg_1"},
            body=b"{}",
            max_bytes=10,
            deadline_seconds=2,
            allow_private=True,
            allow_http=True,
        )
    head = server.heads[0]
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"webhook-id: msg_1\r\n" in head
    assert b"Content-Length: 2\r\n" in head
    assert b"Accept-Encoding: identity\r\n" in head


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(answering(OK)) as inside:
        location = b"HTTP/1.1 302 Found\r\nLocation: " + inside.url.encode() + b"\r\nContent-Length: 0\r\n\r\n"
        with serving(answering(location)) as server:
            response = get(server.url)
        assert response.status == 302
        assert inside.connections == 0


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(OK)) as proxy, serving(answering(OK)) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        get(server.url)
        assert (proxy.connections, server.connections) == (0, 1)


def test_a_server_that_accepts_and_says_nothing_is_given_up_at_the_deadline() -> None:
    with serving(lambda connection: time.sleep(5)) as server:
        begin = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            get(server.url, deadline_seconds=0.3)
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_a_byte_now_and_then_does_not_move_the_deadline(start: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"H")
            time.sleep(0.05)

    with serving(drip) as server:
        begin = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            get(server.url, deadline_seconds=0.4)
    assert time.monotonic() - begin < 1


def test_a_server_that_does_not_read_is_given_up_too() -> None:
    with serving(lambda connection: time.sleep(5)) as server, pytest.raises(DeadlineExceeded):
        send(
            "POST",
            server.url,
            headers={},
            body=b"x" * 20_000_000,
            max_bytes=10,
            deadline_seconds=0.4,
            allow_private=True,
            allow_http=True,
        )


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
    ],
)
def test_of_a_huge_body_only_the_beginning_is_read(head: bytes, piece: bytes) -> None:
    sent: list[int] = []

    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            sent.append(len(piece))

    with serving(behave) as server:
        response = send(
            "GET",
            server.url,
            headers={},
            max_bytes=64 * 1024,
            deadline_seconds=5,
            allow_private=True,
            allow_http=True,
        )
        with pytest.raises(TooLarge):
            get(server.url, max_bytes=64 * 1024)
    assert (len(response.body), response.truncated) == (64 * 1024, True)
    assert sum(sent) < 50_000_000


def test_a_compressed_bomb_stays_compressed() -> None:
    body = b"\x1f\x8b" + b"\x00" * 100
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 102\r\n\r\n" + body
    with serving(answering(raw)) as server:
        assert get(server.url).body == body


def reset_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_connection_reset_in_the_middle_of_the_body_is_a_failure() -> None:
    with serving(reset_in_the_middle) as server, pytest.raises(ConnectionFailed):
        get(server.url)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1000 + b"\r\n",
    ],
)
def test_nonsense_is_a_failure_and_not_a_crash(raw: bytes) -> None:
    with serving(answering(raw)) as server, pytest.raises(ConnectionFailed):
        get(server.url)


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionFailed):
        get(f"http://127.0.0.1:{port}/")


def test_an_unknown_name_is_a_failure() -> None:
    with pytest.raises(ConnectionFailed):
        get("http://nobody.invalid/")


def test_a_name_server_that_does_not_answer_counts_against_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [release.wait(5)][:0])
    begin = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        get("http://slow.example/", deadline_seconds=0.2)
    release.set()
    assert time.monotonic() - begin < 1


def test_loopback_is_refused_unless_it_is_allowed() -> None:
    with serving(answering(OK)) as server:
        with pytest.raises(UnsafeAddress):
            fetch(server.url, max_bytes=10, deadline_seconds=1, allow_http=True)
        assert server.connections == 0
