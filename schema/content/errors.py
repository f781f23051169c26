"""What can be wrong with a change of pages or menus, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field

PageErrorCode = code_enum(
    "PageErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT IN_USE IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)
MenuErrorCode = code_enum(
    "MenuErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT LOOP TOO_LARGE IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a page or of a page type.")
class PageError(MutationError):
    """A MutationError of pages."""

    code: Any = code_field(PageErrorCode)


@strawberry.type(description="What stopped a change of a menu.")
class MenuError(MutationError):
    """A MutationError of menus."""

    code: Any = code_field(MenuErrorCode)
