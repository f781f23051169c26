"""What can be wrong with a change of an order, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

OrderErrorCode = code_enum(
    "OrderErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED INVALID_STATUS INSUFFICIENT_STOCK IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of an order.")
class OrderError(MutationError):
    """A MutationError of orders."""

    code: Any = code_field(OrderErrorCode)
    available_quantity: int | None = strawberry.field(default=None, description="How many units could still be sent.")
