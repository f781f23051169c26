"""Pages and menus for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from commerce.attributes.models import Attribute, AttributeValue
from commerce.content.models import Menu, MenuItem, Page, PageAttributeValue, PageType, PageTypeAttribute

_serial = count(1)


def make_page_type(
    slug: str = "article", *, attributes: Sequence[Attribute] = (), required: Sequence[Attribute] = (), **fields: Any
) -> PageType:
    """The page type `slug` with `attributes`, and with `required` ones."""
    kind = PageType.objects.get_or_create(slug=slug, defaults={"name": slug.title()} | fields)[0]
    for place, attribute in enumerate([*attributes, *required]):
        PageTypeAttribute.objects.get_or_create(
            page_type=kind, attribute=attribute, defaults={"sort_order": place, "required": attribute in required}
        )
    return kind


def make_page(
    title: str = "",
    *,
    page_type: PageType | None = None,
    attribute_values: Iterable[AttributeValue] = (),
    **fields: Any,
) -> Page:
    """A page that is published unless `is_published=False`."""
    number = next(_serial)
    defaults = {"slug": f"page-{number}", "is_published": True}
    page = Page.objects.create(
        title=title or f"Page {number}", page_type=page_type or make_page_type(), **(defaults | fields)
    )
    for place, value in enumerate(attribute_values):
        PageAttributeValue.objects.create(page=page, value=value, sort_order=place)
    return page


def make_menu(slug: str = "main", **fields: Any) -> Menu:
    """The menu `slug`."""
    return Menu.objects.get_or_create(slug=slug, defaults={"name": slug.title()} | fields)[0]


def make_item(name: str, *, parent: MenuItem | None = None, menu: Menu | None = None, **fields: Any) -> MenuItem:
    """A line of a menu (of `main`), the last of its neighbours."""
    menu = parent.menu if parent is not None else menu or make_menu()
    fields = {"sort_order": MenuItem.objects.filter(menu=menu, parent=parent).count()} | fields
    return MenuItem.objects.create(menu=menu, parent=parent, name=name, **fields)
