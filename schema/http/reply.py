"""An answer as plain values, before Django or the WSGI server makes an HTTP response of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(slots=True)
class Reply:
    """Status, headers and body of one answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(body: Any, status: int, media_type: str) -> Reply:
    """`body` as JSON of that media type."""
    return Reply(status, orjson.dumps(body), {"Content-Type": f"{media_type}; charset=utf-8"})
