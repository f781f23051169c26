"""One secret, many keys: each purpose has its own, so that a signature made for one means nothing to another."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


def derived_key(purpose: str) -> bytes:
    """32 bytes for `purpose`, from SECRET_KEY by HMAC-SHA256: the expand step of HKDF (RFC 5869, 2.3) for one block."""
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode() + b"\x01", hashlib.sha256)


def keyed_digest(purpose: str, text: str) -> str:
    """64 hex digits that stand for `text` and cannot be guessed or recomputed without SECRET_KEY."""
    return hmac.digest(derived_key(purpose), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
