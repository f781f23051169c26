"""Lists of orders."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.accounts.models import User
from commerce.orders import queries
from schema.context import Audience, RequestContext
from schema.pagination import Page, pages_of

NEWEST_FIRST = ("-created_at", "-id")


def orders_of_users(
    users: Sequence[User],
    context: RequestContext,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> list[Page]:
    """The orders of each user, as far as the caller may see them: their own, or those of the caller's channels."""
    actor = context.actor
    is_staff = context.audience is Audience.ADMIN
    rows = queries.orders_for_staff(actor) if is_staff else queries.orders_of_customer(actor)
    keys = [user.id for user in users]
    pages = pages_of(rows, "user_id", keys, NEWEST_FIRST, first=first, after=after, last=last, before=before)
    for page in pages:
        for edge in page.edges:
            context.enter(edge.node, edge.node.channel)
    return pages
