"""What can be wrong with an account, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

AccountErrorCode = code_enum(
    "AccountErrorCode",
    """
    ACTIVATE_OWN_ACCOUNT ACTIVATE_SUPERUSER_ACCOUNT DUPLICATED_INPUT_ITEM DEACTIVATE_OWN_ACCOUNT
    DEACTIVATE_SUPERUSER_ACCOUNT DELETE_NON_STAFF_USER DELETE_OWN_ACCOUNT DELETE_STAFF_ACCOUNT
    DELETE_SUPERUSER_ACCOUNT GRAPHQL_ERROR INACTIVE INVALID INVALID_PASSWORD LEFT_NOT_MANAGEABLE_PERMISSION
    INVALID_CREDENTIALS NOT_FOUND OUT_OF_SCOPE_USER OUT_OF_SCOPE_GROUP OUT_OF_SCOPE_PERMISSION
    PASSWORD_ENTIRELY_NUMERIC PASSWORD_TOO_COMMON PASSWORD_TOO_SHORT PASSWORD_TOO_SIMILAR
    PASSWORD_RESET_ALREADY_REQUESTED REQUIRED UNIQUE JWT_SIGNATURE_EXPIRED JWT_INVALID_TOKEN JWT_DECODE_ERROR
    JWT_MISSING_TOKEN JWT_INVALID_CSRF_TOKEN CHANNEL_INACTIVE MISSING_CHANNEL_SLUG ACCOUNT_NOT_CONFIRMED
    LOGIN_ATTEMPT_DELAYED DISABLED_AUTHENTICATION_METHOD UNKNOWN_IP_ADDRESS FILE_SIZE_LIMIT_EXCEEDED
    IDEMPOTENCY_KEY_REUSED IN_PROGRESS
    """,
)


@strawberry.type(description="What stopped a change of an account, or a sign-in.")
class AccountError(MutationError):
    """A MutationError of accounts."""

    code: Any = code_field(AccountErrorCode)
    retry_after_seconds: int | None = strawberry.field(
        default=None, description="LOGIN_ATTEMPT_DELAYED: in how many seconds it may be tried again, if known."
    )
