"""What can be wrong with a change of the catalog or of stock, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

ProductErrorCode = code_enum(
    "ProductErrorCode",
    """
    GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT IN_USE LOOP CHANNEL_INACTIVE MISSING_CHANNEL_SLUG
    IDEMPOTENCY_KEY_REUSED IN_PROGRESS
    """,
)

StockErrorCode = code_enum(
    "StockErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT IN_USE IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of the catalog.")
class ProductError(MutationError):
    """A MutationError of the catalog."""

    code: Any = code_field(ProductErrorCode)


@strawberry.type(description="What stopped a change of stock or of a warehouse.")
class StockError(MutationError):
    """A MutationError of the inventory."""

    code: Any = code_field(StockErrorCode)
    reserved: int | None = strawberry.field(
        default=None, description="How many units are promised to carts and orders, if that is why."
    )
