"""What goes out comes back: export, import into an empty shop, export again, whatever the catalog is full of."""

import unicodedata
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import (
    Category,
    Collection,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.services import create_category
from commerce.core.actor import SYSTEM
from commerce.exporting.header import FIXED
from commerce.importing.cells import escaped, joined, parted, unescaped
from commerce.importing.columns import canonical
from tests.commerce.exporting.conftest import catalog, empty_the_shop, export, load
from tests.commerce.importing.conftest import outcomes
from tests.factories import make_channel, make_product, make_product_type, make_warehouse, stock_up

ODD = [
    "=1+1", "+1", "-1", "@SUM(A1)", "'=x", "''-x", "'Tis", '"', 'a "b", c', "a\r\nb", "x;y", "[1]", "\u202eabc", "12",
    "a\u200bb", "\ufeffx", "שלום", "Å", "a > b", "a, b", "TRUE", "012", "a  b", "<b>", "&amp;", "\u2028x", "'012",
]  # fmt: skip
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)


def texts(*, without="", longest=60):
    """Texts of one field as the shop keeps them: not empty and without space around them."""
    raw = st.one_of(st.sampled_from(ODD), st.sampled_from(["Blue", "Red", "S", "L"]), ANY)
    clean = raw.map(lambda text: "".join(char for char in text if char not in without).strip()[:longest].strip())
    return clean.filter(bool)


def distinct(strategy, **sizes):
    """Lists of texts that differ by more than case."""
    return st.lists(strategy, unique_by=lambda text: unicodedata.normalize("NFC", text).casefold(), **sizes)


def block(kind, **data):
    """A block of rich text whose data come from strategies."""
    return st.builds(lambda **values: {"type": kind, "data": values}, **data)


BLOCKS = st.lists(
    st.one_of(
        block("paragraph", text=texts()),
        block("paragraph", text=texts(without="<>&").map(lambda text: f"<b>{text}</b> end")),
        block("header", text=texts(), level=st.integers(0, 7)),
        block("list", style=st.sampled_from(["ordered", "unordered"]), items=st.lists(texts(), max_size=3)),
        block("code", code=texts()),
        block("quote", text=texts(), caption=texts()),
        block("delimiter"),
        block("image", file=st.just({"url": "https://example.com/a.jpg"}), caption=texts()),
    ),
    max_size=4,
)
AMOUNT = st.integers(0, 10**9)
VARIANT = st.fixed_dictionaries(
    {
        "sku": st.one_of(st.none(), texts()),
        "name": st.one_of(st.none(), texts()),
        "barcode": st.one_of(st.just(""), texts(longest=64)),
        "weight_grams": st.one_of(st.none(), st.integers(0, 10**6)),
        "hs_code": st.sampled_from([None, "012345", "6911100000123"]),
        "country_of_origin": st.sampled_from([None, "PT", "XK"]),
        "contents": st.sampled_from(
            [
                (None, None, None, None),
                ("0.75", "l", None, None),
                ("500", "g", "100", "g"),
                ("12", "piece", None, "piece"),
            ]
        ),
        "is_shipping_required": st.booleans(),
        "track_inventory": st.booleans(),
        "backorder_allowed": st.booleans(),
        "price": st.one_of(st.none(), AMOUNT),
        "reduced_by": st.one_of(st.none(), st.integers(1, 1000)),
        "cost": st.one_of(st.none(), AMOUNT),
        "on_hand": st.one_of(st.none(), st.integers(0, 10**6)),
        "in_japan": st.one_of(
            st.none(), st.tuples(AMOUNT, st.one_of(st.none(), st.integers(1, 99)), st.one_of(st.none(), AMOUNT))
        ),
        "in_osaka": st.one_of(st.none(), st.integers(0, 10**6)),
        "picture": st.booleans(),
    }
)
PRODUCT = st.fixed_dictionaries(
    {
        "name": texts(),
        "blocks": st.one_of(st.none(), BLOCKS),
        "type": texts(),
        "category": st.lists(texts(without=">"), max_size=3),
        "published": st.booleans(),
        "shown_in_japan": st.sampled_from([None, True, False]),
        "seo": st.tuples(st.one_of(st.just(""), texts()), st.one_of(st.just(""), texts())),
        "metadata": st.dictionaries(texts(), texts(), max_size=2),
        "vendor": st.one_of(st.none(), texts()),
        "tags": distinct(texts(), max_size=3),
        "materials": distinct(texts(), max_size=3),
        "collections": distinct(texts(), max_size=2),
        "pictures": distinct(st.sampled_from([f"https://example.com/{n}.jpg" for n in range(3)]), max_size=3),
        "alt": st.one_of(st.just(""), texts()),
        "option": texts(),
        "choices": distinct(texts(), max_size=3),
        "variants": st.lists(VARIANT, min_size=3, max_size=3),
    }
)


def _value(attribute, name):
    found = {value.name.casefold(): value for value in attribute.values.all()}
    return found.get(name.casefold()) or AttributeValue.objects.create(attribute=attribute, slug=uuid4().hex, name=name)


def _attribute(slug, name, kind=Attribute.InputType.MULTISELECT):
    return Attribute.objects.get_or_create(slug=slug, defaults={"name": name, "input_type": kind})[0]


def _category(path):
    parent = None
    for name in path:
        known = {category.name.casefold(): category for category in Category.objects.filter(parent=parent)}
        parent = known.get(name.casefold()) or create_category(name=name, parent_id=parent and parent.id, actor=SYSTEM)
    return parent


def build(number, plan, channel, warehouse, japan, osaka):
    """One product of the shop as `plan` says."""
    kind = make_product_type(f"type-{number}", name=plan["type"])
    option = _attribute(f"größe-{number}", plan["option"])
    if plan["choices"]:
        kind.attribute_links.create(attribute=option, scope="variant", variant_selection=True)
    product = make_product(
        plan["name"], slug=f"product-{number}", product_type=kind, channel=channel, is_published=plan["published"],
        category=_category(plan["category"]), metadata=plan["metadata"], seo_title=plan["seo"][0][:70],
        seo_description=plan["seo"][1],
        description=None if plan["blocks"] is None else clean_blocks({"blocks": plan["blocks"]}),
    )  # fmt: skip
    if plan["shown_in_japan"] is not None:
        ProductChannelListing.objects.create(product=product, channel=japan, is_published=plan["shown_in_japan"])
    vendor, tags, material = _attribute("vendor", "Vendor"), _attribute("tags", "Tags"), _attribute("stöff", "Material")
    wanted = [(vendor, plan["vendor"])] if plan["vendor"] else []
    wanted += [(tags, tag) for tag in sorted(plan["tags"], key=lambda tag: "," in tag)]
    wanted += [(material, name) for name in plan["materials"]]
    for place, (attribute, name) in enumerate(wanted):
        ProductAttributeValue.objects.create(product=product, value=_value(attribute, name), sort_order=place)
    for name in plan["collections"]:
        known = {collection.name.casefold(): collection for collection in Collection.objects.all()}
        collection = known.get(name.casefold()) or Collection.objects.create(name=name, slug=uuid4().hex)
        collection.products.add(product)
    media = [
        ProductMedia.objects.create(product=product, source_url=url, alt=plan["alt"], sort_order=place * 2)
        for place, url in enumerate(plan["pictures"])
    ]
    for place, choice in enumerate(plan["choices"] or [None]):
        variant = _build_variant(place, plan["variants"][place], choice, option, product, media, channel, warehouse)
        _build_elsewhere(variant, plan["variants"][place], japan, osaka)


def _build_variant(place, plan, choice, option, product, media, channel, warehouse):
    value = choice and _value(option, choice)
    fields = {key: plan[key] for key in ("barcode", "weight_grams", "is_shipping_required", "track_inventory",
                                         "backorder_allowed", "hs_code", "country_of_origin")}  # fmt: skip
    name = plan["name"] or (value.name if value else "")
    sku = plan["sku"] and f"{plan['sku']}{product.slug}{place}"
    quantity, unit, shown, shown_unit = plan["contents"]
    fields |= {"content_unit": unit, "unit_price_unit": shown_unit}
    fields |= {"content_quantity": quantity and Decimal(quantity), "unit_price_quantity": shown and Decimal(shown)}
    variant = ProductVariant.objects.create(product=product, name=name, sku=sku, sort_order=place * 3, **fields)
    if value:
        VariantAttributeValue.objects.create(variant=variant, value=value)
    if plan["price"] is not None:
        VariantChannelListing.objects.create(
            variant=variant, channel=channel, price_amount=plan["price"], cost_amount=plan["cost"],
            compare_at_amount=plan["reduced_by"] and plan["price"] + plan["reduced_by"],
        )  # fmt: skip
    if plan["on_hand"] is not None:
        stock_up(variant, plan["on_hand"], warehouse=warehouse)
    if plan["picture"] and media:
        media[-1].variants.add(variant)
    return variant


def _build_elsewhere(variant, plan, japan, osaka):
    if plan["in_japan"] is not None:
        price, reduced_by, cost = plan["in_japan"]
        VariantChannelListing.objects.create(
            variant=variant, channel=japan, price_amount=price, cost_amount=cost,
            compare_at_amount=reduced_by and price + reduced_by,
        )  # fmt: skip
    if plan["in_osaka"] is not None:
        stock_up(variant, plan["in_osaka"], warehouse=osaka)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans=st.lists(PRODUCT, min_size=1, max_size=3))
def test_a_catalog_survives_the_way_out_and_back(channel, warehouse, plans):
    with transaction.atomic():
        japan = make_channel("japan", currency_code="JPY")
        osaka = make_warehouse("osaka", channels=[japan])
        for number, plan in enumerate(plans):
            build(number, plan, channel, warehouse, japan, osaka)
        before = catalog(channel)
        text, report = export(channel, warehouse, markets=[japan], locations=[osaka])
        assert not report.left_out
        assert not report.not_written
        again = load(text, channel, warehouse)
        assert outcomes(again) == {"unchanged": len(plans)}, again.lines()
        empty_the_shop()
        back = load(text, channel, warehouse)
        assert outcomes(back) == {"created": len(plans)}, back.lines()
        assert not back.not_kept
        assert catalog(channel) == before
        assert export(channel, warehouse, markets=[japan], locations=[osaka])[0] == text
        transaction.set_rollback(True)


@given(text=st.one_of(st.sampled_from(ODD), ANY))
def test_an_escaped_cell_is_no_formula_and_comes_back(text):
    assert escaped(text)[0] not in "=+-@\t\r\n"
    assert unescaped(escaped(text)) == text


@given(values=st.lists(texts(), max_size=4))
def test_lists_of_values_come_back_from_one_cell(values):
    assert parted(joined(values)) == values


def test_every_column_of_the_export_is_one_that_the_importer_knows():
    assert all(canonical(column) for column in FIXED)
    assert len({canonical(column) for column in FIXED}) == len(FIXED)
