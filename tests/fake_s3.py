"""Another company's object store, as far as the shop speaks to it: buckets by path, signed requests, no memory after.

Run as a process: `python -m tests.fake_s3` prints its address and answers until it is ended.
"""

from __future__ import annotations

import hashlib
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORED: dict[str, tuple[bytes, str]] = {}
NOT_FOUND = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>No such key.</Message></Error>'


def unchunked(body: bytes) -> bytes:
    """The content of an `aws-chunked` body: `size[;signature]` lines before each chunk, trailers after the last."""
    content = bytearray()
    while found := re.match(rb"([0-9a-fA-F]+)[^\r\n]*\r\n", body):
        size = int(found[1], 16)
        if size == 0:
            break
        content += body[found.end() : found.end() + size]
        body = body[found.end() + size + 2 :]
    return bytes(content)


class Store(BaseHTTPRequestHandler):
    """PUT, GET, HEAD and DELETE of objects. Whoever writes must have signed."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        """Keep an object."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
            return self.answer(403)
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = unchunked(body)
        STORED[self.name()] = (body, self.headers.get("Content-Type", "application/octet-stream"))
        return self.answer(200, etag=hashlib.md5(body, usedforsecurity=False).hexdigest())

    def do_GET(self) -> None:
        """An object, or the error in S3's XML."""
        found = STORED.get(self.name())
        if found is None:
            return self.answer(404, NOT_FOUND, "application/xml")
        return self.answer(200, found[0], found[1])

    def do_HEAD(self) -> None:
        """What is known of an object."""
        self.do_GET()

    def do_DELETE(self) -> None:
        """Forget an object."""
        STORED.pop(self.name(), None)
        self.answer(204)

    def name(self) -> str:
        """`/bucket/key` without the query."""
        return self.path.partition("?")[0]

    def answer(self, status: int, body: bytes = b"", kind: str = "application/xml", etag: str = "0") -> None:
        """Send it; without the body for HEAD."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{etag}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdout.close()
    server.serve_forever()
