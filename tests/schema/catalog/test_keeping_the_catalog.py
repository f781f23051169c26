"""Merchants reorder, move and delete what is in the catalog, and nobody overwrites what somebody else has just done."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.attributes.models import AttributeValue
from commerce.catalog.models import Category, Collection, CollectionProduct, Product, ProductMedia, ProductVariant
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.orders.models import OrderLine
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
from tests.schema.buying import bought
from tests.schema.doing import Merchant, gid, merchant

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog and see orders."""
    return merchant(Permission.MANAGE_PRODUCTS, Permission.MANAGE_ORDERS, Permission.MANAGE_STOCK)


def told() -> list[str]:
    """The types of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


@pytest.mark.parametrize(
    ("mutation", "kind", "field", "arguments"),
    [
        ("productUpdate", "Product", "product", {"input": {"name": "x"}}),
        ("productDelete", "Product", "product", {}),
        (
            "productChannelListingUpdate",
            "Product",
            "product",
            {"input": {"channel": "default-channel", "isPublished": False}},
        ),
        ("productVariantUpdate", "ProductVariant", "productVariant", {"input": {"name": "x"}}),
        ("productVariantDelete", "ProductVariant", None, {}),
        (
            "productVariantChannelListingUpdate",
            "ProductVariant",
            None,
            {"input": {"channel": "default-channel", "price": 1}},
        ),
        ("productVariantChannelListingDelete", "ProductVariant", None, {"channel": "default-channel"}),
        ("categoryUpdate", "Category", "category", {"input": {"name": "x"}}),
        ("categoryMove", "Category", "category", {}),
        ("categoryDelete", "Category", "category", {}),
        ("collectionUpdate", "Collection", "collection", {"input": {"name": "x"}}),
        ("collectionDelete", "Collection", "collection", {}),
        (
            "collectionChannelListingUpdate",
            "Collection",
            "collection",
            {"input": {"channel": "default-channel", "isPublished": False}},
        ),
    ],
)
def test_who_has_read_an_older_version_is_refused_and_nothing_moves(
    staff: Merchant, mutation: str, kind: str, field: str | None, arguments: dict[str, Any]
) -> None:
    variant = make_variant(name="old", version=3)
    Product.objects.update(version=3, name="old")
    rows = {
        "Product": variant.product,
        "ProductVariant": variant,
        "Category": make_category("cups", name="old", version=3),
        "Collection": make_collection("gifts", name="old", version=3),
    }
    late = staff.ask(mutation, id=gid(kind, rows[kind].id), version=2, **arguments)
    assert late.problems == [("CONFLICT", ["version"])]
    if field is not None:
        assert late.payload[field]["version"] == 3
    rows[kind].refresh_from_db()
    assert (str(rows[kind].version), told()) == ("3", [])
    assert staff.ask(mutation, id=gid(kind, rows[kind].id), version=3, **arguments).problems == []


def test_an_order_stays_readable_when_what_was_bought_is_deleted(staff: Merchant) -> None:
    order = bought(quantity=2)
    line = OrderLine.objects.get()
    product = Product.objects.get()
    for name, kind, key in (
        ("productDelete", "Product", product.id),
        ("productVariantDelete", "ProductVariant", line.variant_id),
    ):
        assert staff.ask(name, id=gid(kind, key)).problems == [("IN_USE", ["id"])], "it has still to be sent"
    staff.do("orderFulfill", id=order["id"])
    before = told()
    staff.do("productVariantDelete", id=gid("ProductVariant", line.variant_id))
    staff.do("productDelete", id=gid("Product", product.id))
    assert told()[len(before) :] == ["product.updated", "variant.deleted", "product.deleted"]
    assert not ProductVariant.objects.exists()
    read = """query ($id: ID!) { order(id: $id) { number total { gross { amount } }
      lines { productName productSku quantity unitPrice { gross { amount } } variant { id } } } }"""
    kept = staff.api.send(read, id=order["id"]).data["order"]
    assert kept["total"] == {"gross": {"amount": order["total"]["gross"]["amount"]}}
    (kept_line,) = kept["lines"]
    assert (kept_line["productName"], kept_line["productSku"]) == (line.product_name, line.sku)
    assert (kept_line["quantity"], kept_line["variant"]) == (2, None)


def test_texts_of_a_deleted_product_go_with_it_and_choices_stay(staff: Merchant) -> None:
    colour = make_attribute("colour", "Red")
    text = make_attribute("text", input_type="plain_text")
    kind = make_product_type("mug", product_attributes=[colour, text], variant_attributes=[])
    kind.attribute_links.create(attribute=text, scope="variant")
    texts = [text.values.create(slug=slug, name=slug, plain_text=slug) for slug in ("a", "b", "c")]
    product = make_product(product_type=kind, attribute_values=[colour.values.get(), texts[0]])
    variants = [make_variant(product=product, attribute_values=[each]) for each in texts[1:]]
    staff.do("productVariantDelete", id=gid("ProductVariant", variants[1].id))
    assert set(AttributeValue.objects.values_list("slug", flat=True)) == {"red", "a", "b"}
    staff.do("productDelete", id=gid("Product", product.id))
    assert list(AttributeValue.objects.values_list("slug", flat=True)) == ["red"]


def test_what_lay_in_a_deleted_category_moves_up(staff: Merchant) -> None:
    root = make_category("root")
    middle = make_category("middle", parent=root)
    leaf = make_category("leaf", parent=make_category("branch", parent=middle))
    product = make_product("Mug", category=middle)
    staff.do("categoryDelete", id=gid("Category", middle.id))
    branch = Category.objects.get(slug="branch")
    leaf.refresh_from_db()
    product.refresh_from_db()
    assert (branch.parent_id, branch.ancestors, branch.version) == (root.id, [root.id, branch.id], 2)
    assert leaf.ancestors == [root.id, branch.id, leaf.id]
    assert product.category_id == root.id
    assert told() == ["category.deleted", "category.updated"]
    staff.do("categoryDelete", id=gid("Category", root.id))
    branch.refresh_from_db()
    product.refresh_from_db()
    assert (branch.parent_id, branch.ancestors, product.category_id) == (None, [branch.id], None)


def test_a_category_is_moved_but_never_below_itself(staff: Merchant) -> None:
    root, other = make_category("root"), make_category("other")
    below = make_category("below", parent=root)
    loop = staff.ask("categoryMove", id=gid("Category", root.id), parent=gid("Category", below.id))
    assert loop.problems == [("LOOP", ["parent"])]
    itself = staff.ask("categoryMove", id=gid("Category", root.id), parent=gid("Category", root.id))
    assert itself.problems == [("LOOP", ["parent"])]
    staff.do("categoryMove", id=gid("Category", root.id), parent=gid("Category", other.id))
    below.refresh_from_db()
    assert below.ancestors == [other.id, root.id, below.id]
    deep = other
    for number in range(18):
        deep = make_category(f"deep-{number}", parent=deep)
    too_deep = staff.ask("categoryMove", id=gid("Category", root.id), parent=gid("Category", deep.id))
    assert too_deep.problems == [("INVALID", ["parent"])]
    root.refresh_from_db()
    assert root.parent_id == other.id


def test_lists_are_reordered_one_place_at_a_time(staff: Merchant) -> None:
    product = make_product()
    variants = [make_variant(product=product, sku=sku, sort_order=0) for sku in "abc"]
    media = [ProductMedia.objects.create(product=product, file=f"{name}.png", alt=name) for name in "abc"]
    roots = [make_category(slug) for slug in "abc"]
    products = [product, make_product(), make_product()]
    gifts = make_collection("gifts", products=products)

    def moves(kind: str, rows: list[Any]) -> list[dict[str, Any]]:
        return [
            {"id": gid(kind, rows[2].id), "sortOrder": -2},
            {"id": gid(kind, rows[0].id), "sortOrder": 1},
            {"id": gid(kind, rows[1].id), "sortOrder": -100},
        ]

    key = gid("Product", product.id)
    staff.do("productVariantReorder", productId=key, moves=moves("ProductVariant", variants), version=1)
    staff.do("productMediaReorder", productId=key, moves=moves("ProductMedia", media), version=2)
    staff.do("categoryReorder", moves=moves("Category", roots))
    staff.do("collectionReorderProducts", collectionId=gid("Collection", gifts.id), moves=moves("Product", products))
    assert list(product.variants.values_list("sku", flat=True)) == ["b", "c", "a"]
    assert list(product.media.values_list("alt", flat=True)) == ["b", "c", "a"]
    assert list(Category.objects.values_list("slug", flat=True)) == ["b", "c", "a"]
    order = [products[1].id, products[2].id, products[0].id]
    assert list(gifts.product_links.values_list("product_id", flat=True)) == order
    stranger = [{"id": gid("ProductVariant", make_variant().id), "sortOrder": 1}]
    refused = staff.ask("productVariantReorder", productId=key, moves=stranger)
    assert refused.problems == [("NOT_FOUND", ["moves", "0", "id"])]
    many = moves("ProductVariant", variants) * 34
    assert staff.ask("productVariantReorder", productId=key, moves=many).problems == [("INVALID", ["moves"])]


def test_what_a_rule_has_found_stays_behind_what_was_picked_by_hand(staff: Merchant) -> None:
    by_hand, second, found = make_product(), make_product(), make_product()
    gifts = make_collection("gifts", products=[by_hand, second])
    CollectionProduct.objects.create(collection=gifts, product=found, sort_order=1_000_000, by_rule=True)
    key = gid("Collection", gifts.id)
    staff.do(
        "collectionReorderProducts",
        collectionId=key,
        moves=[{"id": gid("Product", by_hand.id), "sortOrder": 5}],
    )
    places = dict(gifts.product_links.values_list("product_id", "sort_order"))
    assert places == {second.id: 0, by_hand.id: 1, found.id: 1_000_000}
    moves = [{"id": gid("Product", found.id), "sortOrder": -1}]
    refused = staff.ask("collectionReorderProducts", collectionId=key, moves=moves)
    assert refused.problems == [("NOT_FOUND", ["moves", "0", "id"])]


def test_a_collection_is_made_changed_shown_emptied_and_deleted(staff: Merchant) -> None:
    make_channel()
    product = make_product()
    made = staff.do("collectionCreate", input={"name": "Gifts", "seoTitle": "For friends"})["collection"]
    key = gid("Product", product.id)
    staff.do("collectionAddProducts", collectionId=made["id"], products=[key], version=1)
    late = staff.ask("collectionRemoveProducts", collectionId=made["id"], products=[key], version=1)
    assert late.problems == [("CONFLICT", ["version"])]
    staff.do("collectionUpdate", id=made["id"], input={"name": "Presents", "slug": "presents"})
    seen = '{ collection(slug: "presents", channel: "default-channel") { name products(first: 1) { totalCount } } }'
    assert Api().send(seen).data["collection"] is None
    show = {"channel": "default-channel", "isPublished": True}
    staff.do("collectionChannelListingUpdate", id=made["id"], input=show)
    assert Api().send(seen).data["collection"] == {"name": "Presents", "products": {"totalCount": 1}}
    staff.do("collectionRemoveProducts", collectionId=made["id"], products=[key])
    assert Api().send(seen).data["collection"]["products"] == {"totalCount": 0}
    staff.do("collectionChannelListingUpdate", id=made["id"], input={**show, "isPublished": False})
    assert Api().send(seen).data["collection"] is None
    staff.do("collectionDelete", id=made["id"])
    assert (Collection.objects.count(), Product.objects.count()) == (0, 1)
    assert told() == ["collection.created", *["collection.updated"] * 5, "collection.deleted"]
    missing = staff.ask("collectionAddProducts", collectionId=made["id"], products=[key])
    assert missing.problems == [("NOT_FOUND", ["collectionId"])]


def test_a_variant_is_taken_out_of_a_channel(staff: Merchant) -> None:
    product = make_product()
    cheap, dear = (make_variant(product=product, price=price) for price in (100, 900))
    for _ in range(2):
        staff.do("productVariantChannelListingDelete", id=gid("ProductVariant", cheap.id), channel="default-channel")
    assert product.channel_listings.get().min_price_amount == 900
    staff.do("productVariantDelete", id=gid("ProductVariant", dear.id))
    assert product.channel_listings.get().min_price_amount is None


MEDIA = "{ id alt type url status focalPoint { x y } }"


def test_pictures_and_videos_are_linked_said_shown_with_variants_and_taken_away(staff: Merchant) -> None:
    variant = make_variant()
    other = make_variant()
    create = f"""mutation ($input: ProductMediaCreateInput!) {{ productMediaCreate(input: $input) {{
      media {MEDIA} errors {{ code path }} }} }}"""
    key = gid("Product", variant.product_id)
    video = staff.api.send(
        create, input={"product": key, "url": "https://www.youtube.com/watch?v=x", "type": "VIDEO", "alt": " Pouring "}
    ).payload["media"]
    assert (video["alt"], video["type"], video["status"]) == ("Pouring", "VIDEO", "READY")
    picture = staff.api.send(
        create,
        input={
            "product": key,
            "url": "http://pictures.example/mug.png",
            "focalPoint": {"x": 0.25, "y": 1},
            "variants": [gid("ProductVariant", variant.id)],
        },
    ).payload["media"]
    assert (picture["status"], picture["focalPoint"]) == ("PENDING", {"x": 0.25, "y": 1.0})
    seen = """query ($id: ID!) { product(id: $id, channel: "default-channel") {
      media { alt url focalPoint { x } } variants { media { alt } } } }"""
    shown = Api().send(seen, id=key).data["product"]
    assert shown["media"] == [{"alt": "Pouring", "url": "https://www.youtube.com/watch?v=x", "focalPoint": None}]
    ProductMedia.objects.filter(kind="image").update(status="ready", file="products/mug.png")
    staff.do("productMediaUpdate", id=picture["id"], input={"alt": "A mug", "focalPoint": {"x": 0.5, "y": 0.5}})
    shown = Api().send(seen, id=key).data["product"]
    assert shown["media"][1]["focalPoint"] == {"x": 0.5}
    assert shown["variants"] == [{"media": [{"alt": "A mug"}]}]
    variant_id = gid("ProductVariant", variant.id)
    staff.do("variantMediaUnassign", variantId=variant_id, mediaId=picture["id"])
    staff.do("variantMediaAssign", variantId=variant_id, mediaId=video["id"])
    assert [each.alt for each in variant.media.all()] == ["Pouring"]
    strange = staff.ask("variantMediaAssign", variantId=gid("ProductVariant", other.id), mediaId=video["id"])
    assert strange.problems == [("NOT_FOUND", ["mediaId"])]
    staff.do("productMediaUpdate", id=picture["id"], input={"focalPoint": None})
    late = staff.ask("productMediaDelete", id=picture["id"], version=1)
    assert late.problems == [("CONFLICT", ["version"])]
    staff.do("productMediaDelete", id=picture["id"])
    assert ProductMedia.objects.get().alt == "Pouring"
    assert set(told()) == {"product.updated"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"url": "ftp://a.example/x.png"}, ("INVALID", ["input", "url"])),
        ({"url": "javascript:alert(1)"}, ("INVALID", ["input", "url"])),
        ({"url": "https://user:secret@a.example/x.png"}, ("INVALID", ["input", "url"])),
        ({"url": "http://a.example/v", "type": "VIDEO"}, ("INVALID", ["input", "url"])),
        ({"focalPoint": {"x": 1.5, "y": 0}}, ("INVALID", ["input", "focalPoint", "x"])),
        ({"focalPoint": {"x": 0, "y": -0.1}}, ("INVALID", ["input", "focalPoint", "y"])),
        ({"alt": "x" * 251}, ("INVALID", ["input", "alt"])),
        ({"alt": "a\x00"}, ("INVALID", ["input", "alt"])),
        ({"variants": [gid("ProductVariant", NOBODYS)]}, ("NOT_FOUND", ["input", "variants"])),
        ({"product": gid("Product", NOBODYS)}, ("NOT_FOUND", ["input", "product"])),
    ],
)
def test_a_medium_that_cannot_be_is_refused(
    staff: Merchant, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    product = make_product()
    plain = {"product": gid("Product", product.id), "url": "https://a.example/x.png"}
    assert staff.ask("productMediaCreate", input={**plain, **given}).problems == [expected]
    product.refresh_from_db()
    assert (ProductMedia.objects.count(), product.version, told()) == (0, 1, [])
