"""What shoppers see changes by itself when a date passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.catalog import models as catalog
from tests.schema.cache.changing_shop import Shop
from tests.schema.cache.test_changes import BY_MUTATION, _assert_seen, _save
from tests.schema.cache.window import LOOKS, Window

pytestmark = pytest.mark.usefixtures("caching")


@pytest.mark.parametrize("field", ["published_at", "available_for_purchase_at"])
def test_a_date_passes_without_anybody_doing_anything(field: str) -> None:
    shop, window = Shop(), Window()
    soon = timezone.now() + timedelta(seconds=1.5)
    catalog.ProductChannelListing.objects.filter(product=shop.mug).update(**{field: soon})
    before = window.all()
    while timezone.now() < soon:
        assert window.look("list") == before["list"] or timezone.now() >= soon
    _assert_seen(window, before)


def test_a_collection_is_published_by_its_date() -> None:
    shop, window = Shop(), Window()
    soon = timezone.now() + timedelta(seconds=1.5)
    shop.summer.channel_listings.update(published_at=soon)
    before = window.look("collections")
    assert b"summer" not in before
    while timezone.now() < soon:
        assert window.look("collections") == before or timezone.now() >= soon
    assert b"summer" in window.look("collections")


def test_a_page_shows_itself_by_its_date_in_lists_and_menus() -> None:
    shop, window = Shop(), Window()
    soon = timezone.now() + timedelta(seconds=1.5)
    _save(shop.draft, is_published=True, published_at=soon)
    before = window.look("menu")
    assert b"Draft" not in before + window.look("pages")
    while timezone.now() < soon:
        assert window.look("menu") == before or timezone.now() >= soon
    assert b"Draft" in window.look("menu")
    assert b"Draft" in window.look("pages")


def test_a_product_leaves_pages_and_menus_alone() -> None:
    shop, window = Shop(), Window()
    for look in ("pages", "menu"):
        window.look(look)
    shop.change("productUpdate", **BY_MUTATION["productUpdate"](shop))
    window.look("detail")
    assert window.is_kept(*LOOKS["pages"])
    assert window.is_kept(*LOOKS["menu"])
