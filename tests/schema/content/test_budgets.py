"""Menus and lists of pages cost the same number of statements however long and deep they are."""

from __future__ import annotations

import pytest

from tests.api import Api
from tests.conftest import QueryBudget
from tests.content import make_item, make_page, make_page_type
from tests.factories import make_attribute, make_category, make_channel, make_collection

pytestmark = pytest.mark.django_db

PAGES = """query ($first: Int) { pages(first: $first, channel: "default-channel") { nodes { title content
  pageType { slug } assignedAttributes { attribute { slug } ... on AssignedSingleChoiceAttribute { value { name } } }
  attributes { values { slug } } metadata { key } } } }"""
MENU = """{ menu(slug: "main", channel: "default-channel") {
    items { ...item children { ...item children { ...item } } } } }
  fragment item on MenuItem { name level url metadata { key } %s }"""


@pytest.mark.parametrize("first", [2, 20])
def test_a_list_of_pages_with_their_attributes(query_budget: QueryBudget, first: int) -> None:
    make_channel()
    colour, size = make_attribute("colour", "Red"), make_attribute("size", "Big")
    kind = make_page_type(attributes=[colour, size])
    for _ in range(20):
        make_page(page_type=kind, attribute_values=[colour.values.get(), size.values.get()])
    with query_budget("pages"):
        nodes = Api().send(PAGES, first=first).data["pages"]["nodes"]
    assert len(nodes) == first
    assert all(len(node["assignedAttributes"]) == 2 for node in nodes)


@pytest.mark.parametrize("width", [1, 6])
def test_a_menu_with_everything_that_it_leads_to(query_budget: QueryBudget, width: int) -> None:
    make_channel()

    def fill(parent: object, depth: int) -> None:
        for number in range(width):
            lead = {"category": make_category()} if number % 2 else {"page": make_page()}
            item = make_item("Line", parent=parent, **lead)  # type: ignore[arg-type]
            make_item("Collection", parent=item, collection=make_collection())
            if depth:
                fill(item, depth - 1)

    fill(None, 2)
    with query_budget("menu"):
        top = Api().send(MENU % "").data["menu"]["items"]
    assert len(top) == width
    assert len(top[0]["children"][0]["children"] or top[0]["children"][1]["children"]) >= 1
    with query_budget("menu with targets"):
        top = Api().send(MENU % "category { slug } page { slug } collection { slug }").data["menu"]["items"]
    assert all(item["category"] or item["page"] for item in top)
