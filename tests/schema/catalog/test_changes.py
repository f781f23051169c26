"""Merchants change the catalog through the admin schema."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import Product, ProductChannelListing, VariantChannelListing
from commerce.core.permission import Permission
from commerce.events.models import Event
from schema.ids import to_global_id
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
    staff_actor,
)
from tests.schema.shop import Asker


def payload(asker: Asker, document: str, **variables: Any) -> Any:
    """The payload of the only mutation in `document`."""
    (found,) = asker(document, **variables).data.values()
    return found


def problems(found: Any) -> list[tuple[str, list[str]]]:
    """(code, path) of every error in a payload."""
    return [(error["code"], error["path"]) for error in found["errors"]]


def test_a_product_is_made_priced_and_published_and_then_a_shopper_sees_it(merchant: Asker, shopper: Asker) -> None:
    make_channel()
    colour = make_attribute("colour", "Red")
    kind = make_product_type("mug", variant_attributes=[colour])
    cups = make_category("cups")
    product = payload(
        merchant,
        """mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
             product { id slug description metadata { key value } privateMetadata { key } category { slug } }
             errors { code path } } }""",
        input={
            "productType": to_global_id("ProductType", kind.id),
            "name": "Big Mug",
            "category": to_global_id("Category", cups.id),
            "description": '{"blocks": [{"type": "paragraph", "data": {"text": "Big<script>x</script>"}}]}',
            "metadata": [{"key": "season", "value": "winter"}],
            "privateMetadata": [{"key": "supplier", "value": "7"}],
        },
    )["product"]
    assert product["slug"] == "big-mug"
    assert "script" not in product["description"]
    assert product["metadata"] == [{"key": "season", "value": "winter"}]
    assert product["category"] == {"slug": "cups"}
    variant = payload(
        merchant,
        """mutation ($input: ProductVariantCreateInput!) { productVariantCreate(input: $input) {
             productVariant { id sku attributes { values { slug } } } errors { code path } } }""",
        input={
            "product": product["id"],
            "sku": "MUG-1",
            "attributeValues": [to_global_id("AttributeValue", colour.values.get().id)],
        },
    )["productVariant"]
    assert variant["attributes"] == [{"values": [{"slug": "red"}]}]
    priced = payload(
        merchant,
        """mutation ($id: ID!, $input: ProductVariantChannelListingUpdateInput!) {
             productVariantChannelListingUpdate(id: $id, input: $input) { errors { code path } productVariant {
               channelListings { channel { slug } price { minorAmount } compareAtPrice { minorAmount }
                                 costPrice { minorAmount } } } } }""",
        id=variant["id"],
        input={"channel": "default-channel", "price": "12.50", "compareAtPrice": 15, "costPrice": 3.1},
    )
    assert priced["productVariant"]["channelListings"] == [
        {
            "channel": {"slug": "default-channel"},
            "price": {"minorAmount": "1250"},
            "compareAtPrice": {"minorAmount": "1500"},
            "costPrice": {"minorAmount": "310"},
        }
    ]
    seen = 'query ($slug: String!) { product(slug: $slug, channel: "default-channel") { variants { sku } } }'
    assert shopper(seen, slug="big-mug").data["product"] is None
    publish = """mutation ($id: ID!, $shown: Boolean!) { productChannelListingUpdate(
      id: $id, input: {channel: "default-channel", isPublished: $shown}) { errors { code path } product { id } } }"""
    assert payload(merchant, publish, id=product["id"], shown=True)["errors"] == []
    assert shopper(seen, slug="big-mug").data["product"] == {"variants": [{"sku": "MUG-1"}]}
    assert payload(merchant, publish, id=product["id"], shown=False)["product"] == {"id": product["id"]}
    assert shopper(seen, slug="big-mug").data["product"] is None
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == [
        "product.created",
        "product.updated",
        "variant.created",
        "variant.price_changed",
        "product.published",
        "product.unpublished",
    ]


def test_an_update_changes_what_is_named_and_nothing_else(merchant: Asker) -> None:
    product = make_product("Mug", slug="mug", seo_title="A mug", external_reference="X-1")
    update = """mutation ($id: ID!, $input: ProductInput!) { productUpdate(id: $id, input: $input) {
      product { name slug seoTitle externalReference } errors { code path field } } }"""
    found = payload(
        merchant, update, id=to_global_id("Product", product.id), input={"name": "Cup", "externalReference": None}
    )
    assert found["product"] == {"name": "Cup", "slug": "mug", "seoTitle": "A mug", "externalReference": None}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"slug": "taken"}, ("UNIQUE", ["input", "slug"])),
        ({"slug": ""}, ("REQUIRED", ["input", "slug"])),
        ({"name": " "}, ("REQUIRED", ["input", "name"])),
        ({"name": "x" * 251}, ("INVALID", ["input", "name"])),
        ({"category": "nonsense"}, ("GRAPHQL_ERROR", ["input", "category"])),
        (
            {"category": to_global_id("Category", "01890000-0000-7000-8000-000000000000")},
            ("NOT_FOUND", ["input", "category"]),
        ),
        (
            {"attributeValues": [to_global_id("AttributeValue", "01890000-0000-7000-8000-000000000000")]},
            ("NOT_FOUND", ["input", "attributes"]),
        ),
    ],
)
def test_a_refused_update_names_the_place_and_changes_nothing(
    merchant: Asker, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    make_product(slug="taken")
    product = make_product("Mug", slug="mug")
    update = """mutation ($id: ID!, $input: ProductInput!) { productUpdate(id: $id, input: $input) {
      product { name } errors { code path } } }"""
    found = payload(merchant, update, id=to_global_id("Product", product.id), input=given)
    assert (found["product"], problems(found)) == ({"name": "Mug"}, [expected])
    product.refresh_from_db()
    assert (product.name, product.slug, product.version) == ("Mug", "mug", 1)


CUSTOMS = """mutation ($id: ID!, $input: ProductVariantInput!) { productVariantUpdate(id: $id, input: $input) {
  productVariant { hsCode countryOfOrigin { code country } } errors { code path } } }"""


def test_customs_are_told_what_a_mug_is_and_where_it_was_made_and_shoppers_see_it(
    merchant: Asker, shopper: Asker
) -> None:
    variant = make_variant()
    gid = to_global_id("ProductVariant", variant.id)
    told = {"hsCode": "691110", "countryOfOrigin": {"code": "PT", "country": "Portugal"}}
    changed = payload(merchant, CUSTOMS, id=gid, input={"hsCode": "6911.10", "countryOfOrigin": "PT"})
    assert changed == {"productVariant": told, "errors": []}
    document = """query ($id: ID!) { productVariant(id: $id, channel: "default-channel") {
      hsCode countryOfOrigin { code country } } }"""
    assert payload(shopper, document, id=gid) == told
    taken_back = payload(merchant, CUSTOMS, id=gid, input={"hsCode": None, "countryOfOrigin": None})
    assert taken_back["productVariant"] == {"hsCode": None, "countryOfOrigin": None}


MEASURES = """mutation ($id: ID!, $input: ProductVariantInput!) { productVariantUpdate(id: $id, input: $input) {
  productVariant { lengthMm widthMm heightMm } errors { code path } } }"""


def test_a_parcel_service_is_told_how_large_a_mug_is(merchant: Asker, shopper: Asker) -> None:
    variant = make_variant()
    gid = to_global_id("ProductVariant", variant.id)
    size = {"lengthMm": 120, "widthMm": 80, "heightMm": 95}
    assert payload(merchant, MEASURES, id=gid, input=size) == {"productVariant": size, "errors": []}
    document = """query ($id: ID!) { product(id: $id, channel: "default-channel") {
      variants { lengthMm widthMm heightMm } } }"""
    assert payload(shopper, document, id=to_global_id("Product", variant.product_id)) == {"variants": [size]}
    for measure in ("lengthMm", "widthMm", "heightMm"):
        for wrong in (0, -1, 100_001):
            refused = payload(merchant, MEASURES, id=gid, input={measure: wrong})
            assert problems(refused) == [("INVALID", ["input", measure])]
    variant.refresh_from_db()
    assert (variant.length_mm, variant.width_mm, variant.height_mm) == (120, 80, 95)


@pytest.mark.parametrize("code", ["12345", "12345678901234", "69x110", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_what_is_no_tariff_code_is_refused(merchant: Asker, code: str) -> None:
    variant = make_variant()
    refused = payload(merchant, CUSTOMS, id=to_global_id("ProductVariant", variant.id), input={"hsCode": code})
    assert problems(refused) == [("INVALID", ["input", "hsCode"])]
    variant.refresh_from_db()
    assert variant.hs_code is None


@pytest.mark.parametrize(
    ("prices", "path"),
    [
        ({"price": "1.005"}, ["input", "price"]),
        ({"price": 10, "compareAtPrice": 9}, ["input", "compareAtPrice"]),
        ({"price": "1e17"}, ["input", "price"]),
    ],
)
def test_a_price_that_cannot_be_is_refused(merchant: Asker, prices: dict[str, Any], path: list[str]) -> None:
    variant = make_variant(price=700)
    found = payload(
        merchant,
        """mutation ($id: ID!, $input: ProductVariantChannelListingUpdateInput!) {
             productVariantChannelListingUpdate(id: $id, input: $input) { errors { code path } } }""",
        id=to_global_id("ProductVariant", variant.id),
        input={"channel": "default-channel", **prices},
    )
    assert problems(found) == [("INVALID", path)]
    assert VariantChannelListing.objects.get().price_amount == 700


def test_categories_and_collections_are_made_and_filled(merchant: Asker) -> None:
    data = merchant('mutation { categoryCreate(input: {name: "Cups"}) { category { id slug level } } }').data
    root = data["categoryCreate"]["category"]
    assert (root["slug"], root["level"]) == ("cups", 0)
    below = payload(
        merchant,
        """mutation ($id: ID!) { categoryCreate(parent: $id, input: {name: "Espresso", slug: "espresso"}) {
             category { id level parent { slug } } errors { code } } }""",
        id=root["id"],
    )["category"]
    assert (below["level"], below["parent"]) == (1, {"slug": "cups"})
    renamed = payload(
        merchant,
        """mutation ($id: ID!) { categoryUpdate(id: $id, input: {name: "Small cups"}) {
             category { name slug } errors { code } } }""",
        id=below["id"],
    )
    assert renamed["category"] == {"name": "Small cups", "slug": "espresso"}
    made = payload(merchant, 'mutation { collectionCreate(name: "Gifts") { collection { id slug } } }')["collection"]
    mugs = [make_product(slug="b"), make_product(slug="a")]
    filled = payload(
        merchant,
        """mutation ($id: ID!, $products: [ID!]!) { collectionAddProducts(collectionId: $id, products: $products) {
             collection { products { nodes { slug } } } errors { code path } } }""",
        id=made["id"],
        products=[to_global_id("Product", mug.id) for mug in mugs],
    )
    assert filled["collection"]["products"]["nodes"] == [{"slug": "b"}, {"slug": "a"}]


def test_a_product_with_promised_units_is_not_deleted(merchant: Asker) -> None:
    free, promised = make_variant(), make_variant()
    stock = promised.stocks.get()
    stock.allocations.create(order_id=free.id, order_line_id=free.id, quantity=1)
    delete = "mutation ($id: ID!) { productDelete(id: $id) { product { id } errors { code path } } }"
    refused = payload(merchant, delete, id=to_global_id("Product", promised.product_id))
    assert problems(refused) == [("IN_USE", ["id"])]
    assert payload(merchant, delete, id=to_global_id("Product", free.product_id))["errors"] == []
    assert list(Product.objects.values_list("id", flat=True)) == [promised.product_id]
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == ["variant.deleted", "product.deleted"]
    assert problems(payload(merchant, delete, id=to_global_id("Product", free.product_id))) == [("NOT_FOUND", ["id"])]


def test_staff_of_one_channel_see_and_change_that_channel_only(merchant: Asker) -> None:
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    product = make_product(slug="mug")
    ProductChannelListing.objects.create(product=product, channel=eu)
    american = merchant.as_(staff_actor(Permission.MANAGE_PRODUCTS, channels=[make_channel()]))
    listings = american('{ product(slug: "mug") { channelListings { channel { slug } } } }').data["product"]
    assert listings == {"channelListings": [{"channel": {"slug": "default-channel"}}]}
    publish = """mutation ($id: ID!, $channel: String!) { productChannelListingUpdate(
      id: $id, input: {channel: $channel, isPublished: true}) { errors { code } } }"""
    key = to_global_id("Product", product.id)
    assert american(publish, id=key, channel="eu").codes == ["PERMISSION_DENIED"]
    assert american(publish, id=key, channel="default-channel").data
    assert not ProductChannelListing.objects.get(channel=eu).is_published


def test_without_the_permission_nothing_is_read(merchant: Asker, shopper: Asker) -> None:
    make_collection("gifts", products=[make_variant(sku="A").product])
    stranger = merchant.as_(staff_actor(Permission.MANAGE_ORDERS))
    clerk = merchant.as_(staff_actor(Permission.MANAGE_PRODUCTS))
    for document in (
        "{ products { totalCount } }",
        '{ product(slug: "a") { id } }',
        '{ productVariant(sku: "A") { id } }',
        "{ collections { totalCount } }",
        "{ productTypes { totalCount } }",
        "{ attributes { totalCount } }",
        "{ stocks { totalCount } }",
        "{ warehouses { totalCount } }",
    ):
        assert stranger(document).codes == ["PERMISSION_DENIED"], document
        assert merchant.as_(shopper.actor)(document).codes == ["UNAUTHENTICATED"], document
    assert clerk('{ productVariant(sku: "A") { stocks { onHand } } }').codes == ["PERMISSION_DENIED"]


def test_product_types_and_attributes_are_listed_with_their_choices(merchant: Asker) -> None:
    make_product_type("mug", variant_attributes=[make_attribute("colour", "Red", "Blue"), make_attribute("size", "L")])
    data = merchant("""{
      productTypes { nodes { slug variantAttributes { slug } } }
      attributes { nodes { slug choices(first: 1) { totalCount nodes { slug } pageInfo { hasNextPage } } } }
    }""").data
    assert data["productTypes"]["nodes"] == [
        {"slug": "mug", "variantAttributes": [{"slug": "colour"}, {"slug": "size"}]}
    ]
    assert data["attributes"]["nodes"] == [
        {"slug": "colour", "choices": {"totalCount": 2, "nodes": [{"slug": "red"}], "pageInfo": {"hasNextPage": True}}},
        {"slug": "size", "choices": {"totalCount": 1, "nodes": [{"slug": "l"}], "pageInfo": {"hasNextPage": False}}},
    ]
