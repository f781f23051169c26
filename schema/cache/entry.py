"""An answer as it is kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson


def etag_of(body: bytes) -> str:
    """The ETag of an answer: quoted, strong, of its bytes."""
    return f'"{urlsafe_b64encode(sha256(body).digest()[:18]).decode()}"'


@dataclass(frozen=True, slots=True)
class Entry:
    """A body with what it depends on. Never changed, so that threads may share it.

    `versions` are those of its tags from before the first row was read. `expires_at` is wall-clock time in seconds.
    """

    body: bytes
    etag: str
    expires_at: float
    versions: Mapping[str, str]

    def dump(self) -> bytes:
        """The entry as Redis holds it: one line of JSON, then the body."""
        return orjson.dumps([self.expires_at, self.etag, self.versions]) + b"\n" + self.body


def load(kept: bytes) -> Entry | None:
    """The entry that `dump` wrote; None for anything else."""
    head, newline, body = kept.partition(b"\n")
    try:
        expires_at, etag, versions = orjson.loads(head)
    except ValueError:
        return None
    return Entry(body, etag, expires_at, versions) if newline else None
