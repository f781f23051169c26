"""Load in plain Python, in a process of its own: when wrk is not there, and for requests that differ each time.

One thread, one selector, sockets that are kept open, requests rendered before. Costs 60 to 100 µs of processor time per
request, where wrk takes 5 to 10.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.load.target import MARK, Target

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 20.0


@dataclass(eq=False)
class Connection:
    """One socket and the answer that is coming through it."""

    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    length: int | None = None
    status: bytes = b""

    def take(self) -> bool:
        """Read what has come; whether the answer is complete. ConnectionError if it never will be."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("closed by the server")
        self.received += piece
        if self.length is None:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.received[:end]).lower()
            self.status = head[9:12]
            place = head.find(b"content-length:")
            if place < 0:
                raise ConnectionError("an answer without Content-Length")
            self.length = end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
        return len(self.received) >= self.length


class Sender:
    """Sends one request again and again; with `rate`, so many a second as far as its connections allow."""

    def __init__(self, request: bytes, port: int, connections: int, rate: float | None, first: int) -> None:
        self.request = request
        self.port = port
        self.rate = rate
        self.number = first
        self.selector = selectors.DefaultSelector()
        self.idle: deque[Connection] = deque(self.connect() for _ in range(connections))
        self.waiting: set[Connection] = set()
        self.latencies: list[float] = []
        self.failed = 0

    def connect(self) -> Connection:
        """A new connection, watched for answers."""
        connection = Connection(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        return connection

    def send(self) -> None:
        """Send the next request over an idle connection."""
        connection = self.idle.popleft()
        connection.began, connection.length = time.perf_counter(), None
        connection.received.clear()
        self.number += 1
        self.waiting.add(connection)
        connection.socket.sendall(self.request.replace(MARK, b"%08d" % self.number))

    def receive(self, wait: float) -> None:
        """Take what comes within `wait` seconds."""
        for key, _ in self.selector.select(wait):
            connection: Connection = key.data
            try:
                if not connection.take():
                    continue
            except OSError:
                self.waiting.discard(connection)
                self.failed += 1
                self.selector.unregister(connection.socket)
                connection.socket.close()
                connection = self.connect()
            else:
                self.waiting.discard(connection)
                self.failed += connection.status != b"200"
            self.latencies.append(time.perf_counter() - connection.began)
            self.idle.append(connection)

    def go_on(self, seconds: float) -> dict[str, Any]:
        """Send for `seconds`, wait for the last answers, and tell what came of it."""
        began = time.perf_counter()
        cpu = time.process_time()
        sent = 0
        while (elapsed := time.perf_counter() - began) < seconds:
            due = elapsed * self.rate - sent if self.rate else len(self.idle)
            while self.idle and due >= 1:
                self.send()
                sent, due = sent + 1, due - 1
            self.receive(0.001 if self.rate else 0.1)
        taken = time.perf_counter() - began
        used = time.process_time() - cpu
        told = {"requests": len(self.latencies), "failed": self.failed, "seconds": taken, "generator_cpu": used}
        told |= {f"p{percent}": self.percentile(percent) for percent in (50, 95, 99)}
        while self.waiting and time.perf_counter() - began < seconds + PATIENCE:
            self.receive(0.1)
        return told

    def percentile(self, percent: int) -> float:
        """A percentile of the latencies in ms. Who still waits counts, too, having waited longer than most."""
        now = time.perf_counter()
        median = sorted(self.latencies)[len(self.latencies) // 2] if self.latencies else 0.0
        ages = [age for connection in self.waiting if (age := now - connection.began) > median]
        known = sorted(self.latencies + ages)
        return known[min(len(known) - 1, len(known) * percent // 100)] * 1000 if known else 0.0


def start(
    target: Target, connections: int, seconds: float, *, rate: float | None = None, first: int = 0
) -> subprocess.Popen[str]:
    """Begin a load in a process of its own; `result` waits for it."""
    order = {"port": target.port, "connections": connections, "seconds": seconds, "rate": rate, "first": first}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load.client", json.dumps(order)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(target.rendered().decode())
    process.stdin.close()
    return process


def result(process: subprocess.Popen[str]) -> dict[str, float]:
    """What came of a load that was started. RuntimeError if it broke off."""
    assert process.stdout is not None
    said = process.stdout.read()
    if process.wait(timeout=60):
        raise RuntimeError(f"The load broke off: {said}")
    told: dict[str, float] = json.loads(said)
    return told


def run(target: Target, connections: int, seconds: float) -> dict[str, float]:
    """As wrk.run."""
    return result(start(target, connections, seconds))


def main() -> None:
    """Read the order and the request, send, print the result."""
    order = json.loads(sys.argv[1])
    # Text mode would turn \\r\\n into \\n.
    request = sys.stdin.buffer.read()
    sender = Sender(request, order["port"], order["connections"], order["rate"], order["first"])
    print(json.dumps(sender.go_on(order["seconds"])))


if __name__ == "__main__":
    main()
