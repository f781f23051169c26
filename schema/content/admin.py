"""Reading pages and menus, for staff and apps: also what is not published."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.content import models
from commerce.content.queries import visible_pages
from commerce.core.permission import Permission
from schema.catalog.lookup import find
from schema.channels.scope import chosen_channel
from schema.content.filters import PageWhereInput, page_condition
from schema.content.menus import Menu
from schema.content.pages import Page, PageType
from schema.context import Info
from schema.fields import query
from schema.pagination import CountableConnection, page_of


@query(allow=Permission.MANAGE_PAGES, returns=Page | None)
def page(info: Info, id: strawberry.ID | None = None, slug: str | None = None, channel: str | None = None) -> Any:
    """A page, published or not, by id or slug; with `channel` its references are looked at in it."""
    where = chosen_channel(info.context, channel)
    row = find(visible_pages(actor=info.context.actor), "Page", id=id, slug=slug)
    return info.context.enter(row, where)


@query(allow=Permission.MANAGE_PAGES, returns=CountableConnection[Page] | None)
def pages(
    info: Info,
    channel: str | None = None,
    where: PageWhereInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Pages, published or not, by title; with `channel` their references are looked at in it."""
    chosen = chosen_channel(info.context, channel)
    rows = visible_pages(actor=info.context.actor).filter(page_condition(where, info.context.actor))
    found = page_of(rows, ("title", "id"), first=first, after=after, last=last, before=before)
    return info.context.enter(found, chosen)


@query(allow=Permission.MANAGE_PAGES, returns=PageType | None)
def page_type(info: Info, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """A page type, by id or slug; null if there is none."""
    return find(models.PageType.objects.all(), "PageType", id=id, slug=slug)


@query(allow=Permission.MANAGE_PAGES, returns=CountableConnection[PageType])
def page_types(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All page types by name."""
    rows = models.PageType.objects.all()
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=Permission.MANAGE_MENUS, returns=Menu | None)
def menu(info: Info, id: strawberry.ID | None = None, slug: str | None = None, channel: str | None = None) -> Any:
    """A menu with all its items, by id or slug; with `channel` looked at in it."""
    where = chosen_channel(info.context, channel)
    return info.context.enter(find(models.Menu.objects.all(), "Menu", id=id, slug=slug), where)


@query(allow=Permission.MANAGE_MENUS, returns=CountableConnection[Menu])
def menus(
    info: Info,
    channel: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All menus by name."""
    where = chosen_channel(info.context, channel)
    found = page_of(models.Menu.objects.all(), ("name", "id"), first=first, after=after, last=last, before=before)
    return info.context.enter(found, where)
