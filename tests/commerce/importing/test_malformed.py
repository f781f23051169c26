"""Files that went through too many hands: each mistake is named, and nothing of that product changes."""

import pytest

from commerce.catalog.models import Product, ProductVariant
from commerce.importing.reader import FileRefused
from commerce.importing.shopify import MAX_HTML_CHARACTERS, MAX_ROWS_PER_PRODUCT
from tests.commerce.importing.conftest import MUG, as_csv, outcomes, variant

PEN = MUG | {"Handle": "pen", "Title": "Pen", "Variant SKU": "PEN-1"}


def reasons(report):
    return [(problem.line, problem.column) for problem in report.failures]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Variant Price": "1.234,56"}, "Variant Price"),
        ({"Variant Price": "-3"}, "Variant Price"),
        ({"Variant Price": "1e309"}, "Variant Price"),
        ({"Variant Price": "NaN"}, "Variant Price"),
        ({"Variant Price": "$5"}, "Variant Price"),
        ({"Variant Price": "9.999"}, "Variant Price"),
        ({"Variant Price": "9" * 30}, "Variant Price"),
        ({"Variant Price": ""}, "Variant Price"),
        ({"Variant Compare At Price": "x"}, "Variant Compare At Price"),
        ({"Cost per item": "-1"}, "Cost per item"),
        ({"Variant Inventory Qty": "many"}, "Variant Inventory Qty"),
        ({"Variant Inventory Qty": "2.5"}, "Variant Inventory Qty"),
        ({"Variant Grams": "-1"}, "Variant Grams"),
        ({"Variant Grams": "Infinity"}, "Variant Grams"),
        ({"Published": "perhaps"}, "Published"),
        ({"Status": "lost"}, "Status"),
        ({"Variant Inventory Policy": "sell"}, "Variant Inventory Policy"),
        ({"Title": ""}, "Title"),
        ({"Title": "x" * 251}, "Title"),
        ({"Handle": ""}, "Handle"),
        ({"Handle": "two words"}, "Handle"),
        ({"Variant SKU": "x" * 256}, "Variant SKU"),
        ({"Option1 Name": "Size", "Option1 Value": ""}, "Option1 Value"),
        ({"Option2 Name": "Size", "Option1 Name": ""}, "Option1 Name"),
        ({"Body (HTML)": "a\x00b"}, "Body (HTML)"),
        ({"Tags": ", ".join(map(str, range(300)))}, "Tags"),
    ],
)
def test_a_bad_cell_keeps_its_product_out_and_lets_the_next_in(load, cells, column):
    report = load(MUG | cells, PEN)
    assert (2, column) in reasons(report)
    assert outcomes(report) == {"created": 1, "failed": 1}
    assert list(Product.objects.values_list("slug", flat=True)) == ["pen"]


def test_a_bad_row_far_down_keeps_the_whole_product_as_it_was(load):
    rows = [MUG | {"Option1 Name": "Size", "Option1 Value": "S"}, variant(**{"Option1 Value": "L"})]
    load(*rows)
    report = load(rows[0] | {"Title": "Changed"}, rows[1] | {"Variant Price": "-3"})
    assert reasons(report) == [(3, "Variant Price")]
    assert Product.objects.get().name == "Mug"


def test_every_mistake_of_a_product_is_told_at_once(load):
    report = load(MUG | {"Variant Price": "-3", "Variant Grams": "heavy", "Status": "?"})
    assert {column for _, column in reasons(report)} == {"Variant Price", "Variant Grams", "Status"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(load):
    assert outcomes(load(b"\xef\xbb\xbf" + as_csv(MUG))) == {"created": 1}


def test_utf_16_as_spreadsheets_save_it_is_read(load):
    assert outcomes(load(as_csv(MUG | {"Title": "Käse"}, encoding="utf-16"))) == {"created": 1}
    assert Product.objects.get().name == "Käse"


def test_only_the_products_in_a_wrong_encoding_fail(load):
    report = load(as_csv(MUG | {"Title": "Käse"}, PEN, encoding="latin-1"))
    assert reasons(report) == [(2, "Title")]
    assert "UTF-8" in report.failures[0].reason
    assert list(Product.objects.values_list("slug", flat=True)) == ["pen"]
    assert outcomes(load(as_csv(MUG | {"Title": "Käse"}, encoding="latin-1"), encoding="latin-1")) == {"created": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"Title,Variant Price\nMug,1\n",
        b"Handle,Title\nmug,Mug\n",
        b"Handle;Title;Variant Price\nmug;Mug;1\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04" + bytes(200),
    ],
)
def test_a_file_that_is_something_else_is_refused_as_a_whole(load, content):
    with pytest.raises(FileRefused) as refused:
        load(content)
    assert refused.value.facts["line"] == 1


def test_a_quote_that_is_never_closed_costs_its_own_product_only(load):
    lines = as_csv(MUG, PEN, PEN | {"Handle": "ink", "Variant SKU": "INK"}).decode().splitlines(keepends=True)
    lines[1] = lines[1].replace("<p>A <b>mug</b>.</p>", '"<p>A mug.</p>')
    report = load("".join(lines).encode())
    assert list(Product.objects.order_by("slug").values_list("slug", flat=True)) == ["ink", "pen"]
    assert report.failures[0].line == 2
    assert report.failures[0].handle == "mug"


def test_a_stray_comma_moves_no_cell_into_another_column(load):
    lines = as_csv(MUG, PEN).decode().splitlines(keepends=True)
    lines[1] = lines[1].replace("Kiln", "Kiln, Ltd")
    report = load("".join(lines).encode())
    assert outcomes(report) == {"created": 1, "failed": 1}
    assert "cells" in report.failures[0].reason


def test_quotes_and_line_breaks_inside_of_quotes_are_text(load):
    html = '<p>12" wide,\n"quoted"</p>'
    report = load(MUG | {"Body (HTML)": html}, PEN | {"Variant Price": "x"})
    assert reasons(report) == [(4, "Variant Price")]
    assert Product.objects.get().description["blocks"][0]["data"]["text"] == '12" wide, "quoted"'


def test_a_handle_that_comes_again_further_down_is_a_duplicate(load):
    report = load(MUG, PEN, MUG | {"Title": "Other mug", "Variant SKU": "MUG-2"})
    assert reasons(report) == [(4, "Handle")]
    assert Product.objects.get(slug="mug").name == "Mug"


def test_an_sku_that_comes_again_in_the_file_fails_the_second_product(load):
    report = load(MUG, PEN | {"Variant SKU": "MUG-1"})
    assert reasons(report) == [(3, "Variant SKU")]
    assert "line 2" in report.failures[0].reason


def test_an_sku_of_another_product_of_the_shop_is_left_with_that_one(load):
    load(MUG)
    report = load(PEN | {"Variant SKU": "MUG-1"})
    assert reasons(report) == [(2, "Variant SKU")]
    assert ProductVariant.objects.get().product.slug == "mug"


def test_two_variants_with_the_same_options_are_a_mistake(load):
    report = load(MUG | {"Option1 Name": "Size", "Option1 Value": "S"}, variant(**{"Option1 Value": "s"}))
    assert reasons(report) == [(3, "Option1 Value")]


def test_a_body_of_five_megabytes_is_too_much(load):
    report = load(MUG | {"Body (HTML)": "<p>" + "x" * 5_000_000}, PEN)
    assert reasons(report) == [(2, "Body (HTML)")]
    assert outcomes(report) == {"created": 1, "failed": 1}


def test_an_endless_cell_does_not_swallow_the_file(load):
    content = (
        as_csv(PEN) + b'mug,Mug,"' + b"x" * 20_000_000 + b"\n" + as_csv(MUG | {"Handle": "ink"}).split(b"\n", 1)[1]
    )
    report = load(content)
    assert "never closed" in report.failures[0].reason
    assert "pen" in Product.objects.values_list("slug", flat=True)


def test_a_body_below_the_limit_is_read_in_good_time(load):
    report = load(MUG | {"Body (HTML)": "<div>" * 2_000 + "<b>x</b> " * ((MAX_HTML_CHARACTERS - 20_000) // 9)})
    assert outcomes(report) == {"created": 1}


def test_scripts_do_not_come_in(load):
    load(MUG | {"Body (HTML)": '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">l</a></p><svg/>'})
    text = Product.objects.get().description["blocks"][0]["data"]["text"]
    assert "Hi" in text
    assert not any(word in text for word in ("script", "onclick", "svg", "alert"))


def test_a_product_of_endless_rows_is_refused_without_keeping_them(load):
    rows = [variant(**{"Option1 Value": str(n)}) for n in range(MAX_ROWS_PER_PRODUCT + 200)]
    report = load(MUG | {"Option1 Name": "Size", "Option1 Value": "S"}, *rows)
    assert outcomes(report) == {"failed": 1}
    assert not Product.objects.exists()


def test_one_bad_product_does_not_spoil_its_batch(load, monkeypatch):
    """The database itself refuses one of many: the others of the same transaction come in all the same."""
    from commerce.importing import compare

    spoil = compare.Comparison._set_price

    def spoiled(self, given, variant):
        changed = spoil(self, given, variant)
        if variant.sku == "BAD":
            self.changes.new_prices[-1].price_amount = -1
        return changed

    monkeypatch.setattr(compare.Comparison, "_set_price", spoiled)
    rows = [PEN | {"Handle": f"pen-{n}", "Variant SKU": f"PEN-{n}"} for n in range(5)]
    rows.insert(2, PEN | {"Handle": "bad", "Variant SKU": "BAD", "Product Category": "Only > Here"})
    report = load(*rows)
    assert outcomes(report) == {"created": 5, "failed": 1}
    assert report.failures[0].handle == "bad"
    assert "variant_price_not_negative" in report.failures[0].reason
    assert not Product.objects.filter(slug="bad").exists()


def test_a_mistake_in_the_second_batch_leaves_the_first_alone(load, settings):
    rows = [PEN | {"Handle": f"pen-{n}", "Variant SKU": f"PEN-{n}"} for n in range(settings.IMPORT_BATCH_ROWS + 5)]
    rows[-1]["Variant Price"] = "-3"
    assert outcomes(load(*rows)) == {"created": settings.IMPORT_BATCH_ROWS + 4, "failed": 1}
