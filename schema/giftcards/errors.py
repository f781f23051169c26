"""What can be wrong with a change of gift cards, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

GiftCardErrorCode = code_enum(
    "GiftCardErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED CONFLICT CODE_GONE MISSING_CHANNEL_SLUG IDEMPOTENCY_KEY_REUSED "
    "IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of gift cards.")
class GiftCardError(MutationError):
    """A MutationError of gift cards."""

    code: Any = code_field(GiftCardErrorCode)
