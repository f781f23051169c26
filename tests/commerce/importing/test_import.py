"""A merchant moves in: what becomes of a sound file."""

import io

import pytest

from commerce.attributes.models import Attribute
from commerce.catalog.models import Category, Product, ProductMedia, ProductTypeAttribute, ProductVariant
from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.importing.services import import_shopify_products
from commerce.inventory.models import Stock, StockMovement
from tests.commerce.importing.conftest import MUG, as_csv, outcomes, variant
from tests.factories import make_channel, staff_actor


def test_a_plain_product_comes_in_whole(load, channel, warehouse):
    report = load(MUG | {"Variant Compare At Price": "24", "Cost per item": "7.5", "SEO Title": "Mugs"})
    assert outcomes(report) == {"created": 1}
    product = Product.objects.get(slug="mug")
    assert (product.name, product.product_type.name, product.seo_title) == ("Mug", "Mug", "Mugs")
    assert product.description == {"blocks": [{"type": "paragraph", "data": {"text": "A <b>mug</b>."}}]}
    values = product.attribute_values.values_list("value__attribute__slug", "value__name")
    assert set(values) == {("vendor", "Kiln"), ("tags", "stoneware"), ("tags", "gift")}
    mug = product.variants.get()
    assert (mug.sku, mug.name, mug.weight_grams, mug.track_inventory) == ("MUG-1", "", 350, True)
    price = mug.channel_listings.get()
    assert (price.channel, price.price_amount, price.compare_at_amount, price.cost_amount) == (channel, 1800, 2400, 750)
    listing = product.channel_listings.get()
    assert listing.is_published
    assert listing.available_for_purchase_at
    assert (listing.min_price_amount, listing.max_price_amount) == (1800, 1800)
    assert Stock.objects.get().on_hand == 7
    assert StockMovement.objects.get().reason == "import"
    assert "mug-1" in product.search_text


def test_options_become_attributes_by_which_shoppers_choose(load):
    load(
        MUG | {"Option1 Name": "Colour", "Option1 Value": "Blue", "Option2 Name": "Size", "Option2 Value": "S"},
        variant(**{"Option1 Value": "Blue", "Option2 Value": "L", "Variant SKU": "MUG-2"}),
        variant(**{"Option1 Value": "blue", "Option2 Value": "XL", "Variant SKU": "MUG-3"}),
    )
    variants = ProductVariant.objects.order_by("sort_order")
    assert [variant.name for variant in variants] == ["Blue / S", "Blue / L", "blue / XL"]
    assert Attribute.objects.get(slug="colour").values.count() == 1
    assert Attribute.objects.get(slug="size").values.count() == 3
    links = ProductTypeAttribute.objects.filter(scope="variant")
    assert all(link.variant_selection for link in links)
    assert links.count() == 2


def test_the_tree_of_categories_is_built_once_and_the_type_stands_in(load):
    load(
        MUG | {"Product Category": "Home > Kitchen > Mugs"},
        MUG | {"Handle": "bowl", "Variant SKU": "B", "Product Category": "Home > kitchen > Bowls"},
        MUG | {"Handle": "pen", "Variant SKU": "P", "Product Category": "", "Type": "Pens"},
        MUG | {"Handle": "ink", "Variant SKU": "I", "Product Category": "2271", "Type": ""},
    )
    assert set(Category.objects.values_list("name", flat=True)) == {"Home", "Kitchen", "Mugs", "Bowls", "Pens"}
    mugs = Category.objects.get(name="Mugs")
    assert [Category.objects.get(id=step).name for step in mugs.ancestors] == ["Home", "Kitchen", "Mugs"]
    assert Product.objects.get(slug="ink").category is None


def test_the_second_import_of_a_file_changes_nothing(load):
    rows = [
        MUG | {"Option1 Name": "Colour", "Option1 Value": "Blue", "Image Src": "https://example.com/a.jpg"},
        variant(**{"Option1 Value": "Red", "Variant Image": "https://example.com/b.jpg"}),
    ]
    load(*rows)
    before = (Event.objects.count(), StockMovement.objects.count(), Product.objects.get().version)
    assert outcomes(load(*rows)) == {"unchanged": 1}
    assert (Event.objects.count(), StockMovement.objects.count(), Product.objects.get().version) == before
    assert ProductVariant.objects.count() == 2


def test_a_changed_file_updates_what_changed_and_says_so(load):
    load(MUG, MUG | {"Handle": "bowl", "Title": "Bowl", "Variant SKU": "B"})
    Event.objects.all().delete()
    report = load(
        MUG | {"Variant Price": "19.50", "Variant Inventory Qty": "3", "Tags": "stoneware, new", "Title": "Big mug"},
        MUG | {"Handle": "bowl", "Title": "Bowl", "Variant SKU": "B"},
    )
    assert outcomes(report) == {"updated": 1, "unchanged": 1}
    product = Product.objects.get(slug="mug")
    assert (product.name, product.sort_name, product.version) == ("Big mug", "big mug", 2)
    assert product.channel_listings.get().min_price_amount == 1950
    tags = product.attribute_values.filter(value__attribute__slug="tags")
    assert set(tags.values_list("value__name", flat=True)) == {"stoneware", "new"}
    assert Stock.objects.get(variant__product=product).on_hand == 3
    assert set(Event.objects.values_list("type", flat=True)) == {
        "product.updated",
        "variant.price_changed",
        "stock.changed",
    }


def test_variants_are_recognised_by_sku_and_without_one_by_their_options(load):
    options = {"Option1 Name": "Size", "Option1 Value": "S"}
    load(MUG | options, variant(**{"Option1 Value": "L", "Variant SKU": ""}))
    ids = dict(ProductVariant.objects.values_list("name", "id"))
    load(MUG | options | {"Option1 Value": "Small"}, variant(**{"Option1 Value": "L", "Variant Price": "20"}))
    assert dict(ProductVariant.objects.values_list("name", "id")) == {"Small": ids["S"], "L": ids["L"]}


def test_two_variants_can_swap_their_skus(load):
    options = {"Option1 Name": "Size", "Option1 Value": "S"}
    load(MUG | options | {"Variant SKU": "A"}, variant(**{"Option1 Value": "L", "Variant SKU": "B"}))
    report = load(MUG | options | {"Variant SKU": "B"}, variant(**{"Option1 Value": "L", "Variant SKU": "A"}))
    assert not report.failed
    assert dict(ProductVariant.objects.values_list("name", "sku")) == {"S": "B", "L": "A"}


def test_what_the_file_leaves_blank_stays(load):
    load(MUG)
    load(MUG | {"Body (HTML)": "", "Vendor": "", "Tags": "", "Variant Inventory Qty": "", "Variant Grams": ""})
    product = Product.objects.get()
    assert product.description
    assert product.attribute_values.count() == 3
    assert product.variants.get().weight_grams == 350
    assert Stock.objects.get().on_hand == 7


@pytest.mark.parametrize(
    ("published", "status", "shown"),
    [("true", "active", True), ("false", "active", False), ("TRUE", "draft", False), ("", "archived", False),
     ("", "", True)],
)  # fmt: skip
def test_drafts_and_unpublished_products_come_in_unseen(load, published, status, shown):
    load(MUG | {"Published": published, "Status": status})
    assert Product.objects.get().channel_listings.get().is_published is shown


def test_a_blank_tracker_means_that_there_is_always_enough(load):
    load(MUG | {"Variant Inventory Tracker": "", "Variant Inventory Qty": "1"})
    mug = ProductVariant.objects.get()
    assert not mug.track_inventory
    assert mug.stocks.get().on_hand == 1


def test_continue_means_backorder_also_for_stock_that_is_there(load):
    load(MUG)
    load(MUG | {"Variant Inventory Policy": "continue"})
    stock = Stock.objects.get()
    assert stock.oversellable
    assert stock.variant.backorder_allowed


def test_a_price_before_reduction_that_is_none_is_left_out_with_a_warning(load):
    report = load(MUG | {"Variant Compare At Price": "0"})
    assert outcomes(report) == {"created": 1}
    assert [problem.column for problem in report.warnings] == ["Variant Compare At Price"]
    assert ProductVariant.objects.get().channel_listings.get().compare_at_amount is None


def test_promised_units_are_not_counted_away(load):
    load(MUG)
    Stock.objects.update(reserved=5)
    report = load(MUG | {"Variant Inventory Qty": "2"})
    assert [(problem.line, problem.column) for problem in report.warnings] == [(2, "Variant Inventory Qty")]
    assert Stock.objects.get().on_hand == 7


def test_pictures_wait_for_the_workers_in_their_order_with_their_variants(load):
    load(
        MUG | {"Option1 Name": "Colour", "Option1 Value": "Blue", "Image Src": "https://example.com/2.jpg",
               "Image Position": "2", "Image Alt Text": "Side", "Variant Image": "https://example.com/1.jpg"},
        {"Handle": "mug", "Image Src": "https://example.com/1.jpg", "Image Position": "1"},
        {"Handle": "mug", "Image Src": "not an address"},
    )  # fmt: skip
    media = ProductMedia.objects.order_by("sort_order")
    assert [(picture.source_url[-5:], picture.alt, picture.status) for picture in media] == [
        ("1.jpg", "", "pending"),
        ("2.jpg", "Side", "pending"),
    ]
    assert [picture.source_url[-5:] for picture in ProductVariant.objects.get().media.all()] == ["1.jpg"]


def test_a_picture_that_the_file_no_longer_has_goes(load):
    load(MUG | {"Image Src": "https://example.com/old.jpg"})
    assert outcomes(load(MUG | {"Image Src": "https://example.com/new.jpg"})) == {"updated": 1}
    assert ProductMedia.objects.get().source_url == "https://example.com/new.jpg"


def test_the_newer_names_of_the_columns_are_understood(load):
    content = (
        b"Title,URL handle,Description,SKU,Price,Inventory quantity,Continue selling when out of stock,Status\n"
        b"Mug,mug,Nice,MUG-1,18,4,CONTINUE,Active\n"
    )
    assert outcomes(load(content)) == {"created": 1}
    assert ProductVariant.objects.get().backorder_allowed
    assert Stock.objects.get().on_hand == 4


def test_a_second_channel_gets_its_own_prices_for_the_same_products(load, warehouse):
    load(MUG)
    euro = make_channel("eu", currency_code="EUR")
    assert outcomes(load(MUG | {"Variant Price": "17.90"}, channel=euro)) == {"updated": 1}
    prices = ProductVariant.objects.get().channel_listings.values_list("channel__slug", "price_amount")
    assert set(prices) == {("default-channel", 1800), ("eu", 1790)}


def test_yen_have_no_cents(load):
    yen = make_channel("jp", currency_code="JPY")
    load(MUG | {"Variant Price": "1800.00"}, channel=yen)
    assert ProductVariant.objects.get().channel_listings.get().price_amount == 1800
    report = load(MUG | {"Variant Price": "1800.50"}, channel=yen)
    assert report.failures[0].column == "Variant Price"


def test_a_dry_run_reports_the_same_and_changes_nothing(load):
    report = load(MUG | {"Product Category": "A > B"}, is_dry_run=True)
    assert outcomes(report) == {"created": 1}
    assert not Product.objects.exists()
    assert not Category.objects.exists()
    assert not Event.objects.exists()


def test_statements_do_not_grow_with_the_products(load, query_count):
    def rows(prefix, count):
        return [
            MUG | {"Handle": f"{prefix}-{n}", "Title": f"{prefix} {n}", "Variant SKU": f"{prefix}-{n}"}
            for n in range(count)
        ]

    with query_count() as few:
        load(*rows("few", 3))
    with query_count() as many:
        load(*rows("many", 200))
    assert len(many) <= len(few)


def test_staff_of_another_channel_may_not_import(channel, warehouse):
    actor = staff_actor(Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK, channels=[make_channel("eu")])
    with pytest.raises(PermissionDenied):
        import_shopify_products(file=io.BytesIO(as_csv(MUG)), channel=channel, warehouse=warehouse, actor=actor)
