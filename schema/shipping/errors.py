"""What can be wrong with a change of shipping, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

ShippingErrorCode = code_enum(
    "ShippingErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT MISSING_CHANNEL_SLUG IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of how the shop ships.")
class ShippingError(MutationError):
    """A MutationError of shipping."""

    code: Any = code_field(ShippingErrorCode)
