"""What can be wrong with a change of vouchers, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

VoucherErrorCode = code_enum(
    "VoucherErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT MISSING_CHANNEL_SLUG IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a voucher or its codes.")
class VoucherError(MutationError):
    """A MutationError of vouchers."""

    code: Any = code_field(VoucherErrorCode)
