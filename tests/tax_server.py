"""A tax service's server on loopback: puts 10 % on every line and nothing on delivery, counts, fails as it is told."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

HANG_SECONDS: Final = 5.0


class TaxServer:
    """`behaves` is "well", "hangs", "fails" (500), "refuses" (422), "babbles" (no JSON) or "cheats" (other prices)."""

    def __init__(self) -> None:
        self.questions: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.behaves = "well"
        self.delay = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def calls(self) -> int:
        """How often it was asked."""
        return len(self.questions)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/taxes"

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.questions.append(question)
                server.tokens.append(self.headers["Authorization"])
                status, body = server._answer(question)
                with suppress(OSError):  # whoever asked has given up
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler

    def _answer(self, question: dict[str, Any]) -> tuple[int, bytes]:
        time.sleep(HANG_SECONDS if self.behaves == "hangs" else self.delay)
        if self.behaves in ("fails", "refuses", "babbles"):
            return {"fails": 500, "refuses": 422, "babbles": 200}[self.behaves], b"{nonsense"
        off = 1 if self.behaves == "cheats" else 0
        lines = [self._taxed(line["amount"] - off, 10, question) | {"line_id": line["line_id"]}
                 for line in question["lines"]]  # fmt: skip
        shipping = self._taxed(question["shipping"], 0, question)
        return 200, json.dumps({"lines": lines, "shipping": shipping}).encode()

    def _taxed(self, amount: int, percent: int, question: dict[str, Any]) -> dict[str, Any]:
        if question["prices_include_tax"]:
            return {"net": round(amount * 100 / (100 + percent)), "gross": amount, "percent": str(percent)}
        return {"net": amount, "gross": amount + round(amount * percent / 100), "percent": str(percent)}
