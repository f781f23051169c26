"""The whole catalog as JSON Lines: out, into an empty shop, and out again as the same file."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog import services
from commerce.catalog.contents import COLUMNS
from commerce.catalog.models import (
    Collection,
    Product,
    ProductAttributeValue,
    ProductMedia,
    ProductTypeAttribute,
    ProductVariant,
)
from commerce.catalog.relation_models import ProductRelation
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.services.bundles import PartOfBundle, PricedByParts
from commerce.content.models import Menu, MenuItem, Page, PageType
from commerce.content.services.translations import translate_menu_item, translate_page
from commerce.core.actor import SYSTEM
from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission
from commerce.exporting.lines import export_catalog_lines
from commerce.importing.lines.job import TYPES, LinesJob
from commerce.importing.report import ImportReport
from tests.commerce.exporting.conftest import _product, catalog, empty_the_shop
from tests.commerce.exporting.test_round_trip import PRODUCT, build
from tests.commerce.importing.conftest import outcomes
from tests.content import make_item, make_page, make_page_type
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
    make_warehouse,
    staff_actor,
    stock_up,
)
from tests.made_once import made_once
from tests.statements import recorded_statements


def export():
    out = io.StringIO()
    export_catalog_lines(file=out, actor=SYSTEM)
    return out.getvalue()


def load(text, *, actor=SYSTEM, **options):
    job = LinesJob(io.BytesIO(text.encode()), actor=actor, **options)
    report = ImportReport()
    for batch in job.batches(0):
        report.add(job.write(batch))
    report.not_kept.update(job.not_kept)
    return report


def everything_goes():
    Menu.objects.all().delete()
    Page.objects.all().delete()
    PageType.objects.all().delete()
    empty_the_shop()


@pytest.fixture
def shop(db):
    """Some of everything."""
    return made_once(make_shop)


def make_shop():
    channel, japan = make_channel(), make_channel("jp", currency_code="JPY")
    warehouse, osaka = make_warehouse(channels=[channel]), make_warehouse("osaka", channels=[japan])
    colour = make_attribute("colour", "Blue", "Red", "Green", input_type="swatch")
    colour.values.update(swatch="#0000ff")
    height = make_attribute("height", input_type="numeric", unit="cm")
    tall = AttributeValue.objects.create(attribute=height, slug="12", name="12", numeric="12.5")
    story = make_attribute("story", input_type="rich_text")
    told = AttributeValue.objects.create(
        attribute=story, slug="s", name="s", rich_text=clean_blocks({"blocks": [{"type": "delimiter", "data": {}}]})
    )
    fits = make_attribute("fits", input_type="reference", entity_type="product")
    day = make_attribute("day", input_type="date_time")
    born = AttributeValue.objects.create(attribute=day, slug="d", name="d", date_time=timezone.now(), boolean=True)
    kind = make_product_type(
        "mug", variant_attributes=[colour], product_attributes=[height, story, fits, day], metadata={"a": "b"}
    )
    mugs = make_category("mugs", parent=make_category("home"), seo_title="Mugs", private_metadata={"erp": "1"})
    saucer = make_product("Saucer", slug="saucer", product_type=kind, channel=japan, is_published=False)
    goes_with = AttributeValue.objects.create(attribute=fits, slug="f", name="f", references=[saucer.id])
    mug = make_product(
        "Mug", slug="mug", product_type=kind, category=mugs, external_reference="ERP-1", metadata={"k": "=v"},
        attribute_values=[tall, told, goes_with, born], private_metadata={"margin": "7"},
    )  # fmt: skip
    blue = make_variant(
        product=mug, sku="MUG", name="Blue one", attribute_values=[colour.values.get(slug="blue")], hs_code="691110",
        length_mm=120, width_mm=80, height_mm=95,
        country_of_origin="PT", quantity_limit_per_customer=3, backorder_allowed=True, metadata={"x": "y"},
        content_quantity=Decimal("0.35"), content_unit="l", unit_price_quantity=Decimal(100), unit_price_unit="ml",
    )  # fmt: skip
    make_variant(product=mug, sku=None, name="Red one", attribute_values=[colour.values.get(slug="red")], price=900)
    services.set_variant_price(variant_id=blue.id, channel=japan, price_amount=900, cost_amount=1, actor=SYSTEM)
    pair = make_variant(
        product=mug, sku="PAIR", name="Two", stock=None, attribute_values=[colour.values.get(slug="green")]
    )
    services.set_bundle(
        variant_id=pair.id,
        parts=[PartOfBundle(blue.id, 2)],
        pricing=PricedByParts(0, {channel: 250}),
        actor=SYSTEM,
    )
    services.set_relations(
        product_id=mug.id, kind=ProductRelation.Kind.ACCESSORY, related_ids=[saucer.id], actor=SYSTEM
    )
    stock_up(blue, 5, warehouse=warehouse)
    stock_up(blue, 2, warehouse=osaka)
    front = ProductMedia.objects.create(product=mug, source_url="https://example.com/1.jpg", alt="Front")
    ProductMedia.objects.create(product=mug, source_url="https://example.com/film", kind="video", sort_order=1)
    front.variants.add(blue)
    sale = make_collection("sale", products=[saucer, mug], seo_title="Sale")
    about = make_page(page_type=make_page_type("text", attributes=[colour]), attribute_values=[colour.values.first()])
    heading = make_item("Shop", category=mugs, metadata={"icon": "cup"})
    on_sale = make_item("Sale", parent=heading, collection=sale)
    make_item("About", page=about)
    make_item("Elsewhere", url="https://example.com/")
    for language in ("de", "pt-BR"):
        texts = {"name": f"Becher {language}", "slug": f"becher-{language.lower()}", "seo_title": "=x"}
        services.translate_product(product_id=mug.id, language=language, texts=texts, actor=SYSTEM)
        services.translate_category(category_id=mugs.id, language=language, texts={"name": "Tassen"}, actor=SYSTEM)
        services.translate_collection(
            collection_id=sale.id, language=language, texts={"name": "Angebote"}, actor=SYSTEM
        )
        services.translate_variant(variant_id=blue.id, language=language, texts={"name": "Blau"}, actor=SYSTEM)
        services.translate_media(media_id=front.id, language=language, texts={"alt": "Vorn"}, actor=SYSTEM)
        services.translate_attribute(attribute_id=colour.id, language=language, texts={"name": "Farbe"}, actor=SYSTEM)
    translate_page(page_id=about.id, language="de", texts={"title": "Über uns", "slug": "ueber-uns"}, actor=SYSTEM)
    translate_menu_item(item_id=on_sale.id, language="de", texts={"name": "Angebote"}, actor=SYSTEM)
    value = colour.values.get(slug="blue")
    services.translate_attribute_value(value_id=value.id, language="de", texts={"name": "Blau"}, actor=SYSTEM)
    return channel


def test_everything_comes_back_into_an_empty_shop(shop):
    text, before = export(), catalog_with_prices(shop)
    assert {json.loads(line)["type"] for line in text.splitlines()} == TYPES.keys()
    everything_goes()
    report = load(text)
    assert not report.failures, report.lines()
    assert not report.not_kept
    assert export() == text
    assert catalog_with_prices(shop) == before
    blue = ProductVariant.objects.get(sku="MUG")
    assert (blue.length_mm, blue.width_mm, blue.height_mm) == (120, 80, 95)
    assert [getattr(blue, name) for name in COLUMNS] == [Decimal("0.35"), "l", 100, "ml"]
    assert (blue.hs_code, blue.country_of_origin, blue.translations.get(language="de").name) == ("691110", "PT", "Blau")
    pair = ProductVariant.objects.get(sku="PAIR")
    assert [(part.component, part.quantity) for part in pair.bundle_components.all()] == [(blue, 2)]
    assert pair.channel_listings.get(channel=shop).price_amount == 1750
    assert [link.related.slug for link in blue.product.relations.all()] == ["saucer"]
    assert Page.objects.get().translations.get().slug == "ueber-uns"
    assert blue.product.translations.get(language="pt-BR").slug == "becher-pt-br"
    assert MenuItem.objects.get(name="Sale").parent.category.slug == "mugs"
    goes_with = AttributeValue.objects.get(attribute__slug="fits")
    assert goes_with.references == [Product.objects.get(slug="saucer").id]
    links = Collection.objects.get().product_links.order_by("sort_order")
    assert list(links.values_list("product__slug", flat=True)) == ["saucer", "mug"]


def catalog_with_prices(channel):
    """What the CSV's tests compare, of the products that `channel` lists."""
    listed = Product.objects.filter(channel_listings__channel=channel)
    return {product.slug: _product(product, channel) for product in listed}


def test_the_same_file_again_changes_nothing(shop):
    text = export()
    versions = set(Product.objects.values_list("slug", "version")), set(Menu.objects.values_list("slug", "version"))
    report = load(text)
    assert outcomes(report) == {"unchanged": text.count("\n")}, report.lines()
    assert versions == (
        set(Product.objects.values_list("slug", "version")), set(Menu.objects.values_list("slug", "version")),
    )  # fmt: skip


def test_a_dry_run_tries_everything_and_takes_it_back(shop):
    text = export()
    everything_goes()
    report = load(text, is_dry_run=True)
    assert report.outcomes["created"] + report.outcomes["updated"] == text.count("\n"), report.lines()
    assert not Product.objects.exists()
    assert not Attribute.objects.exists()


def lines(*objects):
    return "".join(json.dumps(fields) + "\n" for fields in objects)


def test_what_a_line_does_not_name_stays_as_it_is(shop):
    report = load(lines({"type": "variant", "sku": "MUG", "prices": {"jp": {"price": 950}}}))
    assert outcomes(report) == {"updated": 1}
    variant = ProductVariant.objects.get(sku="MUG")
    assert variant.channel_listings.get(channel__slug="jp").price_amount == 950
    assert (variant.name, variant.channel_listings.count()) == ("Blue one", 2)


def test_a_product_is_found_by_its_external_reference_and_gets_another_slug(shop):
    load(lines({"type": "product", "externalReference": "ERP-1", "slug": "beaker", "name": "Beaker"}))
    assert Product.objects.get(external_reference="ERP-1").slug == "beaker"
    assert Product.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"type": "spaceship"}, "type"),
        ({"type": ["product"]}, "type"),
        ({"type": "product", "slug": "new", "name": "New"}, "productType"),
        ({"type": "product", "slug": "mug", "name": 7}, "name"),
        ({"type": "product", "slug": "mug", "name": "x" * 251}, "name"),
        ({"type": "product", "slug": "mug", "productType": "nowhere"}, "productType"),
        ({"type": "product", "slug": "mug", "description": {"blocks": 7}}, "description"),
        ({"type": "product", "slug": "mug", "values": [{"attribute": "colour", "value": "none"}]}, "values.0"),
        ({"type": "product", "slug": "mug", "channels": {"nowhere": {"isPublished": True}}}, "channels.nowhere"),
        ({"type": "product", "slug": "mug", "channels": {"jp": {"isPublished": 1}}}, "channels.jp.isPublished"),
        ({"type": "product", "slug": "mug", "media": [{"url": "javascript:1"}]}, "media.0.url"),
        ({"type": "product", "slug": "mug", "media": [{"url": "https://example.com/1.jpg"}] * 2}, "media.1.url"),
        ({"type": "product", "slug": "mug", "translations": {"xx-XX": {"name": "a"}}}, "translations.xx-XX"),
        ({"type": "product", "slug": "mug", "metadata": {"a": 1}}, "metadata"),
        ({"type": "variant", "sku": "MUG", "prices": {"jp": {"price": -1}}}, "price"),
        ({"type": "variant", "sku": "MUG", "prices": {"jp": {"price": 1, "currency": "USD"}}}, "prices.jp.currency"),
        ({"type": "variant", "sku": "MUG", "hsCode": "12"}, "hsCode"),
        ({"type": "variant", "sku": "MUG", "widthMm": 0}, "widthMm"),
        ({"type": "variant", "sku": "MUG", "weightGrams": 2**40}, "weightGrams"),
        ({"type": "variant", "sku": "MUG", "stocks": {"nowhere": 1}}, "stocks.nowhere"),
        ({"type": "variant", "sku": "MUG", "product": "saucer"}, "product"),
        ({"type": "variant", "sku": "NEW"}, "product"),
        ({"type": "category", "slug": "home", "parent": "mugs"}, "parent"),
        ({"type": "category", "slug": "a b", "name": "x"}, "slug"),
        ({"type": "collection", "slug": "sale", "products": ["nowhere"]}, "products.0"),
        ({"type": "attribute", "slug": "colour", "inputType": "numeric"}, "inputType"),
        ({"type": "attribute_value", "attribute": "height", "slug": "x", "name": "x", "numeric": "1e99"}, "numeric"),
        ({"type": "bundle", "variant": "nowhere", "components": []}, "variant"),
        ({"type": "bundle", "variant": "PAIR", "components": [{"sku": "nowhere", "quantity": 1}]}, "components.0.sku"),
        ({"type": "bundle", "variant": "PAIR", "components": [{"sku": "MUG", "quantity": 0}]}, "components.0.quantity"),
        (
            {
                "type": "bundle",
                "variant": "PAIR",
                "components": [{"sku": "MUG", "quantity": 1}],
                "pricing": {"amounts": [{"channel": "nowhere", "amount": 1}]},
            },
            "pricing.amounts.0.channel",
        ),
        ({"type": "relations", "product": "mug", "kind": "friend", "products": []}, "kind"),
        ({"type": "relations", "product": "mug", "kind": "related", "products": ["nowhere"]}, "products.0"),
        ({"type": "page", "slug": "new", "title": "New"}, "pageType"),
        ({"type": "menu", "slug": "main", "items": [{"name": "a", "url": "javascript:1"}]}, "url"),
    ],
)
def test_a_wrong_line_is_named_with_its_field_and_the_others_come_in(shop, fields, column):
    before = export()
    report = load(lines(fields, {"type": "category", "slug": "home", "sortOrder": 9}))
    assert [(problem.line, problem.column) for problem in report.failures] == [(1, column)], report.lines()
    assert outcomes(report) == {"failed": 1, "updated": 1}
    load(lines({"type": "category", "slug": "home", "sortOrder": 0}))
    assert export() == before


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff{}", b'{"type": "a\\u0000"}', b'{"type": "\\ud800"}', b'{"a": NaN}',
                                 b'{"a": ' + b"1" * 5_000 + b"}", b"[" * 100_000])  # fmt: skip
def test_what_is_no_line_is_one_failure(db, raw):
    job = LinesJob(io.BytesIO(raw + b"\n\n" + b'{"type": "category", "slug": "a", "name": "A"}'), actor=SYSTEM)
    report = ImportReport()
    for batch in job.batches(0):
        report.add(job.write(batch))
    assert outcomes(report) == {"failed": 1, "created": 1}
    assert report.failures[0].line == 1


def test_fields_that_no_type_has_are_named(shop):
    channels = {"jp": {"isPublished": False, "rating": 5}}
    report = load(lines({"type": "product", "slug": "mug", "colour": "blue", "channels": channels}))
    assert report.not_kept == {"product.colour": 1, "product.jp.rating": 1}


def test_a_line_takes_the_permission_of_what_it_is(shop):
    actor = staff_actor(Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK)
    report = load(lines({"type": "page", "slug": "x", "title": "X", "pageType": "text"},
                        {"type": "category", "slug": "mugs", "name": "Cups"}), actor=actor)  # fmt: skip
    assert outcomes(report) == {"failed": 1, "updated": 1}
    assert "MANAGE_PAGES" in report.failures[0].reason
    with pytest.raises(PermissionDenied):
        export_catalog_lines(file=io.StringIO(), actor=actor)


def test_the_export_costs_statements_for_each_chunk_and_not_for_each_row(shop):
    def cost():
        with recorded_statements() as statements:
            export()
        return len(statements)

    few = cost()
    for number in range(20):
        make_variant(product=make_product("Tea", slug=f"tea-{number}"), sku=f"T{number}")
    assert cost() == few


def test_commands_carry_a_shop_over(shop, tmp_path):
    path = tmp_path / "shop.jsonl"
    call_command("export_catalog", "--output", str(path), stderr=io.StringIO())
    before = export()
    everything_goes()
    said = io.StringIO()
    call_command("import_catalog", str(path), stdout=said, stderr=io.StringIO())
    assert "0 failed" in said.getvalue()
    assert export() == before
    with pytest.raises(CommandError) as refused:
        call_command("import_catalog", str(tmp_path / "nowhere.jsonl"))
    assert refused.value.returncode == 2


def link_values_to_types():
    """Every value of a product belongs to an attribute of its type, as the verbs have it."""
    for link in ProductAttributeValue.objects.select_related("product", "value"):
        ProductTypeAttribute.objects.get_or_create(
            product_type_id=link.product.product_type_id, attribute_id=link.value.attribute_id, scope="product"
        )


# Without shrinking: a smaller catalog takes minutes to find.
@settings(phases=[Phase.generate], max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans=st.lists(PRODUCT, min_size=1, max_size=2))
def test_any_catalog_survives_the_way_out_and_back(channel, warehouse, plans):
    with transaction.atomic():
        japan = make_channel("japan", currency_code="JPY")
        osaka = make_warehouse("osaka", channels=[japan])
        for number, plan in enumerate(plans):
            build(number, plan, channel, warehouse, japan, osaka)
        link_values_to_types()
        text, before = export(), catalog(channel)
        again = load(text)
        assert outcomes(again) == {"unchanged": text.count("\n")}, again.lines()
        empty_the_shop()
        back = load(text)
        assert not back.failures, back.lines()
        assert not back.not_kept
        assert export() == text
        assert catalog(channel) == before
        transaction.set_rollback(True)


def test_a_bundle_of_nothing_is_none_any_more(shop):
    report = load(lines({"type": "bundle", "variant": "PAIR", "components": []}))
    assert outcomes(report) == {"updated": 1}
    assert not ProductVariant.objects.get(sku="PAIR").bundle_components.exists()
    assert outcomes(load(lines({"type": "bundle", "variant": "PAIR", "components": []}))) == {"unchanged": 1}


def test_what_kind_of_products_a_type_is_of_comes_along_and_stays(db):
    line = {"type": "product_type", "slug": "cards", "name": "Cards", "kind": "gift_card"}
    assert load(json.dumps(line)).failures == []
    out = next(each for each in map(json.loads, export().splitlines()) if each.get("slug") == "cards")
    assert (out["kind"], out["isShippingRequired"]) == ("gift_card", False)
    for wrong in ({"kind": "normal"}, {"isShippingRequired": True}):
        assert [problem.column for problem in load(json.dumps(line | wrong)).failures] == list(wrong)
    odd = {"type": "product_type", "slug": "odd", "name": "Odd", "kind": "odd"}
    assert [problem.column for problem in load(json.dumps(odd)).failures] == ["kind"]
