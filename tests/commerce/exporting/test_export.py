"""What a merchant finds in an export, and what the report says about what is not in it."""

import csv
import io
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Product, ProductChannelListing, ProductMedia, ProductType, ProductVariant
from commerce.core.actor import SYSTEM
from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission
from commerce.exporting.services import export_shopify_products
from commerce.exporting.shelf import BATCH
from tests.commerce.exporting.conftest import catalog, empty_the_shop, export, load
from tests.commerce.importing.conftest import MUG, as_csv, outcomes, variant
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_product,
    make_product_type,
    make_variant,
    make_warehouse,
    staff_actor,
)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_shop_full_of_things_moves_into_an_empty_one(channel, warehouse):
    """The way of a merchant: Shopify's file in, Handcart's file out, and the same shop elsewhere."""
    picture = {"Image Src": "https://example.com/1.jpg", "Image Position": "1", "Image Alt Text": "Front"}
    first = MUG | picture | {
        "Option1 Name": "Colour", "Option1 Value": "Blue", "Option2 Name": "Size", "Option2 Value": "S",
        "Product Category": "Home > Mugs", "SEO Title": "=SUM(1)", "Variant Image": "https://example.com/1.jpg",
        "Variant Compare At Price": "24", "Cost per item": "7.5", "Variant Barcode": "'012",
    }  # fmt: skip
    second = variant(**{"Option1 Value": "Red", "Option2 Value": "S", "Variant SKU": "MUG-2", "Variant Grams": "400"})
    third = {"Handle": "mug", "Image Src": "https://example.com/2.jpg", "Image Position": "2"}
    draft = MUG | {"Handle": "bowl", "Variant SKU": "", "Status": "draft", "Variant Inventory Tracker": ""}
    load(as_csv(first, second, third, draft).decode(), channel, warehouse)
    before = catalog(channel)
    text, report = export(channel, warehouse)
    assert (report.products, report.rows, report.lines()[-1]) == (2, 3, "2 products in 3 rows, 0 left out")
    bowl, mug, red = rows_of(text)
    assert (bowl["Status"], bowl["Published on online store"], bowl["Inventory tracker"]) == ("draft", "FALSE", "")
    assert (mug["SEO title"], mug["Barcode"], mug["Price"]) == ("'=SUM(1)", "012", "18.00")
    assert (mug["Option1 name"], red["Option1 value"], red["Title"]) == ("Colour", "Red", "")
    assert [row["Product image URL"][-5:] for row in (mug, red)] == ["1.jpg", "2.jpg"]
    empty_the_shop()
    assert outcomes(load(text, channel, warehouse)) == {"created": 2}
    assert catalog(channel) == before
    assert export(channel, warehouse)[0] == text


def test_only_what_the_channel_lists_is_exported_with_its_own_prices(channel, warehouse):
    mug = make_product("Mug", slug="mug")
    make_variant(product=mug, price=1800)
    euro = make_channel("eu", currency_code="JPY")
    make_variant(product=make_product("Tea", slug="tea", channel=euro), price=700, channel=euro, warehouse=warehouse)
    assert [row["Price"] for row in rows_of(export(channel, warehouse)[0])] == ["18.00"]
    assert [(row["URL handle"], row["Price"]) for row in rows_of(export(euro, warehouse)[0])] == [("tea", "700")]


def test_what_the_format_cannot_say_is_named(channel, warehouse):
    height = make_attribute("height", input_type=Attribute.InputType.NUMERIC)
    tall = AttributeValue.objects.create(attribute=height, slug="12", name="12", numeric=12)
    care = make_attribute("care", "Gentle")
    product = make_product(
        "Mug", slug="mug", attribute_values=[tall], category=make_category("a", name="A > B"), metadata={"k": " x "}
    )
    mug = make_variant(product=product, attribute_values=care.values.all())
    ProductMedia.objects.create(product=product, kind="video", source_url="https://example.com/film")
    for name in ("1", "2"):
        ProductMedia.objects.create(product=product, source_url=f"https://example.com/{name}").variants.add(mug)
    text, report = export(channel, warehouse)
    assert report.not_written == {
        "values of the attribute 'height' (numeric)": 1,
        "values of the variants' attribute 'care'": 1,
        "categories with a > in their names": 1,
        "videos and pictures without an address": 1,
        "further pictures of a variant": 1,
        "entries of metadata": 1,
    }
    before = (product.version, mug.version, catalog(channel))
    assert outcomes(load(text, channel, warehouse)) == {"unchanged": 1}
    product.refresh_from_db()
    mug.refresh_from_db()
    assert (product.version, mug.version, catalog(channel)) == before


def options(*slugs, kind=Attribute.InputType.DROPDOWN):
    """A product type by whose attributes variants are chosen, and a value of each."""
    attributes = [make_attribute(slug, "A", "B", input_type=kind) for slug in slugs]
    return make_product_type("set", variant_attributes=attributes), [of.values.all()[0] for of in attributes]


@pytest.mark.parametrize(
    ("slugs", "kind", "values", "reason"),
    [
        (("a", "b", "c", "d"), "dropdown", slice(None), "more than 3 options"),
        (("a",), "numeric", slice(None), "no choices (numeric)"),
        (("a", "b"), "dropdown", slice(1), "no value, or several"),
    ],
)
def test_a_product_that_the_format_has_no_words_for_is_left_out_by_name(
    channel, warehouse, slugs, kind, values, reason
):
    made, chosen = options(*slugs, kind=kind)
    product = make_product("Set", slug="set", product_type=made)
    make_variant(product=product, attribute_values=chosen)
    make_variant(product=product, attribute_values=chosen[values])
    make_variant(product=make_product("Mug", slug="mug"))
    text, report = export(channel, warehouse)
    assert [row["URL handle"] for row in rows_of(text)] == ["mug"]
    assert [handle for handle, _ in report.left_out] == ["set"]
    assert reason in report.left_out[0][1]


def test_two_variants_that_look_alike_are_not_exported(channel, warehouse):
    product = make_product("Set", slug="set")
    make_variant(product=product)
    make_variant(product=product)
    assert export(channel, warehouse)[1].left_out == [("set", "Two of its variants have the same options.")]


def test_pictures_that_were_uploaded_have_our_address_and_stay_when_it_comes_back(channel, warehouse):
    product = make_product("Mug", slug="mug")
    mug = make_variant(product=product)
    media = ProductMedia.objects.create(product=product, file="products/mug.jpg", alt="Mug")
    mug.media.add(media)
    text, _ = export(channel, warehouse)
    (row,) = rows_of(text)
    assert row["Product image URL"].endswith("/media/products/mug.jpg")
    assert row["Product image URL"].startswith("http")
    assert outcomes(load(text, channel, warehouse)) == {"unchanged": 1}
    assert outcomes(load(text.replace(",Mug,", ",Big mug,"), channel, warehouse)) == {"updated": 1}
    assert ProductMedia.objects.get().id == media.id


def many(channel, prefix, count):
    """Products of one variant, made quickly."""
    kind = ProductType.objects.get_or_create(slug="plain", defaults={"name": "Plain"})[0]
    products = Product.objects.bulk_create(
        Product(slug=f"{prefix}-{n:05}", name=f"{prefix} {n}", product_type=kind) for n in range(count)
    )
    now = timezone.now()
    ProductChannelListing.objects.bulk_create(
        ProductChannelListing(product=product, channel=channel, is_published=True, published_at=now)
        for product in products
    )
    ProductVariant.objects.bulk_create(
        ProductVariant(product=product, sku=f"SKU-{product.slug}") for product in products
    )


def test_statements_depend_on_batches_and_not_on_products(channel, warehouse, query_count):
    many(channel, "few", 3)
    with query_count() as few:
        export(channel, warehouse)
    many(channel, "more", BATCH - 3)
    with query_count() as one_batch:
        export(channel, warehouse)
    assert len(one_batch) == len(few)
    many(channel, "most", BATCH)
    with query_count() as two_batches:
        export(channel, warehouse)
    assert len(two_batches) - len(one_batch) == 10


class Drain:
    """Takes text and keeps none of it."""

    def write(self, text: str) -> None:
        """Forget it."""


def peak(channel, warehouse):
    tracemalloc.start()
    export_shopify_products(file=Drain(), channel=channel, warehouse=warehouse, actor=SYSTEM)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_three_times_the_products_take_no_more_memory(channel, warehouse):
    many(channel, "first", BATCH * 2)
    peak(channel, warehouse)
    small = peak(channel, warehouse)
    many(channel, "then", BATCH * 4)
    assert peak(channel, warehouse) < small * 1.3


@pytest.mark.usefixtures("durable")
def test_the_file_is_the_shop_of_one_moment(monkeypatch):
    """Somebody renames a product and takes another away while the export is under way."""
    monkeypatch.setattr("commerce.exporting.shelf.BATCH", 1)
    channel = make_channel()
    warehouse = make_warehouse(channels=[channel])
    for slug in ("a", "b", "c"):
        make_variant(product=make_product(slug.upper(), slug=slug), price=1000)

    def meddle(_products):
        with ThreadPoolExecutor(1) as other:
            other.submit(change).result()

    def change():
        Product.objects.filter(slug="b").update(name="Other")
        Product.objects.filter(slug="c").delete()
        connection.close()

    out = io.StringIO(newline="")
    export_shopify_products(file=out, channel=channel, warehouse=warehouse, progress=meddle, actor=SYSTEM)
    assert [(row["Title"], row["Price"]) for row in rows_of(out.getvalue())] == [
        ("A", "10.00"), ("B", "10.00"), ("C", "10.00"),
    ]  # fmt: skip
    assert set(Product.objects.values_list("name", flat=True)) == {"A", "Other"}


def test_staff_of_another_channel_may_not_export(channel, warehouse):
    actor = staff_actor(Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK, channels=[make_channel("eu")])
    with pytest.raises(PermissionDenied):
        export_shopify_products(file=Drain(), channel=channel, warehouse=warehouse, actor=actor)


def test_the_command_writes_a_whole_file_or_none(channel, warehouse, tmp_path):
    make_variant(product=make_product("Mug", slug="mug"))
    path, said = tmp_path / "products.csv", io.StringIO()
    call_command("export_products", "--channel", "default-channel", "--output", str(path), stderr=said)
    assert "1 products in 1 rows, 0 left out" in said.getvalue()
    assert rows_of(path.read_text(encoding="utf-8"))[0]["Title"] == "Mug"
    assert list(tmp_path.iterdir()) == [path]
    out = io.StringIO(newline="")
    call_command("export_products", "--channel", "default-channel", stdout=out, stderr=said)
    assert out.getvalue() == path.read_bytes().decode()


def test_the_exit_code_tells_of_products_that_are_missing_and_of_wrong_calls(channel, warehouse, tmp_path):
    product = make_product("Set", slug="set")
    make_variant(product=product)
    make_variant(product=product)
    said = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("export_products", "--channel", "default-channel", stdout=io.StringIO(), stderr=said)
    assert failed.value.returncode == 1
    assert "LEFT OUT    set: Two of its variants" in said.getvalue()
    for options in (["nowhere"], ["default-channel", "--warehouse", "nowhere"],
                    ["default-channel", "--output", str(tmp_path / "no" / "file.csv")]):  # fmt: skip
        with pytest.raises(CommandError) as failed:
            call_command("export_products", "--channel", *options, stdout=io.StringIO(), stderr=io.StringIO())
        assert failed.value.returncode == 2
