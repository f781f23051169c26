"""What a channel does not show does not exist for shoppers, whichever way they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.attributes.models import Attribute
from commerce.catalog.models import Product, ProductChannelListing, ProductVariant
from commerce.catalog.relation_models import ProductRelation
from schema.ids import to_global_id
from tests.factories import (
    list_product,
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.shop import Asker

EVERY_PATH = """
query ($product: ID!, $variant: ID!, $slug: String!, $sku: String!, $channel: String!) {
  byId: product(id: $product, channel: $channel) { id }
  bySlug: product(slug: $slug, channel: $channel) { id }
  byOldSlug: product(slug: "old-mug", channel: $channel) { id }
  byTranslatedSlug: product(slug: "becher", slugLanguageCode: DE, channel: $channel) { id }
  byFilter: products(channel: $channel, filter: {ids: [$product]}) { totalCount nodes { id } }
  byWhere: products(channel: $channel, where: {OR: [{ids: [$product]}, {slug: {eq: $slug}}]}) { nodes { id } }
  bySearch: products(channel: $channel, search: "hidden") { nodes { id } }
  variantById: productVariant(id: $variant, channel: $channel) { product { id } }
  variantBySku: productVariant(sku: $sku, channel: $channel) { product { id } }
  category(slug: "cups") { products(channel: $channel) { totalCount nodes { id } } }
  collection(slug: "gifts", channel: $channel) { products { totalCount nodes { id } } }
  seenBefore: recentlyViewed(ids: [$product], channel: $channel) { id }
  beside: product(slug: "beside", channel: $channel) {
    category { products { nodes { id } } }
    collections { products { nodes { id } } }
    relatedProducts { id }
    accessories: relatedProducts(kind: ACCESSORY) { id }
    assignedAttribute(slug: "goes-with") {
      ... on AssignedMultiProductReferenceAttribute { value { id } }
    }
  }
}
"""


@pytest.fixture
def mug(db: None) -> ProductVariant:
    """A mug in a category, a collection, and referred to by the product `beside`, which everybody sees."""
    cups = make_category("cups")
    mug = make_product("Hidden mug", slug="old-mug", category=cups)
    mug.slug = "hidden-mug"
    mug.save()
    mug.translations.create(language="de", slug="becher")
    goes_with = make_attribute("goes-with", input_type=Attribute.InputType.REFERENCE, entity_type="product")
    to_mug = goes_with.values.create(slug="mug", name="Mug", references=[mug.id])
    kind = make_product_type("saucer", product_attributes=[goes_with])
    beside = make_product("Beside", slug="beside", category=cups, product_type=kind, attribute_values=[to_mug])
    make_collection("gifts", products=[mug, beside])
    ProductRelation.objects.create(product=beside, related=mug, kind=ProductRelation.Kind.ACCESSORY)
    return make_variant(product=mug, sku="MUG-1")


def found(shopper: Asker, variant: ProductVariant, channel: str = "default-channel") -> set[str]:
    """By which paths the shopper finds the variant's product."""
    data = shopper(
        EVERY_PATH,
        product=to_global_id("Product", variant.product_id),
        variant=to_global_id("ProductVariant", variant.id),
        slug="hidden-mug",
        sku="MUG-1",
        channel=channel,
    ).data
    wanted = to_global_id("Product", variant.product_id)

    def mentions(value: object) -> bool:
        if isinstance(value, dict):
            return any(mentions(item) for item in value.values())
        if isinstance(value, list):
            return any(mentions(item) for item in value)
        return value == wanted

    paths = {name for name, value in data.items() if name != "beside" and mentions(value)}
    return paths | {f"beside.{name}" for name, value in (data["beside"] or {}).items() if mentions(value)}


EVERYWHERE = {
    "byId",
    "bySlug",
    "byOldSlug",
    "byTranslatedSlug",
    "byFilter",
    "byWhere",
    "bySearch",
    "variantById",
    "variantBySku",
    "category",
    "collection",
    "seenBefore",
    "beside.category",
    "beside.collections",
    "beside.relatedProducts",
    "beside.accessories",
    "beside.assignedAttribute",
}


def test_a_published_product_is_found_by_every_path(shopper: Asker, mug: ProductVariant) -> None:
    assert found(shopper, mug) == EVERYWHERE


def test_an_unpublished_product_is_found_by_none(shopper: Asker, mug: ProductVariant) -> None:
    ProductChannelListing.objects.filter(product=mug.product).update(is_published=False)
    assert found(shopper, mug) == set()


def test_a_product_that_is_published_tomorrow_is_found_by_none_today(shopper: Asker, mug: ProductVariant) -> None:
    ProductChannelListing.objects.filter(product=mug.product).update(published_at=timezone.now() + timedelta(days=1))
    assert found(shopper, mug) == set()


def test_a_product_of_another_channel_is_found_by_none(shopper: Asker, mug: ProductVariant) -> None:
    other = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    for product in Product.objects.exclude(id=mug.product_id):
        list_product(product, other)
    assert found(shopper, mug, channel="eu") == set()


def test_a_hidden_product_is_not_counted_either(shopper: Asker, mug: ProductVariant) -> None:
    ProductChannelListing.objects.filter(product=mug.product).update(is_published=False)
    data = shopper("""{
      products(channel: "default-channel") { totalCount }
      category(slug: "cups") { products(channel: "default-channel") { totalCount } }
      collection(slug: "gifts", channel: "default-channel") { products { totalCount } }
    }""").data
    assert data["products"]["totalCount"] == 1
    assert data["category"]["products"]["totalCount"] == 1
    assert data["collection"]["products"]["totalCount"] == 1


def test_a_variant_without_a_price_is_not_for_shoppers(shopper: Asker, mug: ProductVariant) -> None:
    unpriced = make_variant(product=mug.product, price=None, sku="MUG-2")
    data = shopper("""{
      productVariant(sku: "MUG-2", channel: "default-channel") { id }
      product(slug: "hidden-mug", channel: "default-channel") {
        variants { sku } productVariants(first: 5) { totalCount nodes { sku } }
      }
    }""").data
    assert unpriced.sku == "MUG-2"
    assert data["productVariant"] is None
    assert data["product"]["variants"] == [{"sku": "MUG-1"}]
    assert data["product"]["productVariants"] == {"totalCount": 1, "nodes": [{"sku": "MUG-1"}]}


@pytest.mark.parametrize(
    "document",
    [
        '{ product(slug: "hidden-mug") { id } }',
        "{ products { nodes { id } } }",
        '{ productVariant(sku: "MUG-1") { id } }',
        '{ collection(slug: "gifts") { id } }',
        "{ collections { nodes { id } } }",
        '{ category(slug: "cups") { products { nodes { id } } } }',
    ],
)
def test_without_a_channel_there_is_an_error_and_no_default(shopper: Asker, mug: ProductVariant, document: str) -> None:
    assert shopper(document).codes == ["MISSING_CHANNEL_SLUG"]


def test_a_closed_channel_and_an_unknown_one_are_errors(shopper: Asker, mug: ProductVariant) -> None:
    make_channel("closed", is_active=False)
    assert shopper('{ products(channel: "closed") { nodes { id } } }').codes == ["CHANNEL_INACTIVE"]
    assert shopper('{ products(channel: "nowhere") { nodes { id } } }').codes == ["NOT_FOUND"]
    assert shopper('{ products(channel: "\\u0000") { nodes { id } } }').codes == ["NOT_FOUND"]


def test_an_id_of_another_type_is_refused_without_a_lookup(shopper: Asker, mug: ProductVariant) -> None:
    document = 'query ($id: ID!) { product(id: $id, channel: "default-channel") { id } }'
    assert shopper(document, id=to_global_id("ProductVariant", mug.id)).codes == ["GRAPHQL_ERROR"]
    assert shopper(document, id="nonsense").codes == ["GRAPHQL_ERROR"]


def test_merchants_see_what_is_not_published(merchant: Asker, mug: ProductVariant) -> None:
    ProductChannelListing.objects.filter(product=mug.product).update(is_published=False)
    data = merchant("""{
      product(slug: "hidden-mug") { name channelListings { isPublished channel { slug } } pricing { onSale } }
      products(search: "hidden") { totalCount }
    }""").data
    assert data["product"] == {
        "name": "Hidden mug",
        "channelListings": [{"isPublished": False, "channel": {"slug": "default-channel"}}],
        "pricing": None,
    }
    assert data["products"]["totalCount"] == 1
