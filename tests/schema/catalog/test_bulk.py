"""Merchants write many rows in one request, and say what becomes of the others when one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.attributes.models import Attribute
from commerce.catalog.bulk import MAX_ROWS
from commerce.catalog.models import Category, Collection, Product, ProductType, ProductVariant, VariantChannelListing
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.api import Api
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.doing import Merchant, gid, merchant
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"
CREATE = """mutation ($products: [ProductBulkCreateInput!]!, $policy: ErrorPolicyEnum!) {
  productBulkCreate(products: $products, errorPolicy: $policy) { count errors { code path }
    results { product { slug seoTitle version category { slug } variants { sku name } attributes { values { slug } } }
      errors { code path field } } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog."""
    return merchant(Permission.MANAGE_PRODUCTS)


@pytest.fixture
def kind() -> ProductType:
    """Mugs are chosen by colour, and have a text."""
    make_channel()
    text = make_attribute("text", input_type="plain_text")
    return make_product_type(
        "mug", product_attributes=[text], variant_attributes=[make_attribute("colour", "Red", "Blue")]
    )


def told() -> list[str]:
    """The types of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def mug(kind: ProductType, slug: str, **fields: Any) -> dict[str, Any]:
    """A product for productBulkCreate."""
    return {"productType": gid("ProductType", kind.id), "name": slug.title(), "slug": slug, **fields}


def coloured(colour: str, **fields: Any) -> dict[str, Any]:
    """A variant for productBulkCreate."""
    return {"attributes": [{"slug": "colour", "values": [colour]}], **fields}


def problems(result: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(code, path) of each error of a row."""
    return [(error["code"], error["path"]) for error in result["errors"]]


def test_products_are_made_with_variants_prices_and_listings_and_shoppers_see_them(
    staff: Merchant, kind: ProductType
) -> None:
    priced = {"channelListings": [{"channel": "default-channel", "price": "12.50"}]}
    shown = {"channelListings": [{"channel": "default-channel", "isPublished": True}]}
    products = [
        mug(kind, "a", **shown, variants=[coloured("Red", sku="A-R", **priced), coloured("Blue", sku="A-B", **priced)]),
        mug(kind, "b", attributes=[{"slug": "text", "plainText": "By hand"}]),
    ]
    done = staff.api.send(CREATE, products=products, policy="REJECT_EVERYTHING").payload
    assert (done["count"], done["errors"], [result["errors"] for result in done["results"]]) == (2, [], [[], []])
    first, second = (result["product"] for result in done["results"])
    assert [variant["sku"] for variant in first["variants"]] == ["A-R", "A-B"]
    assert second["attributes"][0]["values"] != []
    assert first["version"] == Product.objects.get(slug="a").version
    seen = """{ products(first: 5, channel: "default-channel") { nodes { slug
      pricing { priceRange { start { net { amount } } } } } } }"""
    (node,) = Api().send(seen).data["products"]["nodes"]
    assert (node["slug"], node["pricing"]["priceRange"]["start"]["net"]["amount"]) == ("a", 12.5)


def faulty(kind: ProductType) -> list[dict[str, Any]]:
    """A good product, one with faults that it can do without, and one that is nothing without its fault."""
    return [
        mug(kind, "good", variants=[coloured("Red", sku="G")]),
        mug(
            kind,
            "taken",
            seoTitle="x" * 71,
            category=gid("Category", NOBODYS),
            attributes=[{"slug": "nothing"}, {"slug": "text", "plainText": "kept"}, {"slug": "text", "numeric": 1}],
            variants=[
                coloured("Red", sku="T-1"),
                coloured("Red", sku="T-2"),
                coloured("Blue", sku="G", name="no SKU of its own"),
                coloured("Blue", sku="T-4"),
            ],
        ),
        mug(kind, "hopeless", name=" "),
    ]


def test_reject_everything_writes_nothing_and_names_all_faulty_rows(staff: Merchant, kind: ProductType) -> None:
    make_product(slug="taken", product_type=kind)
    done = staff.api.send(CREATE, products=faulty(kind), policy="REJECT_EVERYTHING").payload
    assert (done["count"], [result["product"] for result in done["results"]]) == (0, [None] * 3)
    assert problems(done["results"][0]) == []
    assert problems(done["results"][2]) == [("REQUIRED", ["products", "2", "name"])]
    assert done["results"][2]["errors"][0]["field"] == "name"
    assert (Product.objects.count(), ProductVariant.objects.count(), told()) == (1, 0, [])


def test_reject_failed_rows_writes_the_others(staff: Merchant, kind: ProductType) -> None:
    make_product(slug="taken", product_type=kind)
    done = staff.api.send(CREATE, products=faulty(kind), policy="REJECT_FAILED_ROWS").payload
    assert done["count"] == 1
    assert [result["product"] is not None for result in done["results"]] == [True, False, False]
    assert set(Product.objects.values_list("slug", flat=True)) == {"good", "taken"}
    assert told() == ["product.created", "product.updated", "variant.created"]


def test_ignore_failed_leaves_out_only_what_is_wrong(staff: Merchant, kind: ProductType) -> None:
    make_product(slug="taken", product_type=kind)
    done = staff.api.send(CREATE, products=faulty(kind), policy="IGNORE_FAILED").payload
    good, trimmed, hopeless = done["results"]
    assert (done["count"], problems(good), hopeless["product"]) == (2, [], None)
    assert problems(hopeless) == [("REQUIRED", ["products", "2", "name"])]
    place = ["products", "1"]
    assert problems(trimmed) == [
        ("INVALID", [*place, "seoTitle"]),
        ("NOT_FOUND", [*place, "category"]),
        ("UNIQUE", [*place, "slug"]),
        ("NOT_FOUND", [*place, "attributes", "0", "slug"]),
        ("INVALID", [*place, "attributes", "2"]),
        ("UNIQUE", [*place, "variants", "1", "attributes"]),
        ("REQUIRED", [*place, "variants", "1", "attributes"]),
        ("UNIQUE", [*place, "variants", "2", "sku"]),
        ("UNIQUE", [*place, "variants", "3", "attributes"]),
        ("REQUIRED", [*place, "variants", "3", "attributes"]),
    ]
    product = trimmed["product"]
    assert (product["slug"], product["seoTitle"], product["category"]) == ("taken-2", "", None)
    assert [variant["sku"] for variant in product["variants"]] == ["T-1", None]
    assert Product.objects.get(slug="taken-2").attribute_values.get().value.plain_text == "kept"


def test_rows_of_one_request_stand_in_each_others_way_like_those_of_two(staff: Merchant, kind: ProductType) -> None:
    twice = [mug(kind, "same"), mug(kind, "same")]
    done = staff.api.send(CREATE, products=twice, policy="REJECT_FAILED_ROWS").payload
    assert [problems(result) for result in done["results"]] == [[], [("UNIQUE", ["products", "1", "slug"])]]


def test_an_update_keeps_to_the_versions_that_were_read(staff: Merchant) -> None:
    rows = [make_product(slug=slug) for slug in "abc"]
    Product.objects.filter(slug="b").update(version=5)
    products: list[dict[str, Any]] = [
        {"id": gid("Product", row.id), "version": 1, "name": "New", "seoTitle": "x" * 71} for row in rows[:2]
    ]
    products.append({"id": gid("Product", NOBODYS), "name": "x"})
    select = "count results { product { name } errors { code path } }"
    update = f"""mutation ($products: [ProductBulkUpdateInput!]!, $policy: ErrorPolicyEnum) {{
      productBulkUpdate(products: $products, errorPolicy: $policy) {{ {select} }} }}"""
    done = staff.api.send(update, products=products, policy="IGNORE_FAILED").payload
    assert done["count"] == 1
    assert [problems(result) for result in done["results"]] == [
        [("INVALID", ["products", "0", "seoTitle"])],
        [("INVALID", ["products", "1", "seoTitle"]), ("CONFLICT", ["products", "1", "version"])],
        [("NOT_FOUND", ["products", "2", "id"])],
    ]
    assert list(Product.objects.filter(name="New").values_list("slug", flat=True)) == ["a"]


def test_variants_are_made_changed_and_deleted_together(staff: Merchant, kind: ProductType) -> None:
    product = make_product(product_type=kind)
    priced = {"channelListings": [{"channel": "default-channel", "price": 5}]}
    select = "count results { productVariant { id sku } errors { code path } }"
    create = f"""mutation ($id: ID!, $variants: [ProductVariantBulkCreateInput!]!) {{
      productVariantBulkCreate(product: $id, variants: $variants, errorPolicy: REJECT_FAILED_ROWS) {{ {select} }} }}"""
    variants = [coloured("Red", sku="R", **priced), coloured("Red", sku="X"), coloured("Blue", sku="B", **priced)]
    done = staff.api.send(create, id=gid("Product", product.id), variants=variants).payload
    assert problems(done["results"][1]) == [("UNIQUE", ["variants", "1", "attributes"])]
    red, _, blue = (result["productVariant"] for result in done["results"])
    update = f"""mutation ($variants: [ProductVariantBulkUpdateInput!]!) {{
      productVariantBulkUpdate(variants: $variants) {{ {select} }} }}"""
    dear = {"channelListings": [{"channel": "default-channel", "price": "7.999"}]}
    refused = staff.api.send(update, variants=[{"id": red["id"], "sku": "R2"}, {"id": blue["id"], **dear}]).payload
    assert refused["count"] == 0
    assert problems(refused["results"][1]) == [("INVALID", ["variants", "1", "channelListings", "0", "price"])]
    dear["channelListings"][0]["price"] = "7.99"
    staff.api.send(update, variants=[{"id": red["id"], "sku": "R2"}, {"id": blue["id"], **dear}])
    prices = dict(VariantChannelListing.objects.values_list("variant__sku", "price_amount"))
    assert prices == {"R2": 500, "B": 799}
    done = staff.do("productVariantBulkDelete", ids=[red["id"], blue["id"]])
    assert done["count"] == 2
    assert not ProductVariant.objects.exists()


def test_deleting_many_spares_what_is_in_use_or_deletes_nothing(staff: Merchant) -> None:
    free, promised = make_variant(), make_variant()
    promised.stocks.get().allocations.create(order_id=free.id, order_line_id=free.id, quantity=1)
    ids = [gid("Product", row.product_id) for row in (promised, free)]
    delete = """mutation ($ids: [ID!]!, $policy: ErrorPolicyEnum) { productBulkDelete(ids: $ids, errorPolicy: $policy) {
      count results { errors { code path } } } }"""
    done = staff.api.send(delete, ids=ids).payload
    assert (done["count"], problems(done["results"][0])) == (0, [("IN_USE", ["ids", "0"])])
    assert Product.objects.count() == 2
    done = staff.api.send(delete, ids=[*ids, "nonsense", ids[1]], policy="IGNORE_FAILED").payload
    assert done["count"] == 1
    assert [problems(result) for result in done["results"]] == [
        [("IN_USE", ["ids", "0"])],
        [],
        [("GRAPHQL_ERROR", ["ids", "2"])],
        [("NOT_FOUND", ["ids", "3"])],
    ]
    assert Product.objects.get().id == promised.product_id


def test_groupings_types_and_attributes_are_deleted_together(staff: Merchant) -> None:
    root = make_category("root")
    leaf = make_category("leaf", parent=root)
    make_category("kept", parent=leaf)
    staff.do("categoryBulkDelete", ids=[gid("Category", row.id) for row in (root, leaf)])
    kept = Category.objects.get()
    assert (kept.parent_id, kept.ancestors) == (None, [kept.id])
    staff.do("collectionBulkDelete", ids=[gid("Collection", make_collection().id) for _ in range(2)])
    used, free = make_attribute("used", "A"), make_attribute("free", "B")
    kind = make_product_type("used", product_attributes=[used])
    done = staff.do("attributeBulkDelete", ids=[gid("Attribute", used.id), gid("Attribute", free.id)])
    assert done["count"] == 0, "REJECT_EVERYTHING is the default"
    staff.do("productTypeBulkDelete", ids=[gid("ProductType", kind.id)])
    staff.do("attributeBulkDelete", ids=[gid("Attribute", used.id), gid("Attribute", free.id)])
    assert (Collection.objects.count(), ProductType.objects.count(), Attribute.objects.count()) == (0, 0, 0)


def test_attributes_are_made_together(staff: Merchant) -> None:
    create = """mutation ($attributes: [AttributeCreateInput!]!) {
      attributeBulkCreate(attributes: $attributes, errorPolicy: IGNORE_FAILED) {
        count results { attribute { slug unit choices(first: 9) { nodes { name } } } errors { code path } } } }"""
    attributes = [
        {"name": "Colour", "unit": "cm", "values": [{"name": "Red"}, {}, {"name": "Blue", "value": "#fff"}]},
        {"name": "Brand", "inputType": "REFERENCE"},
    ]
    done = staff.api.send(create, attributes=attributes).payload
    assert done["count"] == 1
    colour, brand = done["results"]
    assert problems(brand) == [("REQUIRED", ["attributes", "1", "entityType"])]
    assert problems(colour) == [
        ("INVALID", ["attributes", "0", "unit"]),
        ("REQUIRED", ["attributes", "0", "values", "1", "name"]),
        ("INVALID", ["attributes", "0", "values", "2", "value"]),
    ]
    assert colour["attribute"] == {"slug": "colour", "unit": None, "choices": {"nodes": [{"name": "Red"}]}}


def test_attributes_are_changed_together_by_the_versions_that_were_read(staff: Merchant) -> None:
    colour, size = make_attribute("colour", "Red"), make_attribute("size")
    update = """mutation ($attributes: [AttributeBulkUpdateInput!]!) {
      attributeBulkUpdate(attributes: $attributes, errorPolicy: IGNORE_FAILED) {
        count results { attribute { name version } errors { code path } } } }"""
    attributes = [
        {"id": gid("Attribute", colour.id), "name": "Color", "inputType": "NUMERIC"},
        {"id": gid("Attribute", size.id), "name": "Fit", "version": 7},
    ]
    done = staff.api.send(update, attributes=attributes).payload
    assert [problems(result) for result in done["results"]] == [
        [("IN_USE", ["attributes", "0", "inputType"])],
        [("CONFLICT", ["attributes", "1", "version"])],
    ]
    assert [result["attribute"] for result in done["results"]] == [{"name": "Color", "version": 2}, None]


def test_a_request_that_is_sent_twice_makes_its_products_once(staff: Merchant, kind: ProductType) -> None:
    products = [mug(kind, "a"), mug(kind, "b", name=" ")]
    first, again = (
        staff.api.send(CREATE, key="0190a1b2-once", products=products, policy="REJECT_FAILED_ROWS").payload
        for _ in range(2)
    )
    assert first == again
    assert (first["count"], Product.objects.count()) == (1, 1)


def test_too_many_rows_are_refused(staff: Merchant, kind: ProductType) -> None:
    products = [mug(kind, f"mug-{number}") for number in range(MAX_ROWS + 1)]
    assert staff.api.send(CREATE, products=products, policy="IGNORE_FAILED").problems == [("INVALID", ["products"])]
    ids = [gid("Product", NOBODYS)] * (MAX_ROWS + 1)
    assert staff.ask("productBulkDelete", ids=ids).problems == [("INVALID", ["ids"])]
    variants = [coloured("Red")] * 101
    done = staff.api.send(CREATE, products=[mug(kind, "a", variants=variants)], policy="REJECT_EVERYTHING").payload
    assert problems(done["results"][0]) == [("INVALID", ["products", "0", "variants"])]
    assert not Product.objects.exists()


def test_one_row_more_costs_what_the_row_before_it_cost(staff: Merchant, kind: ProductType) -> None:
    def cost(slugs: list[str]) -> int:
        attributes = [{"slug": "text", "plainText": "By hand"}]
        products = [mug(kind, slug, attributes=attributes, variants=[coloured("Red")]) for slug in slugs]
        with recorded_statements() as statements:
            done = staff.api.send(CREATE, products=products, policy="REJECT_EVERYTHING").payload
        assert done["count"] == len(slugs)
        return len(statements)

    cost(["warm-up"])
    one, few, many = cost(["a"]), cost(["b", "c"]), cost([f"mug-{number}" for number in range(12)])
    assert many - few <= 10 * (few - one), (one, few, many)
    assert few - one <= 24, (one, few, many)
