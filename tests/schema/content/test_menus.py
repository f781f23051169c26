"""Shoppers get menus whole; what they may not see is not in theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from tests.api import Api
from tests.content import make_item, make_menu, make_page
from tests.factories import make_category, make_channel, make_collection, make_staff
from tests.schema.doing import gid

pytestmark = pytest.mark.django_db

MENU = """query { menu(slug: "main", channel: "default-channel") { name items { ...item
  children { ...item children { ...item children { name level parent { name } } } } } } }
fragment item on MenuItem { name level url category { slug } collection { slug } page { slug }
  translation(languageCode: DE) { name } }"""
NAMES = """{ menu(slug: "main", channel: "default-channel") { items { name children { name children { name } } } } }"""


def outline(items: list[dict[str, Any]]) -> list[Any]:
    """Names, with what lies below in lists of their own."""
    names: list[Any] = []
    for item in items:
        names.append(item["name"])
        if item.get("children"):
            names.append(outline(item["children"]))
    return names


def staff(*permissions: Permission) -> Api:
    """The admin API as staff with these permissions see it."""
    return Api("/graphql/admin/", issue_access_token(make_staff(permissions), "admin"))


def test_a_frontend_gets_the_tree_with_what_each_line_leads_to() -> None:
    make_channel()
    shop = make_item("Shop")
    make_item("Help", url="https://help.example.com/")
    make_item("Cups", parent=shop, category=make_category("cups"))
    summer = make_item("Summer", parent=shop, collection=make_collection("summer"))
    story = make_item("Story", parent=summer, page=make_page(slug="story"))
    make_item("Deep", parent=story)
    nothing = {"url": None, "category": None, "collection": None, "page": None, "translation": None}
    answer = Api().send(MENU).data["menu"]
    assert answer == {
        "name": "Main",
        "items": [
            {
                **nothing,
                "name": "Shop",
                "level": 0,
                "children": [
                    {**nothing, "name": "Cups", "level": 1, "category": {"slug": "cups"}, "children": []},
                    {
                        **nothing,
                        "name": "Summer",
                        "level": 1,
                        "collection": {"slug": "summer"},
                        "children": [
                            {
                                **nothing,
                                "name": "Story",
                                "level": 2,
                                "page": {"slug": "story"},
                                "children": [{"name": "Deep", "level": 3, "parent": {"name": "Story"}}],
                            }
                        ],
                    },
                ],
            },
            {**nothing, "name": "Help", "level": 0, "url": "https://help.example.com/", "children": []},
        ],
    }


def test_what_is_hidden_is_not_in_the_menu_with_all_below_it() -> None:
    channel = make_channel()
    tomorrow = timezone.now() + timedelta(days=1)
    make_item("Shown", page=make_page())
    make_item("Below a draft", parent=make_item("Draft", page=make_page(is_published=False)))
    make_item("To come", page=make_page(published_at=tomorrow))
    make_item("Hidden collection", collection=make_collection(is_published=False))
    coming = make_collection()
    coming.channel_listings.update(published_at=tomorrow)
    make_item("Collection to come", collection=coming)
    make_item("Elsewhere", collection=make_collection(channel=make_channel("eu", currency_code="EUR")))
    assert outline(Api().send(NAMES).data["menu"]["items"]) == ["Shown"]
    abroad = Api().send(NAMES.replace(channel.slug, "eu")).data["menu"]["items"]
    assert outline(abroad) == ["Shown", "Elsewhere"]
    seen = staff(Permission.MANAGE_MENUS).send(NAMES).data["menu"]["items"]
    assert outline(seen) == [
        "Shown", "Draft", ["Below a draft"], "To come", "Hidden collection", "Collection to come", "Elsewhere"
    ]  # fmt: skip


def test_who_keeps_menus_sees_every_line_but_not_what_others_keep() -> None:
    make_channel()
    make_item("Draft", page=make_page(slug="draft", is_published=False))
    make_item("Hidden", collection=make_collection("hidden", is_published=False))
    asked = '{ menu(slug: "main") { version items { name page { slug } collection { slug } } } }'
    alone = staff(Permission.MANAGE_MENUS).send(asked).data["menu"]
    assert [(item["page"], item["collection"]) for item in alone["items"]] == [(None, None), (None, None)]
    everything = staff(Permission.MANAGE_MENUS, Permission.MANAGE_PAGES, Permission.MANAGE_PRODUCTS)
    found = everything.send(asked).data["menu"]["items"]
    assert [(item["page"], item["collection"]) for item in found] == [
        ({"slug": "draft"}, None),
        (None, {"slug": "hidden"}),
    ]
    assert staff(Permission.MANAGE_PAGES).send(asked).codes == ["PERMISSION_DENIED"]


def test_what_is_deleted_leaves_a_heading() -> None:
    make_channel()
    cups, story = make_category("cups"), make_page()
    make_item("Below", parent=make_item("Cups", category=cups))
    make_item("Story", page=story)
    cups.delete()
    story.delete()
    assert outline(Api().send(NAMES).data["menu"]["items"]) == ["Cups", ["Below"], "Story"]


def test_menus_are_found_by_slug_or_id_and_listed_for_staff() -> None:
    make_channel()
    main = make_menu()
    make_menu("footer")
    asked = 'query ($id: ID, $slug: String) { menu(id: $id, slug: $slug, channel: "default-channel") { slug } }'
    assert Api().send(asked, id=gid("Menu", main.id)).data["menu"] == {"slug": "main"}
    assert Api().send(asked, slug="nowhere").data["menu"] is None
    listed = staff(Permission.MANAGE_MENUS).send("{ menus(first: 1) { totalCount nodes { slug } } }").data["menus"]
    assert listed == {"totalCount": 2, "nodes": [{"slug": "footer"}]}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ('slug: "main"', "MISSING_CHANNEL_SLUG"),
        ('slug: "main", channel: "nowhere"', "NOT_FOUND"),
        ('channel: "default-channel"', "INVALID"),
        ('slug: "main", id: "x", channel: "default-channel"', "INVALID"),
        ('id: "TWVudTp4", channel: "default-channel"', "GRAPHQL_ERROR"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: str, code: str) -> None:
    make_channel()
    make_menu()
    assert Api().send(f"{{ menu({arguments}) {{ name }} }}").codes == [code]
