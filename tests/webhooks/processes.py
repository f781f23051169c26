"""The real relay, sweeper, worker and Redis as processes of their own, for tests that kill them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from deploy.embedded.redis import program
from tests.webhooks.partner import environment

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
RELAY = [PYTHON, "manage.py", "relay"]
SWEEP = [PYTHON, "manage.py", "sweep"]
WORKER = [PYTHON, "-m", "dramatiq", "deploy.worker", "--processes", "1", "--threads", "4", "--skip-logging"]


@contextmanager
def running(*commands: list[str]) -> Iterator[list["Process"]]:
    """The commands as processes of this test's shop, killed at the end."""
    processes = [Process(command) for command in commands]
    try:
        yield processes
    finally:
        for process in processes:
            process.close()


class Process:
    """One command in a process group of its own."""

    def __init__(self, command: list[str]) -> None:
        descriptor, path = tempfile.mkstemp(prefix="handcart-process-")
        self._output = Path(path)
        self._child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment()},
            start_new_session=True,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
        )
        os.close(descriptor)

    def kill(self) -> None:
        """Kill -9, children included."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def close(self) -> None:
        """Kill it and forget what it said."""
        self.kill()
        self._output.unlink(missing_ok=True)

    def terminate(self, seconds: float = 30) -> int:
        """Ask it to stop; its exit code."""
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(seconds)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._child.poll()

    @property
    def output(self) -> str:
        """What it has said so far."""
        return self._output.read_text(errors="replace")


class OwnRedis:
    """A Redis of one test, which can be killed and started again."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="handcart-redis-")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self._child: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._child = subprocess.Popen([str(program()), *options], stdout=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return once `condition` holds; AssertionError if it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.02)
