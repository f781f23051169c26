"""What signing in answers, on both schemas."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.accounts.sessions import Session
from schema.accounts.errors import AccountError
from schema.accounts.types import User
from schema.context import Info
from schema.doorway import MutationWarning
from schema.fields import carried


@strawberry.type(description="The answer to tokenRefresh.")
class RefreshToken:
    """A new access token; and a new refresh token, which replaces the old one, for who asked to rotate."""

    token: str | None = strawberry.field(default=None, description="Send it as `Authorization: Bearer <token>`.")
    refresh_token: str | None = strawberry.field(default=None, description="The refresh token to keep from now on.")
    user: Any = carried(User | None, "Who is signed in.")
    errors: list[AccountError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def refreshed(info: Info, session: Session) -> RefreshToken:
    """The payload of tokenRefresh."""
    return RefreshToken(token=session.access_token, refresh_token=session.refresh_token, user=session.user)
