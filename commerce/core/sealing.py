"""Secrets that must be told once more for a while, kept so that whoever reads the table cannot read them."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet

from commerce.core.keys import derived_key


class Secret(str):
    """Text that opens something: it is shown to whom it is for, and written down only sealed."""

    __slots__ = ()


def seal(secret: str, *, purpose: str) -> str:
    """`secret` encrypted (Fernet: AES-128-CBC with HMAC-SHA256) under a key of SECRET_KEY for this purpose alone.

    So what is sealed for one row opens in no other.
    """
    return _lock(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> Secret:
    """What was sealed for this purpose. Raises cryptography.fernet.InvalidToken if it was not, or SECRET_KEY is new."""
    return Secret(_lock(purpose).decrypt(sealed.encode()).decode())


def _lock(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(f"sealed {purpose}")))
