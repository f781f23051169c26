"""What can be wrong with a change of a promotion, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

PromotionErrorCode = code_enum(
    "PromotionErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED CONFLICT PERMISSION_DENIED IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a promotion.")
class PromotionError(MutationError):
    """A MutationError of promotions."""

    code: Any = code_field(PromotionErrorCode)
