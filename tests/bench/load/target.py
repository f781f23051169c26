"""What a load is aimed at."""

from __future__ import annotations

from dataclasses import dataclass

MARK = b"%NUMBER%"
"""Where a body that differs each time has its number: eight digits, so that the length stays the same."""


@dataclass(frozen=True)
class Target:
    """One POST to a shop on this machine, the same each time unless its body carries MARK."""

    port: int
    body: bytes
    path: str = "/graphql/"

    def rendered(self) -> bytes:
        """The request as it goes through the socket; MARK still in its place."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body
