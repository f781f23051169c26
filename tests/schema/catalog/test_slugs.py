"""Addresses, over HTTP: translated slugs, and slugs that something had before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from commerce.catalog.models import (
    Collection,
    Product,
    ProductChannelListing,
)
from commerce.catalog.services import update_category, update_product
from commerce.core.actor import SYSTEM
from tests.api import Api
from tests.conftest import QueryBudget
from tests.content import make_page
from tests.factories import make_category, make_channel, make_collection, make_product

KINDS = ["product", "category", "collection", "page"]


def find(kind: str, slug: str, language: str | None = None) -> str | None:
    """The slug of what a shopper finds under a slug."""
    channel = "" if kind in ("category", "page") else ', channel: "default-channel"'
    document = f"""query ($slug: String!, $language: LanguageCodeEnum) {{
      {kind}(slug: $slug, slugLanguageCode: $language{channel}) {{ slug }} }}"""
    found = Api().send(document, slug=slug, language=language).payload
    return found["slug"] if found else None


def make(kind: str, slug: str, **fields: Any) -> Any:
    """A visible product, category or collection."""
    make_channel()
    if kind == "product":
        return make_product(slug, slug=slug, **fields)
    if kind == "page":
        return make_page(slug, slug=slug, **fields)
    return {"category": make_category, "collection": make_collection}[kind](slug, **fields)


def call(kind: str, row: Any, slug: str, language: str = "de") -> None:
    """Give a row a slug in a language."""
    row.translations.create(language=language, slug=slug)


def rename(row: Any, slug: str) -> None:
    """Give a row another slug."""
    row.slug = slug
    row.save(update_fields=["slug"])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_found_by_its_slug_in_the_language(kind: str) -> None:
    call(kind, make(kind, "mug"), "becher")
    make(kind, "plate")
    assert find(kind, "becher", "DE") == "mug"
    assert find(kind, "becher", "DE_AT") is None
    assert find(kind, "becher") is None
    assert find(kind, "mug") == "mug"
    assert find(kind, "mug", "DE") == "mug", "its own slug works in every language that nobody else claims it in"
    assert find(kind, "plate", "DE") == "plate", "what is not translated is found by its own slug"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_address_may_spell_an_umlaut_in_two_ways(kind: str) -> None:
    call(kind, make(kind, "nice"), "sch\u00f6n")
    assert find(kind, "sch\u00f6n", "DE") == find(kind, "scho\u0308n", "DE") == "nice"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_translated_slug_goes_before_an_original_one(kind: str) -> None:
    call(kind, make(kind, "gift"), "poison", "de")
    make(kind, "poison")
    assert find(kind, "poison", "DE") == "gift"
    assert find(kind, "poison") == "poison"
    assert find(kind, "poison", "FR") == "poison"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_old_address_leads_to_the_page_with_its_new_slug(kind: str) -> None:
    row = make(kind, "mug")
    rename(row, "cup")
    rename(row, "beaker")
    assert find(kind, "mug") == "beaker"
    assert find(kind, "cup", "DE") == "beaker"
    assert find(kind, "beaker") == "beaker"
    rename(row, "mug")
    assert find(kind, "mug") == find(kind, "cup") == find(kind, "beaker") == "mug"


@pytest.mark.django_db
def test_the_services_and_statements_past_them_leave_old_slugs_alike() -> None:
    mug, cups, summer = make_product(slug="mug"), make_category("cups"), make_collection("summer")
    update_product(product_id=mug.id, changes={"slug": "big-mug"}, actor=SYSTEM)
    update_category(category_id=cups.id, changes={"slug": "mugs"}, actor=SYSTEM)
    Collection.objects.filter(id=summer.id).update(slug="july")
    assert find("product", "mug") == "big-mug"
    assert find("category", "cups") == "mugs"
    assert find("collection", "summer") == "july"
    Product.objects.filter(id=mug.id).update(name="Huge mug")
    assert list(mug.former_slugs.values_list("slug", flat=True)) == ["mug"], "only a new slug makes an old one"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_that_only_history_holds_may_be_taken_over(kind: str) -> None:
    old = make(kind, "mug")
    rename(old, "old-mug")
    new = make(kind, "mug")
    assert find(kind, "mug") == "mug"
    assert find(kind, "old-mug") == "old-mug"
    rename(new, "new-mug")
    assert find(kind, "mug") == "new-mug", "a slug leads to who had it last"
    call(kind, old, "mug", "fr")
    assert find(kind, "mug", "FR") == "old-mug"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_old_slugs_go_with_what_had_them(kind: str) -> None:
    row = make(kind, "mug")
    rename(row, "cup")
    type(row).objects.get(id=row.id).delete()
    assert find(kind, "mug") is None
    assert find(kind, "cup") is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_old_address_of_a_language_leads_to_the_page(kind: str) -> None:
    row = make(kind, "mug")
    call(kind, row, "becher")
    row.translations.update(slug="tasse")
    row.translations.update(slug="krug")
    assert [find(kind, slug, "DE") for slug in ("becher", "tasse", "krug")] == ["mug"] * 3
    assert find(kind, "becher") is None
    assert find(kind, "becher", "FR") is None
    row.translations.update(slug=None)
    assert find(kind, "krug", "DE") == "mug"
    row.translations.all().delete()
    assert find(kind, "becher", "DE") == "mug", "what is no longer translated is still found"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_old_slug_of_a_language_goes_after_live_ones_and_before_those_of_all_languages(kind: str) -> None:
    old, live, renamed = make(kind, "old"), make(kind, "live"), make(kind, "becher")
    rename(renamed, "renamed")
    call(kind, old, "becher")
    old.translations.update(slug="krug")
    assert find(kind, "becher", "DE") == "old"
    assert find(kind, "becher") == "renamed"
    rename(live, "becher")
    assert find(kind, "becher", "DE") == "becher"
    call(kind, renamed, "becher")
    assert find(kind, "becher", "DE") == "renamed"
    renamed.translations.update(slug="x")
    rename(live, "live")
    assert find(kind, "becher", "DE") == "renamed", "a slug leads to who had it last"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_old_slugs_of_a_language_go_with_what_had_them(kind: str) -> None:
    row = make(kind, "mug")
    call(kind, row, "becher")
    row.translations.update(slug="krug")
    type(row).objects.get(id=row.id).delete()
    assert [find(kind, slug, "DE") for slug in ("mug", "becher", "krug")] == [None] * 3
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def hide(kind: str, row: Any) -> None:
    """Take a product or collection out of the shoppers' sight."""
    if kind == "product":
        ProductChannelListing.objects.filter(product=row).update(is_published=False)
    elif kind == "page":
        type(row).objects.filter(id=row.id).update(is_published=False)
    else:
        row.channel_listings.update(is_published=False)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["product", "collection", "page"])
def test_what_is_hidden_is_found_by_no_slug(kind: str) -> None:
    row = make(kind, "mug")
    rename(row, "cup")
    call(kind, row, "becher")
    assert [find(kind, slug, "DE") for slug in ("mug", "cup", "becher")] == ["cup"] * 3
    hide(kind, row)
    assert [find(kind, slug, "DE") for slug in ("mug", "cup", "becher")] == [None] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["product", "collection", "page"])
def test_what_is_hidden_takes_nobodys_place(kind: str) -> None:
    shown = make(kind, "mug")
    rename(shown, "cup")
    successor = make(kind, "mug")
    hidden = make(kind, "secret")
    call(kind, hidden, "cup")
    hide(kind, successor)
    hide(kind, hidden)
    assert find(kind, "mug") == "cup", "nobody learns that a hidden one has this slug now"
    assert find(kind, "cup", "DE") == "cup", "nobody learns that a hidden one is called so in German"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", ["", "x" * 10_000, "a\x00b", "%", "' OR 1=1 --", "\u202e", "\ud83d\udc4d"])
def test_a_slug_that_cannot_be_finds_nothing(kind: str, slug: str) -> None:
    make(kind, "mug")
    assert find(kind, slug) is None
    assert find(kind, slug, "DE") is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("slug", "language"), [("mug", None), ("becher", "DE"), ("old", None), ("nothing", "DE")])
def test_each_way_costs_one_statement_beside_that_of_the_channel(
    kind: str, slug: str, language: str | None, query_budget: QueryBudget
) -> None:
    row = make(kind, "old")
    rename(row, "mug")
    call(kind, row, "becher")
    channel = "" if kind in ("category", "page") else ', channel: "default-channel"'
    asked = f"""query ($slug: String!, $language: LanguageCodeEnum) {{
      {kind}(slug: $slug, slugLanguageCode: $language{channel}) {{ slug }} }}"""
    with query_budget("slug"):
        answer = Api()._post(asked, {"slug": slug, "language": language}, {})
    assert answer.payload == (None if slug == "nothing" else {"slug": "mug"})
