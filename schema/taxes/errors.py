"""What can be wrong with a change of taxes, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

TaxErrorCode = code_enum(
    "TaxErrorCode",
    "GRAPHQL_ERROR INVALID INVALID_VAT_ID NOT_FOUND REQUIRED UNIQUE CONFLICT CHECKOUT_COMPLETED PAYMENT_IN_PROGRESS"
    " IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of taxes.")
class TaxError(MutationError):
    """A MutationError of taxes."""

    code: Any = code_field(TaxErrorCode)
