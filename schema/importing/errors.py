"""What can be wrong with an import or an export, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

CatalogFileErrorCode = code_enum(
    "CatalogFileErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED CONFLICT IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped an import or an export.")
class CatalogFileError(MutationError):
    """A MutationError of files of the catalog."""

    code: Any = code_field(CatalogFileErrorCode)
