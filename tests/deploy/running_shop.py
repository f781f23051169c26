"""A shop started as `make up` starts it, for tests that kill parts of it."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What the test session sets for itself and a shop of its own must not see.
OF_THE_SESSION = (
    "DATABASE_URL", "REDIS_URL", "REDIS_BROKER_URL", "HANDCART_TEST_REDIS_URL", "HANDCART_ALLOW_FSYNC_OFF",
    "HANDCART_PROCESS", "DJANGO_SETTINGS_MODULE", "STATEMENT_TIMEOUT_MS", "LOCK_TIMEOUT_MS", "PUBLIC_URL",
)  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a shop that has nothing but its home."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_THE_SESSION}
    return environment | {"HANDCART_HOME": str(home), "HANDCART_ENV": "local"} | settings


class RunningShop:
    """`python -m deploy.up` with its output at hand."""

    def __init__(self, home: Path, port: int, **settings: str) -> None:
        self.home = home
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.up"],
            cwd=ROOT,
            env=clean_environment(home, **({"PORT": str(port), "WEB_WORKERS": "1"} | settings)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def read(self) -> None:
        """Collect the log, so that the pipe never fills."""
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())

    def wait_for_line(self, pattern: str, *, seconds: float = 120.0, count: int = 1) -> None:
        """Wait until `count` lines match; raises AssertionError with the whole log."""
        deadline = time.monotonic() + seconds
        while sum(bool(re.search(pattern, line)) for line in list(self.lines)) < count:
            assert time.monotonic() < deadline, f"No line like {pattern!r} after {seconds} s:\n{self.output}"
            assert self.process.poll() is None, f"The shop ended:\n{self.output}"
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        """Wait for the announcement; the first start on a machine with much to do takes minutes."""
        self.wait_for_line("Handcart is ready", seconds=240.0)

    def pids(self) -> dict[str, int]:
        """The children by name, as the shop itself has written them down."""
        return {child["name"]: child["pid"] for child in json.loads((self.home / "processes.json").read_text())}

    def status_of(self, path: str) -> int:
        """The HTTP status of one page, 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until_serving(self, *, seconds: float = 120.0) -> None:
        """Wait until /health/ready says so."""
        deadline = time.monotonic() + seconds
        while self.status_of("/health/ready") != 200:
            assert time.monotonic() < deadline, f"Not ready after {seconds} s:\n{self.output}"
            time.sleep(0.1)

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.reader.join(timeout=5)
        return status


def is_alive(pid: int) -> bool:
    """Whether the process still runs (one that waits to be reaped does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
