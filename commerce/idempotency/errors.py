"""Why a request with an idempotency key was not carried out."""

from __future__ import annotations

from commerce.core.errors import CommerceError


class IdempotencyKeyReused(CommerceError):
    """The key came before, with another input."""

    code = "IDEMPOTENCY_KEY_REUSED"


class InProgress(CommerceError):
    """The first request with this key is still being carried out; ask again in a moment."""

    code = "IN_PROGRESS"


class LeaseLost(InProgress):
    """This request took so long that another one with its key has taken its place. Its transaction is undone."""
