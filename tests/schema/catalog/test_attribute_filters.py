"""Products found by what their attributes say, whatever kind they are."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Product
from schema.context import Audience
from schema.storefront import schema
from tests.content import make_page
from tests.factories import make_attribute, make_channel, make_product, make_product_type, make_variant
from tests.schema.doing import gid
from tests.schema.shop import Asker, Reply

pytestmark = pytest.mark.django_db

Kind = Attribute.InputType
ask = Asker(schema, Audience.STOREFRONT)
QUERY = """
query($value: AssignedAttributeValueInput, $slug: String!) {
  products(channel: "default-channel", where: {attributes: [{slug: $slug, value: $value}]}) {
    totalCount nodes { name }
    facets { availability { available unavailable } }
  }
}
"""


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    """Two lamps that differ in everything, and a table that says nothing of itself."""
    make_channel()
    kinds = {
        "watts": Kind.NUMERIC, "dimmable": Kind.BOOLEAN, "made": Kind.DATE, "launch": Kind.DATE_TIME,
        "colour": Kind.DROPDOWN,
    }  # fmt: skip
    attributes = {slug: make_attribute(slug, input_type=kind) for slug, kind in kinds.items()}
    attributes["story"] = make_attribute("story", input_type=Kind.REFERENCE, entity_type=Attribute.EntityType.PAGE)
    attributes["goes-with"] = make_attribute(
        "goes-with", input_type=Kind.REFERENCE, entity_type=Attribute.EntityType.PRODUCT
    )
    variant_only = make_attribute("length", input_type=Kind.NUMERIC)
    lamp = make_product_type("lamp", product_attributes=list(attributes.values()), variant_attributes=[variant_only])
    table = make_product("Table", slug="table")
    hidden = make_product("Hidden", slug="hidden", is_published=False)
    page = make_page(slug="our-story")
    secret = make_page(slug="secret", is_published=False)

    def value(slug: str, name: str, **columns: Any) -> AttributeValue:
        return AttributeValue.objects.create(
            attribute=attributes.get(slug, variant_only), slug=f"{slug}-{name}", name=name, **columns
        )

    small = [
        value("watts", "4.5", numeric=Decimal("4.5")),
        value("dimmable", "Yes", boolean=True),
        value("made", "1", date_time=datetime(2026, 3, 1, tzinfo=UTC)),
        value("launch", "2", date_time=datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        value("colour", "Warm white"),
        value("story", "s", references=[page.id]),
        value("goes-with", "g", references=[table.id, hidden.id]),
    ]
    large = [
        value("watts", "40", numeric=Decimal(40)),
        value("dimmable", "No", boolean=False),
        value("made", "3", date_time=datetime(2025, 1, 1, tzinfo=UTC)),
        value("colour", "Cold white"),
        value("story", "t", references=[secret.id]),
    ]
    make_variant(product=make_product("Small lamp", product_type=lamp, attribute_values=small), stock=2)
    make_variant(
        product=make_product("Large lamp", product_type=lamp, attribute_values=large),
        stock=0,
        attribute_values=[value("length", "120", numeric=Decimal(120))],
    )


def found(attribute: str, /, **value: Any) -> Reply:
    return ask(QUERY, slug=attribute, value=value)


def names(attribute: str, /, **value: Any) -> list[str]:
    return [node["name"] for node in found(attribute, **value).data["products"]["nodes"]]


@pytest.mark.parametrize(
    ("slug", "value", "expected"),
    [
        ("watts", {"numeric": {"eq": "4.50"}}, ["Small lamp"]),
        ("watts", {"numeric": {"oneOf": ["4.5", "40", "1e17"]}}, ["Large lamp", "Small lamp"]),
        ("watts", {"numeric": {"range": {"gte": "5"}}}, ["Large lamp"]),
        ("watts", {"numeric": {"range": {"gte": "4", "lte": "41"}}}, ["Large lamp", "Small lamp"]),
        ("length", {"numeric": {"range": {"gte": "100"}}}, ["Large lamp"]),
        ("dimmable", {"boolean": True}, ["Small lamp"]),
        ("dimmable", {"boolean": False}, ["Large lamp"]),
        ("made", {"date": {"gte": "2026-03-01", "lte": "2026-03-01"}}, ["Small lamp"]),
        ("made", {"date": {"lte": "2025-12-31"}}, ["Large lamp"]),
        ("made", {"date": {"lte": "9999-12-31"}}, ["Large lamp", "Small lamp"]),
        ("launch", {"dateTime": {"gte": "2026-03-01T12:00:00Z"}}, ["Small lamp"]),
        ("launch", {"date": {"gte": "2026-01-01"}}, []),
        ("colour", {"name": {"eq": "Warm white"}}, ["Small lamp"]),
        ("colour", {"slug": {"oneOf": ["colour-Cold white", "nothing"]}}, ["Large lamp"]),
        ("story", {"reference": {"pageSlugs": {"containsAny": ["our-story", "nowhere"]}}}, ["Small lamp"]),
        ("story", {"reference": {"pageSlugs": {"containsAll": ["our-story", "nowhere"]}}}, []),
        ("story", {"reference": {"pageSlugs": {"containsAny": ["secret", "a\x00b"]}}}, []),
        ("goes-with", {"reference": {"productSlugs": {"containsAny": ["table", "hidden"]}}}, ["Small lamp"]),
        ("goes-with", {"reference": {"productSlugs": {"containsAll": ["table", "hidden"]}}}, []),
        ("goes-with", {"reference": {"productSlugs": {"containsAny": ["hidden"]}}}, []),
        ("nothing", {"boolean": True}, []),
        ("nothing\x00", {"boolean": True}, []),
    ],
    ids=str,
)
def test_every_kind_of_attribute_can_be_asked_for(slug: str, value: dict[str, Any], expected: list[str]) -> None:
    assert names(slug, **value) == expected


def test_what_a_value_refers_to_can_be_named_by_id_if_it_exists_for_the_shopper() -> None:
    table, hidden = Product.objects.get(name="Table"), Product.objects.get(name="Hidden")
    assert names("goes-with", reference={"referencedIds": {"containsAny": [gid("Product", table.id)]}}) == [
        "Small lamp"
    ]
    assert names("goes-with", reference={"referencedIds": {"containsAny": [gid("Product", hidden.id)]}}) == []


def test_facets_follow_such_a_filter_too() -> None:
    facets = found("watts", numeric={"range": {"lte": "10"}}).data["products"]["facets"]
    assert facets["availability"] == {"available": 1, "unavailable": 0}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({}, "slug"),
        ({"boolean": True, "numeric": {"eq": "1"}}, ""),
        ({"numeric": {}}, "numeric"),
        ({"numeric": {"eq": "1", "oneOf": ["2"]}}, "numeric"),
        ({"numeric": {"range": {}}}, "numeric.range"),
        ({"numeric": {"range": {"gte": "2", "lte": "1"}}}, "numeric.range"),
        ({"date": {"gte": "2026-02-01", "lte": "2026-01-01"}}, "date"),
        ({"dateTime": {}}, "dateTime"),
        ({"slug": {}}, "slug"),
        ({"reference": {}}, "reference"),
        ({"reference": {"pageSlugs": {"containsAny": ["a"]}, "productSlugs": {"containsAny": ["a"]}}}, "reference"),
        ({"reference": {"pageSlugs": {}}}, "reference.pageSlugs"),
        ({"reference": {"pageSlugs": {"containsAny": ["a"] * 101}}}, "reference.pageSlugs"),
        ({"reference": {"referencedIds": {"containsAny": ["what"]}}}, "reference.referencedIds.0"),
    ],
    ids=str,
)
def test_a_question_that_contradicts_itself_is_refused_with_its_place(value: dict[str, Any], place: str) -> None:
    reply = found("watts", **value)
    expected = ".".join(part for part in ("where.attributes.0.value", place) if part)
    assert reply.places == [expected]
