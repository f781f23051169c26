"""Web processes of this test's shop, as they are served in production."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.deploy.running_shop import ROOT, free_port
from tests.webhooks.partner import environment
from tests.webhooks.processes import until


class Web:
    """One granian worker with a memory of its own, which answers over HTTP."""

    def __init__(self, **settings: str) -> None:
        self.port = free_port()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--workers", "1",
                "--blocking-threads", "4", "deploy.wsgi:application",
            ],
            cwd=ROOT,
            env={**os.environ, **environment(), "RESPONSE_CACHE": "on", **settings},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def is_up(self) -> bool:
        """Whether it takes requests."""
        assert self._process.poll() is None, self.log
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def log(self) -> str:
        """What it has said."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def ask(
        self, document: str, *, path: str = "/graphql/", headers: dict[str, str] | None = None, **variables: Any
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The data and the headers of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = json.dumps({"query": document, "variables": variables})
        sent = {"Content-Type": "application/json", "Host": "localhost", **(headers or {})}
        try:
            connection.request("POST", path, body, sent)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        assert "errors" not in answer, (answer, self.log)
        return answer["data"], {name.lower(): value for name, value in response.getheaders()}

    def stop(self) -> None:
        """Kill it."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


@contextmanager
def serving(count: int = 1, **settings: str) -> Iterator[list[Web]]:
    """So many web processes, ready."""
    webs = [Web(**settings) for _ in range(count)]
    try:
        for web in webs:
            until(web.is_up, 60)
        yield webs
    finally:
        for web in webs:
            web.stop()
