"""Signatures of outgoing messages, as Standard Webhooks defines them (https://www.standardwebhooks.com, version 1).

`v1` is HMAC-SHA256 with a shared secret, `v1a` is ed25519; both sign `{id}.{unix seconds}.{body}`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commerce.core.errors import InvalidInput

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the mark of a secret, not one
PRIVATE_KEY_PREFIX: Final = "whsk_"
PUBLIC_KEY_PREFIX: Final = "whpk_"
_SECRET_BYTES: Final = 32
_SECRET_MINIMUM: Final = 24
_SECRET_MAXIMUM: Final = 64


def new_secret() -> str:
    """A fresh shared secret: `whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def secret_bytes(secret: str) -> bytes:
    """The key inside a `whsec_` secret. InvalidInput unless it holds 24 to 64 bytes of base64."""
    try:
        key = base64.b64decode(_after(SECRET_PREFIX, secret), validate=True)
    except binascii.Error as error:
        raise InvalidInput(f"A secret is {SECRET_PREFIX} followed by base64.") from error
    if not _SECRET_MINIMUM <= len(key) <= _SECRET_MAXIMUM:
        raise InvalidInput(f"A secret holds {_SECRET_MINIMUM} to {_SECRET_MAXIMUM} bytes.")
    return key


def new_private_key() -> str:
    """A fresh ed25519 private key: `whsk_` and its 32 bytes in base64."""
    return PRIVATE_KEY_PREFIX + base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode("ascii")


def public_key_of(private_key: str) -> str:
    """The `whpk_` key that verifies what `private_key` (`whsk_...`) signs. InvalidInput if malformed."""
    raw = _private(private_key).public_key().public_bytes_raw()
    return PUBLIC_KEY_PREFIX + base64.b64encode(raw).decode("ascii")


def sign(
    message_id: str, timestamp: int, body: bytes, *, secrets: Sequence[str], private_key: str | None = None
) -> dict[str, str]:
    """The three headers that go with `body`. `timestamp` is in Unix seconds and is signed too.

    One `v1` signature for each of `secrets`, so that a receiver with the old or the new one can verify during a
    rotation; one `v1a` when there is a `private_key`. InvalidInput for a malformed key.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [b"v1," + _base64(hmac.digest(secret_bytes(secret), signed, hashlib.sha256)) for secret in secrets]
    if private_key:
        signatures.append(b"v1a," + _base64(_private(private_key).sign(signed)))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": b" ".join(signatures).decode("ascii"),
    }


def _base64(raw: bytes) -> bytes:
    return base64.b64encode(raw)


def _private(key: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(_after(PRIVATE_KEY_PREFIX, key), validate=True))
    except ValueError as error:  # binascii.Error is one
        raise InvalidInput(f"A private key is {PRIVATE_KEY_PREFIX} followed by 32 bytes of base64.") from error


def _after(prefix: str, text: str) -> str:
    if not text.startswith(prefix):
        raise InvalidInput(f"The key must begin with {prefix}.")
    return text.removeprefix(prefix)
