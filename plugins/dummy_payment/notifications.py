"""Signed notifications: `Dummy-Signature: t=<Unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Final

from commerce.core.money import Money
from commerce.payments.provider import BadSignature, Outcome, Status, Update

TOLERANCE_SECONDS: Final = 300
HEADER: Final = "Dummy-Signature"


def sign(body: bytes, secret: str, at: int) -> str:
    """The header's value for `body`, sent at `at` (Unix seconds)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def read(headers: Mapping[str, str], body: bytes, secret: str) -> Update:
    """What the bank says. Raises BadSignature: none, of another key, older than five minutes, or of another body."""
    given = next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "")
    parts = dict(part.split("=", 1) for part in given.split(",") if "=" in part)
    sent_at = parts.get("t", "")
    if not secret or not (sent_at.isascii() and sent_at.isdigit()):
        raise BadSignature("The notification is not signed.")
    if not hmac.compare_digest(sign(body, secret, int(sent_at)).encode(), given.encode()):
        raise BadSignature("The notification's signature is wrong.")
    if abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        raise BadSignature("The notification is too old.")
    said = json.loads(body)
    amount = Money(int(said["amount"]), str(said["currency"]))
    return Update(str(said["key"]), Outcome(Status(said["status"]), str(said["reference"]), amount))
