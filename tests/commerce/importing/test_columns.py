"""Every column of Shopify's export has a place in the shop or is named in the report; none is lost in silence."""

from decimal import Decimal

import pytest

from commerce.catalog.contents import COLUMNS
from commerce.catalog.models import Collection, Product, ProductMedia, ProductVariant, VariantChannelListing
from commerce.importing.columns import canonical
from tests.commerce.importing.conftest import MUG, as_csv, outcomes

_NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,Option2 Linked To,Option3 name,"
    "Option3 value,Option3 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,"
    "Unit price total measure,Unit price total measure unit,Unit price base measure,Unit price base measure unit,"
    "Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),"
    "Weight unit for display,Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,"
    "Variant image URL,Gift card,SEO title,SEO description,Color (product.metafields.shopify.color-pattern),"
    "Care guide (product.metafields.custom.care_guide),Google Shopping / Google product category,"
    "Google Shopping / Gender,Google Shopping / Age group,Google Shopping / Manufacturer part number (MPN),"
    "Google Shopping / Ad group name,Google Shopping / Ads labels,Google Shopping / Condition,"
    "Google Shopping / Custom product,Google Shopping / Custom label 0,Included / United States,"
    "Included / International,Price / International,Compare-at price / International"
)
_OLD = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,"
    "Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,"
    "Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,"
    "Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Google Product Category,"
    "Google Shopping / MPN,Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item,Price / International,"
    "Compare At Price / International,Status"
)
NEW, OLD = _NEW.split(","), _OLD.split(",")
MODEL_ROW = {
    "Title": "Mug",
    "URL handle": "mug",
    "Description": "<p>A mug.</p>",
    "Vendor": "Kiln",
    "Product category": "Home > Mugs",
    "Type": "Mug",
    "Tags": "gift",
    "Published on online store": "TRUE",
    "Status": "active",
    "SKU": "MUG-1",
    "Barcode": "'012345",
    "Option1 name": "Title",
    "Option1 value": "Default Title",
    "Price": "18.00",
    "Compare-at price": "24.00",
    "Cost per item": "7.50",
    "Inventory tracker": "shopify",
    "Inventory quantity": "7",
    "Continue selling when out of stock": "DENY",
    "Weight value (grams)": "350",
    "Requires shipping": "TRUE",
    "Product image URL": "https://example.com/1.jpg",
    "Image position": "1",
    "Image alt text": "Front",
    "Variant image URL": "https://example.com/1.jpg",
    "SEO title": "Mugs",
    "SEO description": "All mugs",
    "Color (product.metafields.shopify.color-pattern)": "blue; white",
    "Care guide (product.metafields.custom.care_guide)": "Hot; then cold.",
    "Google Shopping / Google product category": "2169",
}


@pytest.mark.parametrize("columns", [NEW, OLD], ids=["new", "old"])
def test_every_column_is_kept_or_named_in_the_report(load, columns):
    ours = {canonical(column): value for column, value in MODEL_ROW.items()}
    row = {column: ours.get(canonical(column), "x") for column in columns}
    row |= {column: "" for column in columns if column.startswith(("Option2", "Option3", "Option1 Linked"))}
    report = load(as_csv(row, columns=columns))
    assert outcomes(report) == {"created": 1}
    kept = {column for column in columns if canonical(column)}
    assert set(report.not_kept) == set(columns) - kept
    assert set(report.not_kept.values()) <= {1}
    assert any("NOT KEPT column 'Price / International': 1 cell" in line for line in report.lines())


def test_the_new_columns_fill_the_same_fields_as_the_old_ones(load):
    load(as_csv(MODEL_ROW, columns=NEW))
    mug = ProductVariant.objects.get()
    assert (mug.sku, mug.barcode, mug.weight_grams, mug.track_inventory) == ("MUG-1", "012345", 350, True)
    price = mug.channel_listings.get()
    assert (price.price_amount, price.compare_at_amount, price.cost_amount) == (1800, 2400, 750)
    assert (mug.product.seo_title, mug.product.category.name) == ("Mugs", "Mugs")
    picture = ProductMedia.objects.get()
    assert (picture.source_url, picture.alt, list(picture.variants.all())) == (
        "https://example.com/1.jpg",
        "Front",
        [mug],
    )


def test_columns_that_are_empty_are_not_complained_about(load):
    assert not load(as_csv(MODEL_ROW, columns=NEW)).not_kept


def test_a_column_that_stands_there_twice_is_kept_once_and_named(load):
    content = b"Handle,Title,Variant Price,Title\nmug,Mug,18,Cup\n"
    report = load(content)
    assert Product.objects.get().name == "Mug"
    assert report.not_kept == {"Title": 1}


def test_category_metafields_are_attributes_and_others_are_metadata(load):
    load(as_csv(MODEL_ROW, columns=NEW))
    product = Product.objects.get()
    values = product.attribute_values.filter(value__attribute__slug="color-pattern")
    assert list(values.values_list("value__attribute__name", "value__name")) == [("Color", "blue"), ("Color", "white")]
    assert product.metadata == {"custom.care_guide": "Hot; then cold."}
    assert outcomes(load(as_csv(MODEL_ROW, columns=NEW))) == {"unchanged": 1}


def test_a_link_of_an_option_to_another_system_is_named(load):
    cells = {"Option1 name": "Color", "Option1 value": "Blue", "Option1 Linked To": "product.metafields.shopify.color"}
    report = load(as_csv(MODEL_ROW | cells, columns=NEW))
    assert outcomes(report) == {"created": 1}
    assert [warning.column for warning in report.warnings] == ["Option1 Linked To"]
    assert ProductVariant.objects.get().name == "Blue"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Care (product.metafields.custom.care)", "x" * 10_001),
        ("Colour (product.metafields.shopify.colour)", "x" * 251),
        ("Colour (product.metafields.shopify.colour)", '["\\u0000"]'),
        ("Colour (product.metafields.shopify.colour)", '["\\ud800"]'),
        ("Collection", "x" * 251),
    ],
)
def test_a_metafield_that_does_not_fit_keeps_its_product_out(load, column, cell):
    report = load(as_csv(MUG | {column: cell}, columns=(*MUG, column)))
    assert outcomes(report) == {"failed": 1}
    assert report.failures[0].column == column
    assert not Product.objects.exists()


@pytest.mark.parametrize("broken", [b"\x00", b"\xe4"], ids=["NUL", "not UTF-8"])
@pytest.mark.parametrize("namespace", [b"shopify", b"custom", b"attribute"])
def test_a_header_that_is_no_text_is_named_and_not_kept(load, broken, namespace):
    content = (
        b"Handle,Title,Variant Price,Col" + broken + b" (product.metafields." + namespace + b".colour)\nmug,Mug,18,x\n"
    )
    report = load(content)
    assert outcomes(report) == {"created": 1}
    assert sum(report.not_kept.values()) == 1
    assert all(line.encode() for line in report.lines())


@pytest.mark.parametrize("link", ["two words", "x" * 300, "", "größe"])
def test_an_option_can_be_linked_to_whatever_attribute(load, link):
    cells = {"Option1 Name": "Size", "Option1 Value": "S", "Option1 Linked To": f"product.metafields.attribute.{link}"}
    assert outcomes(load(as_csv(MUG | cells, columns=(*MUG, "Option1 Linked To")))) == {"created": 1}
    (value,) = ProductVariant.objects.get().attribute_values.all()
    slug = value.value.attribute.slug
    assert slug == {"two words": "two-words", "": "attribute"}.get(link, link[:240])


def test_too_many_metafields_are_an_error_of_their_product(load):
    columns = [f"M{n} (product.metafields.custom.m{n})" for n in range(51)]
    report = load(as_csv(MUG | dict.fromkeys(columns, "x"), MUG | {"Handle": "b", "Variant SKU": "B"},
                         columns=(*MUG, *columns)))  # fmt: skip
    assert outcomes(report) == {"created": 1, "failed": 1}
    assert "50" in report.failures[0].reason


def test_a_collection_is_made_once_and_its_products_stay_in_it(load):
    rows = [MUG | {"Collection": "Sale"}, MUG | {"Handle": "bowl", "Variant SKU": "B", "Collection": "sale"}]
    columns = (*MUG, "Collection")
    assert outcomes(load(as_csv(*rows, columns=columns))) == {"created": 2}
    assert Collection.objects.get().products.count() == 2
    assert outcomes(load(as_csv(*rows, columns=columns))) == {"unchanged": 2}
    assert outcomes(load(as_csv(*rows, columns=MUG))) == {"unchanged": 2}
    assert Collection.objects.get().products.count() == 2


CONTENTS = {
    "Unit Price Total Measure": "0.75",
    "Unit price total measure unit": "L",
    "Unit Price Base Measure": "100",
    "Unit price base measure unit": "ml",
}


def contents():
    return [getattr(ProductVariant.objects.get(), name) for name in COLUMNS]


def test_what_is_in_a_variant_comes_with_its_amount_for_the_unit_price(load):
    columns = (*MUG, *CONTENTS)
    assert outcomes(load(as_csv(MUG | CONTENTS, columns=columns))) == {"created": 1}
    assert contents() == [Decimal("0.75"), "l", 100, "ml"]
    assert outcomes(load(as_csv(MUG | CONTENTS, columns=columns))) == {"unchanged": 1}
    blank = dict.fromkeys(CONTENTS, "")
    assert outcomes(load(as_csv(MUG | blank, columns=columns))) == {"unchanged": 1}, "what is blank stays"
    assert outcomes(load(as_csv(MUG, columns=MUG))) == {"unchanged": 1}
    dozen = blank | {"Unit Price Total Measure": "12", "Unit price total measure unit": "items"}
    assert outcomes(load(as_csv(MUG | dozen, columns=columns))) == {"updated": 1}
    assert contents() == [12, "piece", None, None], "the four cells count together"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Unit price total measure unit": "fl oz"}, "Unit Price Total Measure Unit"),
        ({"Unit price base measure unit": "kg"}, "Unit Price Base Measure Unit"),
        ({"Unit price total measure unit": ""}, "Unit Price Total Measure Unit"),
        ({"Unit Price Total Measure": "much"}, "Unit Price Total Measure"),
        ({"Unit Price Total Measure": "NaN"}, "Unit Price Total Measure"),
        ({"Unit Price Total Measure": "0"}, "Unit Price Total Measure"),
        ({"Unit Price Base Measure": "1e99"}, "Unit Price Base Measure"),
    ],
)
def test_contents_that_make_no_sense_are_told_and_left_out(load, cells, column):
    report = load(as_csv(MUG | CONTENTS | cells, columns=(*MUG, *CONTENTS)))
    assert outcomes(report) == {"created": 1}
    assert [warning.column.casefold() for warning in report.warnings] == [column.casefold()]
    assert contents() == [None, None, None, None]


def test_what_the_file_has_no_column_for_stays(load, channel):
    load(MUG | {"Published": "false", "Variant Inventory Tracker": "", "Variant Inventory Policy": "continue",
                "Variant Requires Shipping": "false", "Variant Compare At Price": "24"})  # fmt: skip
    few = ("Handle", "Title", "Variant SKU", "Variant Price")
    assert outcomes(load(as_csv(MUG, columns=few))) == {"unchanged": 1}
    assert outcomes(load(as_csv(MUG | {"Variant Price": "19"}, columns=few))) == {"updated": 1}
    mug = ProductVariant.objects.get()
    assert (mug.track_inventory, mug.backorder_allowed, mug.is_shipping_required) == (False, True, False)
    assert VariantChannelListing.objects.get().compare_at_amount == 2400
    assert not mug.product.channel_listings.get().is_published


def test_pictures_and_videos_that_no_import_brought_stay(load):
    load(MUG | {"Image Src": "https://example.com/a.jpg"})
    product = Product.objects.get()
    ProductMedia.objects.create(product=product, file="products/own.jpg")
    ProductMedia.objects.create(product=product, kind="video", source_url="https://example.com/film")
    assert outcomes(load(MUG | {"Image Src": "https://example.com/a.jpg"})) == {"unchanged": 1}
    assert ProductMedia.objects.count() == 3
