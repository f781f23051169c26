"""A partner's server: a real HTTP server on loopback that keeps what it was sent and answers as it is told."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One request as it arrived. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    """What to answer to one request, after `delay` seconds."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Receiver:
    """Listens on a free port of 127.0.0.1 from `start` to `stop`."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.default = Answer()
        self._script: deque[Answer] = deque()
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, for example http://127.0.0.1:41234."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def answer_with(self, *answers: Answer | int) -> None:
        """Script the next answers, in order; a bare number is a status. After them `default` answers again."""
        self._script.extend(Answer(status=answer) if isinstance(answer, int) else answer for answer in answers)

    def wait_for(self, count: int = 1, *, seconds: float = 60.0) -> list[Received]:
        """The requests so far, once there are `count`; raises AssertionError when the time is over."""
        return self.wait_until(lambda requests: len(requests) >= count, seconds=seconds)

    def wait_until(self, condition: Callable[[list[Received]], bool], *, seconds: float = 60.0) -> list[Received]:
        """The requests so far, once `condition` holds for them; raises AssertionError when the time is over."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: condition(self.requests), timeout=seconds):
                raise AssertionError(f"Not what was waited for after {seconds} s: {self.requests}")
            return list(self.requests)

    def _take(self, request: Received) -> Answer:
        with self._arrived:
            answer = self._script.popleft() if self._script else self.default
            self.requests.append(request)
            self._arrived.notify_all()
            return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = take(Received(self.command, self.path, headers, body, time.time()))
                if answer.delay:
                    time.sleep(answer.delay)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815 (names set by http.server)

            def log_message(self, format: str, *args: object) -> None:
                """Keep test output quiet."""

        return Handler
