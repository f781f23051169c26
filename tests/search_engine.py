"""Another company's search engine: a real HTTP server on loopback that keeps products in memory, and its client."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from uuid import UUID

from commerce.search.provider import (
    MOST_FOUND,
    Found,
    Options,
    ProductText,
    SearchUnavailable,
    Suggestion,
    SuggestionKind,
)


class EngineServer:
    """Listens on a free port of 127.0.0.1 from `start` to `stop`; `delay` and `is_broken` are its bad days."""

    def __init__(self) -> None:
        self.products: dict[str, dict[str, Any]] = {}
        self.delay = 0.0
        self.is_broken = False
        self.calls: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, verb: str, asked: Any) -> Any:
        """What it does when it is asked."""
        if verb == "index":
            self.products |= {product["id"]: product for product in asked}
        elif verb == "delete":
            for product_id in asked:
                self.products.pop(product_id, None)
        elif verb == "find":
            words = asked["text"].lower().split()
            return sorted(
                product["id"]
                for product in self.products.values()
                if words
                and asked["channel"] in product["channel_ids"]
                and all(word in _said(product) for word in words)
            )
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.calls.append(self.path)
                time.sleep(server.delay)
                body = json.dumps(server.answer(self.path.strip("/"), asked)).encode()
                self.send_response(500 if server.is_broken else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _said(product: dict[str, Any]) -> str:
    return " ".join([*product["names"], *product["codes"], *product["facts"], *product["descriptions"]]).lower()


class HttpSearch:
    """The client: what a plugin would be."""

    id: ClassVar[str] = "http"

    def __init__(self, options: Options) -> None:
        self._url = options["url"]

    def find(self, channel_id: UUID, text: str, language: str | None, limit: int = MOST_FOUND) -> Found:
        """By all words."""
        ids = self._ask("find", {"channel": str(channel_id), "text": text})
        kept = ids[::-1][:limit]
        return Found(product_ids=kept, ranks=[1] * len(kept), capped=len(ids) > limit)

    def suggest(self, channel_id: UUID, text: str, language: str | None, limit: int) -> Sequence[Suggestion]:
        """Products only."""
        found = self.find(channel_id, text, language, limit)
        return [Suggestion(SuggestionKind.PRODUCT, "?", UUID(product_id)) for product_id in found.product_ids]

    def index(self, products: Sequence[ProductText]) -> None:
        """Send them."""
        self._ask("index", [asdict(product) for product in products])

    def delete(self, product_ids: Sequence[UUID]) -> None:
        """Send their ids."""
        self._ask("delete", product_ids)

    def _ask(self, verb: str, asked: Any) -> Any:
        body = json.dumps(asked, default=str).encode()
        request = urllib.request.Request(f"{self._url}/{verb}", body, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError) as error:
            raise SearchUnavailable(str(error)) from error
