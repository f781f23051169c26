"""The merchant's screens of pages and menus: what is typed in there is cleaned, counted and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User
from commerce.content.models import MenuItem, Page
from commerce.events.models import Event
from tests.content import make_item, make_menu, make_page, make_page_type
from tests.factories import make_attribute

pytestmark = pytest.mark.django_db

INLINES = {
    f"{prefix}-{name}_FORMS": number
    for prefix in ("attribute_values", "attribute_links", "translations")
    for name, number in (("TOTAL", 0), ("INITIAL", 0))
}
PAGE = {"title": "A", "slug": "a", "metadata": "{}", "private_metadata": "{}", "content": "null", **INLINES}
ITEM = {"name": "A", "sort_order": 0, "metadata": "{}", "private_metadata": "{}", **INLINES}


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "x"))
    return client


def told() -> list[tuple[str, int]]:
    """Type and sequence of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", "sequence"))


def save(client: Client, screen: str, key: Any = None, **fields: Any) -> Any:
    """Send a form of a screen, for a new row without `key`."""
    path = reverse(f"admin:content_{screen}_change", args=[key]) if key else reverse(f"admin:content_{screen}_add")
    return client.post(path, fields)


def delete(client: Client, name: str, key: Any) -> None:
    """Delete a row by its screen."""
    assert client.post(reverse(f"admin:content_{name}_delete", args=[key]), {"post": "yes"}).status_code == 302


def test_every_screen_opens(merchant: Client) -> None:
    page = make_page(page_type=make_page_type(attributes=[make_attribute()]))
    item = make_item("A", page=page)
    for row in (page, page.page_type, item, item.menu):
        name = f"admin:content_{row._meta.model_name}"
        assert merchant.get(reverse(f"{name}_changelist")).status_code == 200
        assert merchant.get(reverse(f"{name}_add")).status_code == 200
        assert merchant.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_a_page_that_is_typed_in_is_cleaned_and_told(merchant: Client) -> None:
    kind = make_page_type().id
    text = '{"blocks": [{"type": "paragraph", "data": {"text": "Hi<script>x</script>"}}]}'
    save(merchant, "page", **{**PAGE, "content": text}, page_type=kind)
    page = Page.objects.get()
    assert page.content == {"blocks": [{"type": "paragraph", "data": {"text": "Hi"}}]}
    save(merchant, "page", page.id, **{**PAGE, "title": "B"}, page_type=kind)
    refused = save(merchant, "page", page.id, **{**PAGE, "title": "C", "content": "[]"}, page_type=kind)
    assert b"Rich text is an object" in refused.content
    page.refresh_from_db()
    assert (page.title, page.version) == ("B", 2)
    delete(merchant, "page", page.id)
    assert told() == [("page.created", 1), ("page.updated", 2), ("page.deleted", 3)]


def test_a_page_type_that_is_changed_is_another_version(merchant: Client) -> None:
    kind = make_page_type()
    save(merchant, "pagetype", kind.id, name="B", slug="b", metadata="{}", private_metadata="{}", **INLINES)
    kind.refresh_from_db()
    assert (kind.name, kind.version) == ("B", 2)


def test_lines_of_a_menu_are_told_as_changes_of_the_menu(merchant: Client) -> None:
    save(merchant, "menu", name="Main", slug="main", metadata="{}", private_metadata="{}")
    menu = make_menu()
    save(merchant, "menuitem", **ITEM, menu=menu.id, url="/a")
    item = MenuItem.objects.get()
    save(merchant, "menuitem", item.id, **{**ITEM, "name": "B"}, url="/b")
    delete(merchant, "menuitem", item.id)
    save(merchant, "menu", menu.id, name="Top", slug="main", metadata="{}", private_metadata="{}")
    delete(merchant, "menu", menu.id)
    assert told() == [
        ("menu.created", 1),
        ("menu.updated", 2),
        ("menu.updated", 3),
        ("menu.updated", 4),
        ("menu.updated", 5),
        ("menu.deleted", 6),
    ]


@pytest.mark.parametrize("wrong", ["two ways", "a script", "another menu's item"])
def test_a_line_that_cannot_be_is_refused(merchant: Client, wrong: str) -> None:
    menu, page = make_menu(), make_page()
    stranger = make_item("S", menu=make_menu("footer"))
    fields: dict[str, Any] = {
        "two ways": {"url": "/a", "page": page.id},
        "a script": {"url": "javascript:alert(1)"},
        "another menu's item": {"parent": stranger.id},
    }[wrong]
    assert save(merchant, "menuitem", **ITEM, menu=menu.id, **fields).status_code == 200
    assert (menu.items.count(), told()) == (0, [])
