"""What can be wrong with a change of synonyms and stop words, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

SearchErrorCode = code_enum(
    "SearchErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of what searches make of words.")
class SearchError(MutationError):
    """A MutationError of searching."""

    code: Any = code_field(SearchErrorCode)
