"""What can be wrong with a price list, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

PriceListErrorCode = code_enum(
    "PriceListErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED CONFLICT IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a price list.")
class PriceListError(MutationError):
    """A MutationError of price lists."""

    code: Any = code_field(PriceListErrorCode)
