"""What search engines learn of a shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from commerce.catalog.models import CollectionTranslation, Product, ProductChannelListing, ProductTranslation
from commerce.feeds import sitemap
from schema.feeds.views import sitemap_part
from tests.content import make_page
from tests.factories import make_category, make_channel, make_collection, make_product, make_product_type

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture(autouse=True)
def storefront(settings: Settings) -> None:
    settings.STOREFRONT = {**settings.STOREFRONT, "url": "https://shop.example/", "language": "en"}


def _get(address: str) -> Any:
    response = Client().get(address)
    assert response.status_code == 200, response.content
    return ElementTree.fromstring(b"".join(response.streaming_content))  # noqa: S314 - it is ours


def _addresses(address: str) -> list[str]:
    return [found.text for found in _get(address).iter(f"{SITEMAP}loc")]


def test_the_index_leads_to_every_address_that_the_channel_shows() -> None:
    cups, empty = make_category("cups"), make_category("empty")
    deep = make_category("deep", parent=cups)
    make_product(slug="mug", category=deep)
    make_collection("summer")
    make_page("Imprint", slug="imprint")

    index = _addresses("/sitemap.xml")

    assert [address.rpartition("/sitemap/")[2] for address in index] == [
        "default-channel/products-1.xml",
        "default-channel/categories-1.xml",
        "default-channel/collections-1.xml",
        "default-channel/pages-1.xml",
    ]
    shown = {address for part in index for address in _addresses("/sitemap/" + part.rpartition("/sitemap/")[2])}
    assert shown == {
        "https://shop.example/products/mug",
        "https://shop.example/categories/cups",
        "https://shop.example/categories/deep",
        "https://shop.example/collections/summer",
        "https://shop.example/pages/imprint",
    }
    assert empty.slug not in "".join(shown)


def test_what_shoppers_cannot_see_is_in_no_sitemap() -> None:
    elsewhere = make_channel("elsewhere")
    make_product(slug="seen")
    make_product(slug="hidden", is_published=False)
    make_product(slug="unlisted", visible_in_listings=False)
    make_product(slug="elsewhere", channel=elsewhere)
    later = make_product(slug="later")
    ProductChannelListing.objects.filter(product=later).update(published_at=timezone.now() + timedelta(days=1))
    make_collection("hidden-collection", is_published=False)
    make_page("Draft", slug="draft", is_published=False)

    assert _addresses("/sitemap/default-channel/products-1.xml") == ["https://shop.example/products/seen"]
    assert len(_addresses("/sitemap/default-channel.xml")) == 1
    assert _addresses("/sitemap/elsewhere/products-1.xml") == ["https://shop.example/products/elsewhere"]


def test_translated_slugs_have_entries_of_their_own_that_know_each_other() -> None:
    product = make_product(slug="mug")
    for language, slug in (("de", "tasse"), ("en", "cup"), ("fr", "tasse-à-thé")):
        ProductTranslation.objects.create(product=product, language=language, slug=slug)

    (first, *others) = _get("/sitemap/default-channel/products-1.xml")

    links = {link.get("hreflang"): link.get("href") for link in first.iter(f"{XHTML}link")}
    assert links == {
        "x-default": "https://shop.example/products/mug",
        "en": "https://shop.example/products/mug",
        "de": "https://shop.example/de/products/tasse",
        "fr": "https://shop.example/fr/products/tasse-%C3%A0-th%C3%A9",
    }
    assert [entry.find(f"{SITEMAP}loc").text for entry in others] == [links["de"], links["fr"]]
    assert all({link.get("href") for link in entry.iter(f"{XHTML}link")} == set(links.values()) for entry in others)


def test_a_channel_says_its_own_addresses() -> None:
    make_channel(metadata={"storefront.url": "https://{channel}.example/shop", "storefront.product": "/p/{slug}.html"})
    make_product(slug="mug")

    assert _addresses("/sitemap/default-channel/products-1.xml") == ["https://default-channel.example/shop/p/mug.html"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"storefront.url": "ftp://shop.example"},
        {"storefront.url": "https://[broken"},
        {"storefront.product": "/products"},
        {"storefront.product": "/{slug}/{unknown}"},
        {"storefront.translated": "/de"},
        {"storefront.language": "klingon"},
    ],
)
def test_a_pattern_that_cannot_be_used_is_named_and_the_channel_left_out(metadata: dict[str, str]) -> None:
    make_channel(metadata=metadata)
    make_product()

    answer = Client().get("/sitemap/default-channel.xml")

    assert answer.status_code == 404
    assert next(iter(metadata)) in answer.content.decode()
    assert _addresses("/sitemap.xml") == []


def test_without_a_storefront_there_is_nothing_to_send_anybody_to(settings: Settings) -> None:
    settings.STOREFRONT = {**settings.STOREFRONT, "url": ""}
    make_product()

    assert _addresses("/sitemap.xml") == []
    assert Client().get("/sitemap/default-channel/products-1.xml").status_code == 404


def test_unknown_and_closed_channels_kinds_and_parts_are_not_there() -> None:
    make_product()
    make_product(channel=make_channel("closed", is_active=False))

    for address in (
        "unknown.xml", "closed.xml", "closed/products-1.xml", "default-channel/products-0.xml",
        "default-channel/products-2.xml", "default-channel/orders-1.xml", "default-channel/categories-1.xml",
        "default-channel/products-99999999999999999999999.xml",
    ):  # fmt: skip
        assert Client().get(f"/sitemap/{address}").status_code == 404, address


def test_only_reading_is_allowed_and_a_head_costs_nothing(
    query_count: Callable[[], Any],
) -> None:
    make_product()

    assert Client().post("/sitemap.xml").status_code == 405
    with query_count() as statements:
        head = Client().head("/sitemap.xml")
    assert (head.status_code, head.content, head["Cache-Control"]) == (200, b"", "public, max-age=3600")
    assert len(statements) == 0


def _many(number: int) -> None:
    """So many products, without any trigger or signal to wait for."""
    kind, channel = make_product_type(), make_channel()
    products = Product.objects.bulk_create(
        Product(name=f"Product {place}", slug=f"many-{place}", product_type=kind) for place in range(number)
    )
    ProductChannelListing.objects.bulk_create(
        ProductChannelListing(product=product, channel=channel, is_published=True) for product in products
    )


def test_five_thousand_products_are_read_in_pieces(query_count: Callable[[], Any]) -> None:
    _many(5_000)

    with query_count() as statements:
        found = _addresses("/sitemap/default-channel/products-1.xml")

    assert len(set(found)) == len(found) == 5_000
    # The channel, the parts, five full pieces of two statements each, and one that finds the end.
    assert len(statements) == 13


def test_parts_are_cut_before_they_are_full_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_CUT_ADDRESSES", 10)
    monkeypatch.setattr(sitemap, "CHUNK", 3)
    _many(25)
    product = Product.objects.order_by("id").first()
    assert product is not None
    for language in ("de", "fr", "it"):
        ProductTranslation.objects.create(product=product, language=language, slug=f"{language}-slug")

    parts = _addresses("/sitemap/default-channel.xml")
    found = [_addresses("/sitemap/" + part.rpartition("/sitemap/")[2]) for part in parts]

    assert [len(part) for part in found] == [10, 10, 8]
    assert len({address for part in found for address in part}) == 28


def test_parts_are_cut_by_their_size_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_CUT_BYTES", 10_000)
    _many(25)

    parts = [part.rpartition("/sitemap/")[2] for part in _addresses("/sitemap/default-channel.xml")]

    assert len(parts) > 2
    assert sum(len(_addresses("/sitemap/" + part)) for part in parts) == 25


def test_an_older_product_that_is_published_later_is_in_the_first_part() -> None:
    older = make_product(slug="older", is_published=False)
    make_product(slug="newer")
    assert _addresses("/sitemap/default-channel/products-1.xml") == ["https://shop.example/products/newer"]

    ProductChannelListing.objects.filter(product=older).update(is_published=True)

    assert len(_addresses("/sitemap/default-channel/products-1.xml")) == 2


def test_a_part_never_has_more_than_crawlers_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 4)
    _many(6)
    assert len(_addresses("/sitemap/default-channel/products-1.xml")) == 4


def test_readers_beyond_a_few_are_told_to_come_again(settings: Settings) -> None:
    make_product()
    request = RequestFactory().get("/sitemap/default-channel/products-1.xml")
    # What ends with a request in a server would end the test's own transaction.
    request_finished.disconnect(close_old_connections)
    try:
        answers = [sitemap_part(request, "default-channel", "products", 1) for _ in range(settings.BLOCKING_THREADS)]
        assert [answer.status_code for answer in answers] == [200] * 2 + [503] * 6
        assert answers[-1]["Retry-After"] == "30"
        for answer in answers:  # some readers leave before they have read anything
            answer.close()
            answer.close()
    finally:
        request_finished.connect(close_old_connections)
    assert len(_addresses("/sitemap/default-channel/products-1.xml")) == 1


def test_collections_in_other_languages_are_found_by_their_own_slugs() -> None:
    collection = make_collection("summer")
    CollectionTranslation.objects.create(collection=collection, language="de", slug="sommer")

    assert _addresses("/sitemap/default-channel/collections-1.xml") == [
        "https://shop.example/collections/summer",
        "https://shop.example/de/collections/sommer",
    ]
