"""Several merchants rearrange one menu at the same moment: it stays a tree, and nobody's work is lost unseen."""

from __future__ import annotations

import pytest

from commerce.content.models import Menu, MenuItem
from commerce.content.services import create_menu_item, move_menu_item
from commerce.core.actor import SYSTEM
from commerce.events.models import Event
from tests.content import make_item, make_menu
from tests.races.crowd import crowd

pytestmark = pytest.mark.usefixtures("durable")


def test_moves_that_cross_close_no_circle() -> None:
    items = [make_item(name).id for name in "ABCD"]

    def move(number: int) -> None:
        item, parent = items[number % 4], items[(number + 1) % 4]
        move_menu_item(item_id=item, parent_id=parent, actor=SYSTEM)

    results = crowd(move, 12)
    refused = [result.codes for result in results if result.codes]
    assert set(refused) == {("LOOP",)}
    parents = dict(MenuItem.objects.values_list("id", "parent_id"))
    assert list(parents.values()).count(None) >= 1
    for item in items:
        seen = set()
        while item is not None:
            assert item not in seen
            seen.add(item)
            item = parents[item]
    done = len(results) - len(refused)
    assert Menu.objects.get().version == 1 + done
    assert sorted(Event.objects.values_list("sequence", flat=True)) == list(range(2, 2 + done))


def test_of_those_who_have_read_the_same_version_one_is_let_through() -> None:
    menu = make_menu()

    def add(number: int) -> None:
        create_menu_item(menu_id=menu.id, changes={"name": f"Item {number}"}, version=1, actor=SYSTEM)

    results = crowd(add, 10)
    assert sorted(result.codes for result in results) == [()] + [("CONFLICT",)] * 9
    assert MenuItem.objects.count() == 1


def test_lines_that_are_added_at_once_have_places_of_their_own() -> None:
    menu = make_menu()

    def add(number: int) -> None:
        create_menu_item(menu_id=menu.id, changes={"name": f"Item {number}"}, actor=SYSTEM)

    results = crowd(add, 10)
    assert [result.codes for result in results] == [()] * 10
    assert sorted(MenuItem.objects.values_list("sort_order", flat=True)) == list(range(10))
