"""The statements answer what the ORM answers, with pages and collections that are shown, hidden and to come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from commerce.catalog.queries import visible_collections
from commerce.content.menu_reads import collections_by_id, items_of_menus
from commerce.content.models import Page
from commerce.content.queries import visible_pages
from commerce.content.reads import attributes_of_pages, pages_by_id
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.permission import Permission
from tests.content import make_item, make_menu, make_page, make_page_type
from tests.factories import make_attribute, make_channel, make_collection, staff_actor

pytestmark = pytest.mark.django_db

STAFF = staff_actor(Permission.MANAGE_PAGES, Permission.MANAGE_MENUS, Permission.MANAGE_PRODUCTS)
ACTORS = pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])


@pytest.fixture(params=[True, False], ids=["prepared", "plain"], autouse=True)
def either_way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param


@ACTORS
def test_pages_by_id_are_those_that_exist_for_the_actor(actor: Actor) -> None:
    now = timezone.now()
    make_page("Always", content={"blocks": []}, metadata={"a": "b"}, seo_title="S", version=3)
    make_page("Since yesterday", published_at=now - timedelta(days=1))
    make_page("From tomorrow on", published_at=now + timedelta(days=1))
    make_page("Draft", is_published=False)
    found = pages_by_id(Page.objects.values_list("id", flat=True), actor=actor)
    rows = list(visible_pages(actor=actor))
    assert {row.title for row in found.values()} == {row.title for row in rows}
    assert len(rows) == (2 if actor is ANONYMOUS else 4)
    for row in rows:
        read = found[str(row.id)]
        names = "title slug seo_title seo_description is_published published_at created_at updated_at version content"
        for name in (*names.split(), "metadata", "private_metadata"):
            assert getattr(read, name) == getattr(row, name), name
        assert read.page_type_id == str(row.page_type_id)


def test_attributes_of_pages_come_in_the_order_of_their_type() -> None:
    colour, empty = make_attribute("colour", "Red", "Blue", input_type="multiselect"), make_attribute("empty")
    red, blue = colour.values.order_by("sort_order")
    page = make_page(page_type=make_page_type(attributes=[empty, colour]), attribute_values=[blue, red])
    bare = make_page(page_type=make_page_type("bare"))
    found = attributes_of_pages([page.id, bare.id])
    read = [(entry.attribute.slug, [value.slug for value in entry.values]) for entry in found[page.id]]
    assert read == [("empty", []), ("colour", ["blue", "red"])]
    assert found[bare.id] == []


@ACTORS
def test_collections_by_id_are_those_that_exist_for_the_actor(actor: Actor) -> None:
    here, there = make_channel(), make_channel("eu", currency_code="EUR")
    rows = [make_collection("a"), make_collection("b", is_published=False), make_collection("c", channel=there)]
    for channel in (here, there, None):
        found = collections_by_id([row.id for row in rows], channel=channel, actor=actor)
        expected = visible_collections(channel=channel, actor=actor)
        assert {row.slug for row in found.values()} == {row.slug for row in expected}


def test_a_tree_has_only_what_can_be_reached_from_the_top() -> None:
    hidden = make_item("Hidden", page=make_page(is_published=False))
    orphan = make_item("Below", parent=hidden)
    make_item("Deeper", parent=orphan)
    shown = make_item("Shown")
    deep = make_item("Deep", parent=shown)
    other = make_item("Other", menu=make_menu("footer"))
    trees = items_of_menus([shown.menu_id, other.menu_id], channel=make_channel(), actor=ANONYMOUS)
    assert trees[str(shown.menu_id)].levels == {str(shown.id): 0, str(deep.id): 1}
    assert [row.name for row in trees[str(other.menu_id)].below(None)] == ["Other"]
    everything = items_of_menus([shown.menu_id], channel=None, actor=STAFF)[str(shown.menu_id)]
    assert len(everything.items) == 5
