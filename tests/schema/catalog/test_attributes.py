"""Attributes in both of the dialect's forms, and the small fields around them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from commerce.attributes.models import Attribute
from commerce.catalog.models import ProductMedia
from tests.factories import (
    make_attribute,
    make_category,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.shop import Asker

Kind = Attribute.InputType

ASSIGNED = """{
  product(slug: "mug", channel: "default-channel") {
    assignedAttributes {
      __typename attribute { slug inputType translation(languageCode: DE) { name } }
      ... on AssignedSingleChoiceAttribute { choice: value { name slug translation(languageCode: DE) } }
      ... on AssignedMultiChoiceAttribute { choices: value { slug } }
      ... on AssignedSwatchAttribute { swatch: value { slug hexColor } }
      ... on AssignedNumericAttribute { number: value }
      ... on AssignedBooleanAttribute { yes: value }
      ... on AssignedDateAttribute { day: value }
      ... on AssignedDateTimeAttribute { moment: value }
      ... on AssignedFileAttribute { file: value { url } }
      ... on AssignedPlainTextAttribute { text: value }
      ... on AssignedTextAttribute { blocks: value }
      ... on AssignedSingleCategoryReferenceAttribute { category: value { slug } }
      ... on AssignedMultiCollectionReferenceAttribute { collections: value(limit: 1) { slug } }
    }
  }
}"""


def test_every_kind_of_value_has_its_type(shopper: Asker) -> None:
    cups, gifts = make_category("cups"), make_collection("gifts")
    hidden = make_collection("hidden", is_published=False)
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    values: dict[Kind, dict[str, Any]] = {
        Kind.DROPDOWN: {"name": "Clay"},
        Kind.MULTISELECT: {"name": "Safe"},
        Kind.SWATCH: {"swatch": "#1e40af"},
        Kind.NUMERIC: {"numeric": Decimal("0.35")},
        Kind.BOOLEAN: {"boolean": True},
        Kind.DATE: {"date_time": moment},
        Kind.DATE_TIME: {"date_time": moment},
        Kind.FILE: {"file_url": "/media/manual.pdf"},
        Kind.PLAIN_TEXT: {"plain_text": "By hand."},
        Kind.RICH_TEXT: {"rich_text": {"blocks": []}},
        Kind.SINGLE_REFERENCE: {"references": [cups.id]},
        Kind.REFERENCE: {"references": [hidden.id, gifts.id]},
    }
    entities = {Kind.SINGLE_REFERENCE: "category", Kind.REFERENCE: "collection"}
    attributes = [make_attribute(f"a-{kind}", input_type=kind, entity_type=entities.get(kind, "")) for kind in values]
    kind = make_product_type("mug", product_attributes=attributes)
    rows = [
        attribute.values.create(**({"slug": "value", "name": "Value"} | values[Kind(attribute.input_type)]))
        for attribute in attributes
    ]
    make_product(slug="mug", product_type=kind, attribute_values=rows)
    found = shopper(ASSIGNED).data["product"]["assignedAttributes"]
    by_kind = {entry["attribute"]["inputType"]: entry for entry in found}
    assert len(by_kind) == 12
    assert all(entry["attribute"]["translation"] is None for entry in found)
    assert by_kind["DROPDOWN"]["choice"] == {"name": "Clay", "slug": "value", "translation": None}
    assert by_kind["MULTISELECT"]["choices"] == [{"slug": "value"}]
    assert by_kind["SWATCH"]["swatch"] == {"slug": "value", "hexColor": "#1e40af"}
    assert by_kind["NUMERIC"]["number"] == 0.35
    assert by_kind["BOOLEAN"]["yes"] is True
    assert by_kind["DATE"]["day"] == "2026-01-02"
    assert by_kind["DATE_TIME"]["moment"] == "2026-01-02T03:04:00+00:00"
    assert by_kind["FILE"]["file"]["url"].startswith("http")
    assert by_kind["FILE"]["file"]["url"].endswith("/manual.pdf")
    assert by_kind["PLAIN_TEXT"]["text"] == "By hand."
    assert by_kind["RICH_TEXT"]["blocks"] == {"blocks": []}
    assert by_kind["SINGLE_REFERENCE"]["category"] == {"slug": "cups"}
    assert by_kind["REFERENCE"]["collections"] == [{"slug": "gifts"}]


def test_an_attribute_without_a_value_is_there_and_empty(shopper: Asker) -> None:
    colour, size = make_attribute("colour", "Red"), make_attribute("size", "Large")
    kind = make_product_type("mug", variant_attributes=[colour, size])
    link = kind.attribute_links.get(attribute=size)
    link.variant_selection = False
    link.save()
    make_variant(product=make_product(slug="mug", product_type=kind), sku="A", attribute_values=[colour.values.get()])
    data = shopper("""{ productVariant(sku: "A", channel: "default-channel") {
      all: attributes { ...slugs } chosen: attributes(variantSelection: VARIANT_SELECTION) { ...slugs }
      other: attributes(variantSelection: NOT_VARIANT_SELECTION) { ...slugs }
      missing: assignedAttribute(slug: "weight") { attribute { slug } }
    } } fragment slugs on SelectedAttribute { attribute { slug } values { slug value boolean file { url } } }""").data
    chosen = {
        "attribute": {"slug": "colour"},
        "values": [{"slug": "red", "value": None, "boolean": None, "file": None}],
    }
    other = {"attribute": {"slug": "size"}, "values": []}
    assert data["productVariant"] == {"all": [chosen, other], "chosen": [chosen], "other": [other], "missing": None}


def test_an_attribute_that_shoppers_do_not_see_is_not_there(shopper: Asker, merchant: Asker) -> None:
    margin = make_attribute("margin", "High", visible_in_storefront=False)
    kind = make_product_type("mug", product_attributes=[margin])
    make_product(slug="mug", product_type=kind, attribute_values=[margin.values.get()])
    document = """{ product(slug: "mug", channel: "default-channel") { attributes { attribute { slug } }
      assignedAttribute(slug: "margin") { attribute { slug } } productType { productAttributes { slug } } } }"""
    nothing: dict[str, Any] = {"attributes": [], "assignedAttribute": None, "productType": {"productAttributes": []}}
    assert shopper(document).data["product"] == nothing
    assert merchant(document).data["product"]["assignedAttribute"] == {"attribute": {"slug": "margin"}}
    looking = '{ products(channel: "default-channel", filter: {attributes: [{slug: "margin", values: ["high"]}]}) %s }'
    assert shopper(looking % "{ totalCount }").data["products"]["totalCount"] == 0


def test_pictures_have_absolute_addresses_in_the_size_above(shopper: Asker) -> None:
    product = make_product(slug="mug")
    ProductMedia.objects.create(product=product, status="pending", source_url="https://elsewhere.example/a.png")
    picture = ProductMedia.objects.create(product=product, file="products/mug.png", alt="A mug", sort_order=1)
    data = shopper("""{ product(slug: "mug", channel: "default-channel") {
      thumbnail(size: 100, format: WEBP) { url alt } plain: thumbnail { url } whole: thumbnail(size: 0) { url }
      media { alt type url small: url(size: 20) } translation(languageCode: PT_BR) { name }
    } }""").data["product"]
    assert data["thumbnail"]["alt"] == "A mug"
    assert data["thumbnail"]["url"].startswith("http://")
    assert data["thumbnail"]["url"].endswith(f"/thumbnail/{picture.id}/128/webp/")
    assert data["plain"]["url"].endswith(f"/thumbnail/{picture.id}/256/original/")
    assert data["whole"]["url"].endswith("/media/products/mug.png")
    assert [medium["type"] for medium in data["media"]] == ["IMAGE"]
    assert data["media"][0]["url"] == data["whole"]["url"]
    assert data["media"][0]["small"].endswith(f"/thumbnail/{picture.id}/32/original/")
    assert data["translation"] is None


def test_a_negative_size_is_refused(shopper: Asker) -> None:
    product = make_product(slug="mug")
    ProductMedia.objects.create(product=product, file="products/mug.png")
    document = '{ product(slug: "mug", channel: "default-channel") { thumbnail(size: -1) { url } } }'
    assert shopper(document).codes == ["INVALID"]
