"""Merchants arrange menus through the admin API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commerce.content.models import Menu, MenuItem
from commerce.content.services import menu_items
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.content import make_item, make_menu, make_page
from tests.factories import make_category, make_collection
from tests.schema.doing import Merchant, gid, merchant

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep menus."""
    return merchant(Permission.MANAGE_MENUS)


def outline(parent: MenuItem | None = None) -> list[Any]:
    """The names of the menu `main` as they stand in it, with what lies below in lists of their own."""
    names: list[Any] = []
    for item in MenuItem.objects.filter(menu__slug="main", parent=parent):
        below = outline(item)
        names += [item.name, below] if below else [item.name]
    return names


def told() -> list[str]:
    """The types of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def test_a_menu_is_made_filled_renamed_and_deleted(staff: Merchant) -> None:
    menu = staff.api.send(
        """mutation { menuCreate(input: {name: "Main", metadata: [{key: "a", value: "b"}]}) {
             menu { id slug version items { name } metadata { key value } } errors { code } } }"""
    ).payload["menu"]
    assert (menu["slug"], menu["version"], menu["items"]) == ("main", 1, [])
    create = """mutation ($input: MenuItemCreateInput!, $version: Int) {
      menuItemCreate(input: $input, version: $version) { errors { code path } menuItem {
        id name level url page { slug } parent { name } menu { version }
        category { slug } } } }"""
    cups = gid("Category", make_category("cups").id)
    shop = staff.api.send(create, input={"menu": menu["id"], "name": "Shop", "category": cups}, version=1).payload
    assert shop["menuItem"]["category"] == {"slug": "cups"}
    assert (shop["menuItem"]["level"], shop["menuItem"]["menu"]) == (0, {"version": 2})
    given = {"menu": menu["id"], "name": "Help", "url": "/help", "parent": shop["menuItem"]["id"]}
    below = staff.api.send(create, input=given, version=2).payload["menuItem"]
    assert (below["level"], below["url"], below["parent"]) == (1, "/help", {"name": "Shop"})
    staff.do("menuUpdate", id=menu["id"], input={"name": "Header", "slug": "header"}, version=3)
    staff.do("menuItemDelete", id=shop["menuItem"]["id"], version=4)
    assert MenuItem.objects.count() == 0
    staff.do("menuDelete", id=menu["id"], version=5)
    assert Menu.objects.count() == 0
    assert told() == ["menu.created", "menu.updated", "menu.updated", "menu.updated", "menu.updated", "menu.deleted"]
    assert list(Event.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_line_leads_to_one_thing_and_the_new_one_takes_the_place_of_the_old(staff: Merchant) -> None:
    item = make_item("A", category=make_category("cups"))
    key, page = gid("MenuItem", item.id), make_page(is_published=False)
    leads = [
        {"page": gid("Page", page.id)},
        {"collection": gid("Collection", make_collection(is_published=False).id)},
        {"url": "https://example.com/a?b=c#d"},
        {"category": gid("Category", make_category().id)},
        {"category": None},
    ]
    seen = []
    for lead in leads:
        staff.do("menuItemUpdate", id=key, input=lead)
        item.refresh_from_db()
        seen.append([name for name in ("category_id", "collection_id", "page_id", "url") if getattr(item, name)])
    assert seen == [["page_id"], ["collection_id"], ["url"], ["category_id"], []]
    staff.do("menuItemUpdate", id=key, input={"url": "/x", "page": None})
    renamed = staff.do("menuItemUpdate", id=key, input={"name": "B"})
    item.refresh_from_db()
    assert (item.url, item.name, renamed["errors"]) == ("/x", "B", [])


def test_lines_are_moved_within_and_between_parents(staff: Merchant) -> None:
    a, b, c = (make_item(name) for name in "ABC")
    d = make_item("D", parent=a)
    make_item("E", parent=a)

    def move(item: MenuItem, **where: Any) -> None:
        assert staff.ask("menuItemMove", id=gid("MenuItem", item.id), input=where).problems == []

    move(c, position=0)
    assert outline() == ["C", "A", ["D", "E"], "B"]
    move(c, position=1)
    assert outline() == ["A", ["D", "E"], "C", "B"]
    move(b, parent=gid("MenuItem", a.id), position=1)
    assert outline() == ["A", ["D", "B", "E"], "C"]
    move(a, parent=gid("MenuItem", c.id))
    assert outline() == ["C", ["A", ["D", "B", "E"]]]
    move(d)
    assert outline() == ["C", ["A", ["B", "E"]], "D"]
    move(d, position=99)
    assert outline() == ["C", ["A", ["B", "E"]], "D"]
    assert told() == ["menu.updated"] * 6


def test_a_line_cannot_lie_below_itself(staff: Merchant) -> None:
    top = make_item("Top")
    middle = make_item("Middle", parent=top)
    bottom = make_item("Bottom", parent=middle)
    for parent in (top, middle, bottom):
        refused = staff.ask("menuItemMove", id=gid("MenuItem", top.id), input={"parent": gid("MenuItem", parent.id)})
        assert refused.problems == [("LOOP", ["input", "parent"])]
    assert outline() == ["Top", ["Middle", ["Bottom"]]]
    assert told() == []


def test_menus_do_not_grow_without_end(staff: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = None
    for level in range(menu_items.MAX_DEPTH):
        parent = make_item(f"L{level}", parent=parent)
    assert parent is not None
    menu, deepest = gid("Menu", parent.menu_id), gid("MenuItem", parent.id)
    deeper = staff.ask("menuItemCreate", input={"menu": menu, "name": "X", "parent": deepest})
    assert deeper.problems == [("TOO_LARGE", ["input", "parent"])]
    other = make_item("Other")
    make_item("Below", parent=other)
    above = gid("MenuItem", MenuItem.objects.get(name="L8").id)
    moved = staff.ask("menuItemMove", id=gid("MenuItem", other.id), input={"parent": above})
    assert moved.problems == [("TOO_LARGE", ["input", "parent"])]
    monkeypatch.setattr(menu_items, "MAX_ITEMS", MenuItem.objects.count())
    more = staff.ask("menuItemCreate", input={"menu": menu, "name": "X"})
    assert more.problems == [("TOO_LARGE", ["input", "menu"])]


def test_who_has_read_an_older_version_of_the_menu_is_refused(staff: Merchant) -> None:
    item = make_item("A")
    menu, key = gid("Menu", item.menu_id), gid("MenuItem", item.id)
    staff.do("menuItemUpdate", id=key, input={"name": "B"}, version=1)
    for name, arguments in {
        "menuUpdate": {"id": menu, "input": {"name": "X"}},
        "menuDelete": {"id": menu},
        "menuItemCreate": {"input": {"menu": menu, "name": "X"}},
        "menuItemUpdate": {"id": key, "input": {"name": "X"}},
        "menuItemMove": {"id": key, "input": {}},
        "menuItemDelete": {"id": key},
    }.items():
        assert staff.ask(name, **arguments, version=1).problems == [("CONFLICT", ["version"])], name
    assert outline() == ["B"]
    assert told() == ["menu.updated"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": ""}, ("REQUIRED", ["input", "name"])),
        ({"name": "x" * 251}, ("INVALID", ["input", "name"])),
        ({"url": "javascript:alert(1)"}, ("INVALID", ["input", "url"])),
        ({"url": " JavaScript:alert(1)"}, ("INVALID", ["input", "url"])),
        ({"url": "java\nscript:alert(1)"}, ("INVALID", ["input", "url"])),
        ({"url": "data:text/html,x"}, ("INVALID", ["input", "url"])),
        ({"url": "help"}, ("INVALID", ["input", "url"])),
        ({"url": "/\\evil.example"}, ("INVALID", ["input", "url"])),
        ({"url": "https://[broken"}, ("INVALID", ["input", "url"])),
        ({"url": "/" + "x" * 2000}, ("INVALID", ["input", "url"])),
        ({"url": "/a", "page": gid("Page", NOBODYS)}, ("INVALID", ["input", "url"])),
        ({"page": gid("Page", NOBODYS), "category": gid("Category", NOBODYS)}, ("INVALID", ["input", "page"])),
        ({"page": gid("Page", NOBODYS)}, ("NOT_FOUND", ["input", "page"])),
        ({"category": gid("Category", NOBODYS)}, ("NOT_FOUND", ["input", "category"])),
        ({"collection": gid("Collection", NOBODYS)}, ("NOT_FOUND", ["input", "collection"])),
        ({"page": gid("Category", NOBODYS)}, ("GRAPHQL_ERROR", ["input", "page"])),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_changes(
    staff: Merchant, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    item = make_item("A", url="/old")
    assert staff.ask("menuItemUpdate", id=gid("MenuItem", item.id), input=given).problems == [expected]
    new = {"menu": gid("Menu", item.menu_id), "name": "New", **given}
    assert staff.ask("menuItemCreate", input=new).problems == [expected]
    item.refresh_from_db()
    assert (item.name, item.url, outline(), told()) == ("A", "/old", ["A"], [])


@pytest.mark.parametrize(
    ("mutation", "arguments", "expected"),
    [
        ("menuCreate", {"input": {"name": " "}}, ("REQUIRED", ["input", "name"])),
        ("menuCreate", {"input": {"name": "Main", "slug": "main"}}, ("UNIQUE", ["input", "slug"])),
        ("menuUpdate", {"id": gid("Menu", NOBODYS), "input": {}}, ("NOT_FOUND", ["id"])),
        ("menuDelete", {"id": gid("Menu", NOBODYS)}, ("NOT_FOUND", ["id"])),
        ("menuItemCreate", {"input": {"name": "A", "menu": gid("Menu", NOBODYS)}}, ("NOT_FOUND", ["input", "menu"])),
        ("menuItemUpdate", {"id": gid("MenuItem", NOBODYS), "input": {}}, ("NOT_FOUND", ["id"])),
        ("menuItemMove", {"id": gid("MenuItem", NOBODYS), "input": {}}, ("NOT_FOUND", ["id"])),
        ("menuItemDelete", {"id": gid("MenuItem", NOBODYS)}, ("NOT_FOUND", ["id"])),
        ("menuItemDelete", {"id": "x"}, ("GRAPHQL_ERROR", ["id"])),
    ],
)
def test_what_cannot_be_done_is_said_where(
    staff: Merchant, mutation: str, arguments: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    make_menu()
    assert staff.ask(mutation, **arguments).problems == [expected]
    assert (Menu.objects.get().version, told()) == (1, [])


def test_a_line_stays_in_its_menu_and_its_place_is_a_number_from_0_on(staff: Merchant) -> None:
    item, stranger = make_item("A"), make_item("B", menu=make_menu("footer"))
    place = {"parent": gid("MenuItem", stranger.id)}
    expected = [("NOT_FOUND", ["input", "parent"])]
    assert staff.ask("menuItemMove", id=gid("MenuItem", item.id), input=place).problems == expected
    new = {"menu": gid("Menu", item.menu_id), "name": "C", **place}
    assert staff.ask("menuItemCreate", input=new).problems == expected
    negative = staff.ask("menuItemMove", id=gid("MenuItem", item.id), input={"position": -1})
    assert negative.problems == [("INVALID", ["input", "position"])]


def test_the_database_itself_holds_a_line_to_one_thing() -> None:
    item = make_item("A", url="/a")
    with pytest.raises(IntegrityError), transaction.atomic():
        MenuItem.objects.filter(id=item.id).update(page=make_page())
    with pytest.raises(IntegrityError), transaction.atomic():
        MenuItem.objects.filter(id=item.id).update(parent=item)
