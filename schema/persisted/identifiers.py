"""The names of documents, as https://graphql.github.io/graphql-over-http/draft/ (appendix A) writes them."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_IDENTIFIER: Final = re.compile(r"(?:[A-Za-z0-9._~-]{1,40}:)?[A-Za-z0-9._~-]{1,150}")


def is_identifier(text: str) -> bool:
    """Whether `text` is written like the id of a document."""
    return _IDENTIFIER.fullmatch(text) is not None


def normal(identifier: str) -> str:
    """`sha256:abc...` and `abc...` name the same document: the second is how it is kept."""
    found = _SHA256.fullmatch(identifier)
    return found[1] if found else identifier


def hash_in(identifier: str) -> str | None:
    """The SHA-256 that this id claims to be, None if it claims nothing of the kind."""
    found = _SHA256.fullmatch(identifier)
    return found[1] if found else None


def hash_of(text: str) -> str:
    """The SHA-256 of a document, in lower-case hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
