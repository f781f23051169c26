"""What shoppers see changes by itself when a date passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.utils import timezone

from commerce.catalog import models as catalog
from tests.schema.cache.changing_shop import Shop
from tests.schema.cache.test_changes import BY_MUTATION, _assert_seen, _save
from tests.schema.cache.window import LOOKS, Window

pytestmark = pytest.mark.usefixtures("caching")

Seen = TypeVar("Seen")


def _look_before(passes: Callable[[datetime], object], look: Callable[[], Seen]) -> tuple[datetime, Seen]:
    """Let a date pass soon, and look before it does: on a machine with much to do it passes later."""
    seconds = 1.0
    while True:
        soon = timezone.now() + timedelta(seconds=seconds)
        passes(soon)
        seen = look()
        if timezone.now() < soon:
            return soon, seen
        seconds *= 2


@pytest.mark.parametrize("field", ["published_at", "available_for_purchase_at"])
def test_a_date_passes_without_anybody_doing_anything(field: str) -> None:
    shop, window = Shop.open(), Window()
    listings = catalog.ProductChannelListing.objects.filter(product=shop.mug)
    soon, before = _look_before(lambda soon: listings.update(**{field: soon}), window.all)
    while timezone.now() < soon:
        assert window.look("list") == before["list"] or timezone.now() >= soon
    _assert_seen(window, before)


def test_a_collection_is_published_by_its_date() -> None:
    shop, window = Shop.open(), Window()
    listings = shop.summer.channel_listings
    soon, before = _look_before(lambda soon: listings.update(published_at=soon), lambda: window.look("collections"))
    assert b"summer" not in before
    while timezone.now() < soon:
        assert window.look("collections") == before or timezone.now() >= soon
    assert b"summer" in window.look("collections")


def test_a_page_shows_itself_by_its_date_in_lists_and_menus() -> None:
    shop, window = Shop.open(), Window()
    soon, before = _look_before(
        lambda soon: _save(shop.draft, is_published=True, published_at=soon),
        lambda: (window.look("menu"), window.look("pages")),
    )
    assert b"Draft" not in b"".join(before)
    while timezone.now() < soon:
        assert window.look("menu") == before[0] or timezone.now() >= soon
    assert b"Draft" in window.look("menu")
    assert b"Draft" in window.look("pages")


def test_a_product_leaves_pages_and_menus_alone() -> None:
    shop, window = Shop.open(), Window()
    for look in ("pages", "menu"):
        window.look(look)
    shop.change("productUpdate", **BY_MUTATION["productUpdate"](shop))
    window.look("detail")
    assert window.is_kept(*LOOKS["pages"])
    assert window.is_kept(*LOOKS["menu"])
