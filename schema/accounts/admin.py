"""Sign-in of staff, and customers as staff see them."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.accounts import models, queries, sessions
from commerce.core.permission import Permission
from schema.accounts.errors import AccountError, AccountErrorCode
from schema.accounts.sessions import refreshed
from schema.accounts.types import User
from schema.context import Audience, Info
from schema.doorway import MutationWarning, mutation
from schema.fields import ANYONE, STAFF, carried, query
from schema.ids import id_of
from schema.pagination import CountableConnection, Page, page_of


@query(allow=STAFF, returns=User | None)
def me(info: Info) -> models.User | None:
    """The staff user who asks; null for an app."""
    return queries.user_of(info.context.actor)


@query(allow=Permission.MANAGE_CUSTOMERS, returns=CountableConnection[User])
def customers(
    info: Info,
    search: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """Customers, newest first. `search` looks for a part of the e-mail address or the name."""
    rows = queries.search_customers(search, actor=info.context.actor)
    return page_of(rows, ("-created_at", "-id"), first=first, after=after, last=last, before=before)


@query(allow=Permission.MANAGE_CUSTOMERS, returns=User | None)
def user(info: Info, id: strawberry.ID) -> models.User | None:
    """A customer by id; staff users need MANAGE_STAFF. Null for who is missing or not to be seen."""
    return queries.visible_users(info.context.actor).filter(id=id_of("User", id)).first()


@strawberry.type(description="The answer to tokenCreate.")
class CreateToken:
    """A session of a staff user."""

    token: str | None = strawberry.field(default=None, description="Send it as `Authorization: Bearer <token>`.")
    refresh_token: str | None = strawberry.field(default=None, description="For tokenRefresh, once each.")
    csrf_token: str | None = strawberry.field(default=None, description="For a refresh token kept in a cookie.")
    user: Any = carried(User | None, "Who is signed in.")
    errors: list[AccountError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _signed_in(info: Info, session: sessions.Session) -> CreateToken:
    return CreateToken(
        token=session.access_token,
        refresh_token=session.refresh_token,
        csrf_token=session.csrf_token,
        user=session.user,
    )


@mutation(ANYONE, error=AccountError, codes=AccountErrorCode, payload=_signed_in, replayable=False)
def token_create(info: Info, email: str, password: str) -> sessions.Session:
    """Sign a staff user in."""
    return sessions.sign_in(
        email=email, password=password, audience=Audience.ADMIN.value, ip=info.context.request.client_address
    )


@mutation(ANYONE, error=AccountError, codes=AccountErrorCode, payload=refreshed, replayable=False)
def token_refresh(info: Info, refresh_token: str, rotate: bool = True) -> sessions.Session:
    """A new access token. The refresh token is used up; keep the new one (`rotate: false` keeps the old one good)."""
    return sessions.refresh_session(refresh_token=refresh_token, audience=Audience.ADMIN.value, rotate=rotate)
