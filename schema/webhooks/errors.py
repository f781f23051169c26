"""What can be wrong with a webhook endpoint, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

WebhookErrorCode = code_enum(
    "WebhookErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE ENDPOINT_DISABLED IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a webhook endpoint.")
class WebhookError(MutationError):
    """A MutationError of webhooks."""

    code: Any = code_field(WebhookErrorCode)
