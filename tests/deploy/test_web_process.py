"""The web server as it is started in production: what it has begun it ends, and then it goes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from deploy.supervisor.processes import ROOT, application
from tests.deploy.running_shop import free_port

BODY = b'{"query": "{ __typename }"}'
HEAD = (
    b"POST /graphql/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


class WebProcess:
    """The supervisor's own command for the web server, with one worker."""

    def __init__(self) -> None:
        self.port = free_port()
        settings = {**os.environ, "WEB_WORKERS": "1", "BLOCKING_THREADS": "2"}
        web = application(host="127.0.0.1", port=self.port, environment=settings)[0]
        self.patience = web.patience
        self.process = subprocess.Popen(web.command, cwd=ROOT, env=web.environment)

    def connect(self) -> socket.socket:
        """A connection, as soon as somebody listens."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except ConnectionRefusedError:
                assert self.process.poll() is None, "The web server ended."
                assert time.monotonic() < deadline, "Nobody listens."
                time.sleep(0.1)


def answer_on(connection: socket.socket) -> bytes:
    """All of one short answer."""
    received = b""
    while not received.endswith(b"}"):
        part = connection.recv(65_536)
        if not part:
            break
        received += part
    return received


@pytest.fixture
def web() -> Iterator[WebProcess]:
    server = WebProcess()
    with closing(server.connect()) as first:
        first.sendall(HEAD + BODY)  # answered once the worker has started
        assert b"200 OK" in answer_on(first)
    yield server
    server.process.kill()
    server.process.wait()


def test_a_request_under_way_is_answered_before_the_process_ends(web: WebProcess) -> None:
    """Half a request is sent, the process is told to stop, and only then does the rest come."""
    with closing(web.connect()) as slow:
        slow.sendall(HEAD + BODY[:10])
        time.sleep(0.5)  # until a thread has taken it up and waits for the rest
        web.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert web.process.poll() is None
        slow.sendall(BODY[10:])
        answer = answer_on(slow)
    assert b"200 OK" in answer
    assert b'"__typename":"Query"' in answer
    assert web.process.wait(timeout=web.patience) == 0


def test_an_idle_process_ends_when_it_is_told_to(web: WebProcess) -> None:
    with closing(web.connect()):  # a client that keeps its connection open holds nobody up
        web.process.send_signal(signal.SIGTERM)
        assert web.process.wait(timeout=web.patience) == 0
