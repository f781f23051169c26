"""Root fields about pages and menus, for shoppers."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.content import models
from commerce.content.queries import visible_pages
from schema.catalog.lookup import find
from schema.channels.scope import chosen_channel
from schema.content.filters import PageWhereInput, page_condition
from schema.content.lookup import find_page
from schema.content.menus import Menu
from schema.content.pages import Page
from schema.context import Info
from schema.enums import LanguageCodeEnum
from schema.fields import ANYONE, query
from schema.pagination import CountableConnection, page_of


@query(allow=ANYONE, returns=Page | None)
def page(
    info: Info,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    slug_language_code: LanguageCodeEnum | None = None,
    channel: str | None = None,
) -> Any:
    """A published page, by id or slug; null if there is none.

    All channels share it; what its attributes refer to is looked at in `channel`, and not there without one.
    `slugLanguageCode` says in which language the slug is; if no page that is shown has it in that language, the page is
    found by its own slug. One that has left a slug behind is still found by it: compare `slug` to send visitors on.
    """
    where = None if channel is None else chosen_channel(info.context, channel)
    row = find_page(info.context.actor, id=id, slug=slug, language=slug_language_code)
    return info.context.enter(row, where)


@query(allow=ANYONE, returns=CountableConnection[Page] | None)
def pages(
    info: Info,
    channel: str | None = None,
    where: PageWhereInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The published pages that `where` asks for, by title; what their attributes refer to is looked at in `channel`."""
    chosen = None if channel is None else chosen_channel(info.context, channel)
    rows = visible_pages(actor=info.context.actor).filter(page_condition(where, info.context.actor))
    found = page_of(rows, ("title", "id"), first=first, after=after, last=last, before=before)
    return info.context.enter(found, chosen)


@query(allow=ANYONE, returns=Menu | None)
def menu(info: Info, channel: str | None = None, slug: str | None = None, id: strawberry.ID | None = None) -> Any:
    """A menu as the channel shows it, by id or slug; null if there is none."""
    where = chosen_channel(info.context, channel)
    return info.context.enter(find(models.Menu.objects.all(), "Menu", id=id, slug=slug), where)
