"""What shopping portals learn of a shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from commerce.attributes.models import AttributeValue
from commerce.catalog.models import (
    Product,
    ProductChannelListing,
    ProductMedia,
    ProductVariant,
    VariantChannelListing,
)
from commerce.feeds.google import is_gtin
from commerce.inventory.models import Stock
from schema.ids import to_global_id
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_product,
    make_product_type,
    make_tax_rate,
    make_variant,
)

G = "{http://base.google.com/ns/1.0}"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture(autouse=True)
def storefront(settings: Settings) -> None:
    settings.STOREFRONT = {**settings.STOREFRONT, "url": "https://shop.example"}


def _items(channel: str = "default-channel") -> list[dict[str, Any]]:
    """The items of the feed; what may come more than once is a list."""
    response = Client().get(f"/feeds/{channel}/google.xml")
    assert response.status_code == 200, response.content
    root = ElementTree.fromstring(b"".join(response.streaming_content))  # noqa: S314 - it is ours
    found = []
    for item in root.iter("item"):
        pairs = [(child.tag.removeprefix(G), child.text) for child in item]
        fields: dict[str, Any] = dict(pairs)
        fields["additional_image_link"] = [text for tag, text in pairs if tag == "additional_image_link"]
        found.append(fields)
    return found


def test_an_item_says_everything_that_the_shop_knows() -> None:
    colour, brand = make_attribute("colour", "Red"), make_attribute("brand", "Acme & Sons")
    kind = make_product_type("cup", product_attributes=[brand], variant_attributes=[colour])
    kitchen = make_category("kitchen", metadata={"google_product_category": "674"})
    cups = make_category("cups", parent=kitchen)
    product = make_product(
        "Mug <big>",
        slug="mug",
        product_type=kind,
        category=cups,
        attribute_values=AttributeValue.objects.filter(attribute=brand),
        description={"blocks": [{"type": "paragraph", "data": {"text": "A <b>mug</b> &amp; more"}}]},
        metadata={"condition": "used"},
    )
    red = make_variant(
        product=product,
        price=900,
        compare_at=1200,
        sku="MUG-RED",
        name="Red",
        barcode="4006381333931",
        attribute_values=AttributeValue.objects.filter(attribute=colour),
    )
    make_variant(product=product, price=1000, sku="MUG-BLUE", name="Blue", stock=0)
    for place, name in enumerate(("front", "back")):
        ProductMedia.objects.create(product=product, file=f"products/{name}.jpg", sort_order=place)

    first, second = _items()

    assert first == {
        "id": "MUG-RED",
        "title": "Mug <big> – Red",
        "description": "A mug & more",
        "link": f"https://shop.example/products/mug?variant={quote(to_global_id('ProductVariant', red.id))}",
        "image_link": "http://localhost:8000/media/products/front.jpg",
        "additional_image_link": ["http://localhost:8000/media/products/back.jpg"],
        "item_group_id": str(product.id),
        "color": "Red",
        "price": "12.00 USD",
        "sale_price": "9.00 USD",
        "availability": "in_stock",
        "condition": "used",
        "brand": "Acme & Sons",
        "gtin": "4006381333931",
        "mpn": "MUG-RED",
        "product_type": "Kitchen > Cups",
        "google_product_category": "674",
        "shipping_weight": "300 g",
    }
    assert (second["price"], second["availability"], "sale_price" in second) == ("10.00 USD", "out_of_stock", False)


def test_what_shoppers_cannot_see_or_that_has_no_price_is_not_offered() -> None:
    elsewhere = make_channel("elsewhere", currency_code="EUR")
    make_variant(sku="SEEN")
    make_variant(sku="UNPRICED", price=None)
    make_variant(sku="HIDDEN", product=make_product(is_published=False))
    make_variant(sku="UNLISTED", product=make_product(visible_in_listings=False))
    make_variant(sku="ELSEWHERE", channel=elsewhere)
    later = make_variant(sku="LATER")
    ProductChannelListing.objects.filter(product=later.product).update(published_at=timezone.now() + timedelta(days=1))
    half = make_product()
    make_variant(sku="HALF-PRICED", product=half)
    make_variant(sku="HALF-UNPRICED", product=half, price=None)

    assert [item["id"] for item in _items()] == ["SEEN", "HALF-PRICED"]
    assert [(item["id"], item["price"]) for item in _items("elsewhere")] == [("ELSEWHERE", "10.00 EUR")]


def test_prices_have_tax_where_shoppers_are_shown_it() -> None:
    make_tax_rate("DE", "19")
    germany = make_channel(
        "germany", currency_code="EUR", default_country="DE", countries=["DE"], display_gross_prices=True
    )
    japan = make_channel("japan", currency_code="JPY", default_country="JP", countries=["JP"])
    make_variant(channel=germany, price=1000)
    make_variant(channel=japan, price=1000)

    assert _items("germany")[0]["price"] == "11.90 EUR"
    assert _items("japan")[0]["price"] == "1000 JPY"


def test_what_is_sold_later_is_a_preorder_and_what_is_not_for_sale_is_out_of_stock() -> None:
    soon, never = make_variant(sku="SOON"), make_variant(sku="NEVER")
    on_sale_at = timezone.now() + timedelta(days=3)
    ProductChannelListing.objects.filter(product=soon.product).update(available_for_purchase_at=on_sale_at)
    ProductChannelListing.objects.filter(product=never.product).update(available_for_purchase_at=None)
    make_variant(sku="ENDLESS", track_inventory=False, stock=None)

    found = {item["id"]: item for item in _items()}

    assert (found["SOON"]["availability"], found["SOON"]["availability_date"]) == (
        "preorder", on_sale_at.isoformat(timespec="minutes"),
    )  # fmt: skip
    assert found["NEVER"]["availability"] == "out_of_stock"
    assert found["ENDLESS"]["availability"] == "in_stock"


def test_a_product_without_a_maker_or_a_number_says_so() -> None:
    make_variant(sku=None, barcode="12345")

    (item,) = _items()

    assert "gtin" not in item
    assert item["identifier_exists"] == "no"


def test_texts_that_would_break_the_file_are_read_as_they_were_meant() -> None:
    make_variant(product=make_product("Mug ]]> <script>\x0b\ufffe&amp; \u2028", slug="mug"))

    assert _items()[0]["title"] == "Mug ]]> <script>&amp; \u2028"


def test_a_channel_names_its_own_attributes() -> None:
    shade = make_attribute("shade", "Crimson")
    secret = make_attribute("size", "Huge", visible_in_storefront=False)
    make_channel(metadata={"feed.color": "tint, shade"})
    kind = make_product_type("cup", product_attributes=[shade, secret])
    make_variant(product=make_product(product_type=kind, attribute_values=AttributeValue.objects.all()))

    (item,) = _items()

    assert item["color"] == "Crimson"
    assert "size" not in item


def test_a_check_digit_tells_a_gtin_from_any_number() -> None:
    assert all(map(is_gtin, ("4006381333931", "96385074", "036000291452", "10614141000415")))
    assert not any(map(is_gtin, ("4006381333932", "4006381333931\n", "٤٠٠٦٣٨١٣", "", "123456789")))


def test_unknown_channels_and_other_methods_are_refused(settings: Settings) -> None:
    make_variant()
    assert Client().get("/feeds/unknown/google.xml").status_code == 404
    assert Client().post("/feeds/default-channel/google.xml").status_code == 405
    settings.STOREFRONT = {**settings.STOREFRONT, "url": ""}
    assert Client().get("/feeds/default-channel/google.xml").status_code == 404


def test_five_thousand_products_are_read_in_pieces(query_count: Callable[[], Any]) -> None:
    kind, channel = make_product_type(), make_channel()
    products = Product.objects.bulk_create(
        Product(name=f"Product {place}", slug=f"many-{place}", product_type=kind) for place in range(5_000)
    )
    ProductChannelListing.objects.bulk_create(
        ProductChannelListing(product=product, channel=channel, is_published=True, min_price_amount=100)
        for product in products
    )
    variants = ProductVariant.objects.bulk_create(ProductVariant(product=product) for product in products)
    VariantChannelListing.objects.bulk_create(
        VariantChannelListing(variant=variant, channel=channel, price_amount=100) for variant in variants
    )
    assert Stock.objects.count() == 0
    with connection.cursor() as cursor:  # as autovacuum does: what it last saw was an empty table of another test
        cursor.execute("ANALYZE catalog_product, catalog_productvariant, catalog_productcard, catalog_effectiveprice")

    with query_count() as statements:
        found = _items()

    assert len({item["id"] for item in found}) == 5_000
    # Twenty pieces of seven statements each; the channel, its tax rate, and the piece that finds the end.
    assert len(statements) == 20 * 7 + 3
