"""A merchant exports, edits in a spreadsheet, and imports: what was edited changes, and nothing else."""

import csv
import io

import pytest

from commerce.catalog.models import Category, Collection, Product, ProductMedia, ProductType, ProductVariant
from commerce.catalog.rich_text import clean_blocks
from commerce.events.models import Event
from commerce.inventory.models import StockMovement
from tests.commerce.exporting.conftest import catalog, export, load
from tests.commerce.importing.conftest import outcomes
from tests.factories import (
    make_attribute,
    make_category,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)


@pytest.fixture
def shop(channel, warehouse):
    """Products of a merchant who names things by hand: own slugs, own order, own names of variants."""
    colour = make_attribute("farbe", "Blue", "Red", name="Colour")
    made_of = make_attribute("stoff", "Clay", "Glass; frosted", name="Material", input_type="multiselect")
    mugs = make_category("tassen", name="Mugs", parent=make_category("haus", name="Home"))
    kind = make_product_type("becher", name="Mug", variant_attributes=[colour], product_attributes=[made_of])
    mug = make_product(
        "Mug", slug="mug", product_type=kind, category=mugs, attribute_values=made_of.values.all(),
        metadata={"erp": "7", "custom.care": "-cold"}, seo_title="Mugs",
        description=clean_blocks({"blocks": [{"type": "embed", "data": {"url": "https://example.com/film"}}]}),
    )  # fmt: skip
    for place, value in enumerate(colour.values.order_by("name")):
        make_variant(product=mug, sku=f"MUG-{value.name}", name=f"A {value.name} one", sort_order=place * 5 + 2,
                     attribute_values=[value], quantity_limit_per_customer=3)  # fmt: skip
    ProductMedia.objects.create(product=mug, source_url="https://example.com/mug.jpg", alt="Mug", sort_order=4)
    make_variant(product=make_product("Bowl", slug="bowl", product_type=kind, is_published=False), sku="BOWL")
    make_collection("angebote", name="Sale", products=[mug])
    make_collection("zuletzt", name="Last chance", products=[mug])
    return channel, warehouse


def edited(text, handle, **cells):
    """The file with other cells on the first row of a product; `_` stands for a space, `Option1_value` for a column."""
    rows = list(csv.reader(io.StringIO(text)))
    header = rows[0]
    row = next(row for row in rows if row[header.index("URL handle")] == handle)
    for column, value in cells.items():
        row[next(n for n, name in enumerate(header) if name.split(" (")[0] == column.replace("_", " "))] = value
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def versions():
    return set(Product.objects.values_list("slug", "version")), set(
        ProductVariant.objects.values_list("sku", "version")
    )


def counts():
    return [model.objects.count() for model in (ProductType, Category, Collection, ProductMedia, StockMovement)]


def test_an_export_that_nobody_edited_changes_nothing(shop):
    before = (versions(), counts(), catalog(shop[0]), Event.objects.count())
    text, report = export(*shop)
    assert not report.not_written
    assert outcomes(load(text, *shop)) == {"unchanged": 2}
    assert (versions(), counts(), catalog(shop[0]), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("cells", "path", "value"),
    [
        ({"Title": "Big mug"}, ("name",), "Big mug"),
        ({"Title": "'=Big"}, ("name",), "=Big"),
        ({"SEO_title": "All mugs"}, ("seo", 0), "All mugs"),
        ({"Product_category": "Home > Cups"}, ("category",), ("Home", "Cups")),
        ({"Type": "Cup"}, ("type",), "Cup"),
        ({"Published_on_online_store": "FALSE"}, ("published",), False),
        ({"Status": "draft"}, ("published",), False),
        ({"Material": "Clay"}, ("values",), [("stoff", "Material", "Clay")]),
        ({"Collections": "Sale"}, ("collections",), {"Sale"}),
        ({"care": "warm"}, ("metadata", "custom.care"), "warm"),
        ({"erp": "8"}, ("metadata", "erp"), "8"),
        ({"Image_alt_text": "A mug"}, ("pictures", 0, 1), "A mug"),
        ({"Description": "<p>New</p>"}, ("description",),
         {"blocks": [{"type": "paragraph", "data": {"text": "New"}}]}),
        ({"Price": "19.50"}, ("variants", 0, "price"), (1950, None, None)),
        ({"Compare-at_price": "24"}, ("variants", 0, "price"), (1000, 2400, None)),
        ({"Cost_per_item": "3"}, ("variants", 0, "price"), (1000, None, 300)),
        ({"Inventory_quantity": "3"}, ("variants", 0, "on_hand"), 3),
        ({"Barcode": "'012"}, ("variants", 0, "fields", 2), "012"),
        ({"Weight_value": "5"}, ("variants", 0, "fields", 3), 5),
        ({"Requires_shipping": "FALSE"}, ("variants", 0, "fields", 4), False),
        ({"Inventory_tracker": ""}, ("variants", 0, "fields", 5), False),
        ({"Continue_selling_when_out_of_stock": "CONTINUE"}, ("variants", 0, "fields", 6), True),
        ({"HS_Code": "6912.00"}, ("variants", 0, "fields", 7), "691200"),
        ({"COO": "pt"}, ("variants", 0, "fields", 8), "PT"),
        ({"Variant_name": "Blue mug"}, ("variants", 0, "fields", 1), "Blue mug"),
        ({"Variant_image_URL": "https://example.com/mug.jpg"}, ("variants", 0, "pictures"),
         {"https://example.com/mug.jpg"}),
    ],
)  # fmt: skip
def test_one_edited_cell_changes_one_thing(shop, cells, path, value):
    expected = catalog(shop[0])
    *steps, last = ("mug", *path)
    inner = expected
    for step in steps:
        inner = inner[step]
    if isinstance(inner, tuple):
        steps, last, value = steps[:-1], steps[-1], (*inner[:last], value, *inner[last + 1 :])
        inner = expected
        for step in steps:
            inner = inner[step]
    assert inner[last] != value
    inner[last] = value
    text = edited(export(*shop)[0], "mug", **cells)
    assert outcomes(load(text, *shop)) == {"updated": 1, "unchanged": 1}
    assert catalog(shop[0]) == expected
    assert set(ProductVariant.objects.values_list("sku", "quantity_limit_per_customer")) == {
        ("MUG-Blue", 3), ("MUG-Red", 3), ("BOWL", None),
    }  # fmt: skip


def test_a_file_with_its_rows_the_other_way_round_orders_the_variants_so(shop):
    channel, warehouse = shop
    header, bowl, blue, red = csv.reader(io.StringIO(export(channel, warehouse)[0]))
    of_product = {
        "Price",
        "SKU",
        "Option1 value",
        "Inventory quantity",
        "Variant name (variant.metafields.handcart.name)",
    }
    for place in (header.index(name) for name in of_product):
        blue[place], red[place] = red[place], blue[place]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, bowl, blue, red])
    assert outcomes(load(out.getvalue(), channel, warehouse)) == {"updated": 1, "unchanged": 1}
    skus = ProductVariant.objects.filter(product__slug="mug").order_by("sort_order").values_list("sku", flat=True)
    assert list(skus) == ["MUG-Red", "MUG-Blue"]


@pytest.mark.parametrize(
    "cell",
    ['{"blocks": "x"}', "{", "NaN", '{"blocks": [{"type": "p", "data": {"n": NaN}}]}', '{"blocks": ["\\u0000"]}',
     '{"blocks": [{"type": "x", "data": {"\\u0000": 1}}]}', '{"blocks": [{"type": "\\ud800", "data": {}}]}',
     '{"blocks": [{"type": "x", "data": {"\\ud800": 1}}]}', "[" * 5000],
)  # fmt: skip
def test_blocks_that_are_none_leave_the_html_to_speak(shop, cell):
    text = edited(export(*shop)[0], "mug", Description_blocks=cell, Description="<p>Still here</p>")
    assert outcomes(load(text, *shop)) == {"updated": 1, "unchanged": 1}
    blocks = Product.objects.get(slug="mug").description["blocks"]
    assert [block["data"] for block in blocks] == [{"text": "Still here"}]


def test_blocks_are_cleaned_like_everything_that_comes_in(shop):
    cell = '{"blocks": [{"type": "paragraph", "data": {"text": "Hi<script>alert(1)</script>"}}]}'
    load(edited(export(*shop)[0], "mug", Description_blocks=cell, Description="<p>Hi</p>"), *shop)
    assert "script" not in str(Product.objects.get(slug="mug").description)
