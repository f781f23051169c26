"""Merchants make attributes, their choices, and the product types that have them."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import ProductType
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.content import make_page_type
from tests.factories import make_attribute, make_product, make_product_type, make_variant
from tests.schema.doing import Merchant, gid, merchant

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"
CREATE = """mutation ($input: AttributeCreateInput!) { attributeCreate(input: $input) { errors { code path }
  attribute { id slug inputType entityType unit valueRequired visibleInStorefront filterableInStorefront
    externalReference version metadata { key } choices(first: 10) { nodes { id name slug value file { url } } } } } }"""
KINDS = [kind.upper() for kind in Attribute.InputType.values]


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog."""
    return merchant(Permission.MANAGE_PRODUCTS)


def told() -> list[str]:
    """The types of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_an_attribute_of_every_kind_is_made(staff: Merchant, kind: str) -> None:
    entity = {"entityType": "PRODUCT"} if "REFERENCE" in kind else {}
    made = staff.api.send(CREATE, input={"name": "My Thing", "inputType": kind, **entity}).payload
    assert made["errors"] == []
    assert (made["attribute"]["slug"], made["attribute"]["inputType"]) == ("my-thing", kind)
    filterable = kind in ("DROPDOWN", "MULTISELECT", "SWATCH", "BOOLEAN", "NUMERIC", "DATE", "DATE_TIME")
    assert made["attribute"]["filterableInStorefront"] is filterable
    assert told() == ["attribute.created"]


def test_a_swatch_is_made_with_its_choices_changed_reordered_and_deleted(staff: Merchant) -> None:
    made = staff.api.send(
        CREATE,
        input={
            "name": "Colour",
            "inputType": "SWATCH",
            "valueRequired": True,
            "externalReference": "ERP-7",
            "metadata": [{"key": "erp", "value": "7"}],
            "values": [{"name": "Red", "value": "#F00"}, {"name": "Striped", "fileUrl": "https://a.example/s.png"}],
        },
    ).payload["attribute"]
    assert (made["valueRequired"], made["externalReference"], made["version"]) == (True, "ERP-7", 1)
    red, striped = made["choices"]["nodes"]
    assert (red["slug"], red["value"], striped["file"]) == ("red", "#f00", {"url": "https://a.example/s.png"})
    blue = staff.api.send(
        """mutation ($id: ID!) { attributeValueCreate(attribute: $id, input: {name: "Blue", value: "#00f"}, version: 1)
        { attributeValue { id slug } errors { code path } } }""",
        id=made["id"],
    ).payload["attributeValue"]
    staff.do("attributeValueUpdate", id=red["id"], input={"name": "Crimson"}, version=2)
    moves = [{"id": blue["id"], "sortOrder": -2}, {"id": red["id"], "sortOrder": 50}]
    staff.do("attributeReorderValues", attributeId=made["id"], moves=moves)
    rows = AttributeValue.objects.values_list("name", flat=True)
    assert list(rows) == ["Blue", "Striped", "Crimson"]
    staff.do("attributeValueDelete", id=striped["id"])
    assert list(rows.all()) == ["Blue", "Crimson"]
    late = staff.ask("attributeUpdate", id=made["id"], input={"name": "Color"}, version=1)
    assert late.problems == [("CONFLICT", ["version"])]
    assert late.payload["attribute"]["slug"] == "colour"
    staff.do("attributeDelete", id=made["id"], version=5)
    assert not Attribute.objects.exists()
    assert told() == ["attribute.created", *["attribute.updated"] * 4, "attribute.deleted"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("REQUIRED", ["input", "name"])),
        ({"name": "A", "slug": "taken"}, ("UNIQUE", ["input", "slug"])),
        ({"name": "A", "externalReference": "X"}, ("UNIQUE", ["input", "externalReference"])),
        ({"name": "A", "inputType": "REFERENCE"}, ("REQUIRED", ["input", "entityType"])),
        ({"name": "A", "entityType": "PAGE"}, ("INVALID", ["input", "entityType"])),
        ({"name": "A", "unit": "cm"}, ("INVALID", ["input", "unit"])),
        ({"name": "A", "inputType": "NUMERIC", "unit": "x" * 21}, ("INVALID", ["input", "unit"])),
        (
            {"name": "A", "inputType": "FILE", "filterableInStorefront": True},
            ("INVALID", ["input", "filterableInStorefront"]),
        ),
        ({"name": "A", "values": [{"name": "B"}, {}]}, ("REQUIRED", ["input", "values", "1", "name"])),
        ({"name": "A", "values": [{"name": "B", "value": "#fff"}]}, ("INVALID", ["input", "values", "0", "value"])),
        (
            {"name": "A", "inputType": "SWATCH", "values": [{"name": "B", "value": "red"}]},
            ("INVALID", ["input", "values", "0", "value"]),
        ),
        (
            {"name": "A", "inputType": "SWATCH", "values": [{"name": "B", "fileUrl": "javascript:alert(1)"}]},
            ("INVALID", ["input", "values", "0", "fileUrl"]),
        ),
        ({"name": "A", "inputType": "BOOLEAN", "values": [{"name": "B"}]}, ("INVALID", ["input", "values"])),
        ({"name": "A", "values": [{"name": "B"}] * 101}, ("INVALID", ["input", "values"])),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(
    staff: Merchant, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    make_attribute("taken", external_reference="X")
    assert staff.api.send(CREATE, input=given).problems == [expected]
    assert Attribute.objects.count() == 1
    assert told() == []


def test_the_kind_is_fixed_once_there_are_values(staff: Merchant) -> None:
    empty, full = make_attribute("empty"), make_attribute("full", "A")
    update = {"inputType": "NUMERIC", "unit": "cm"}
    refused = staff.ask("attributeUpdate", id=gid("Attribute", full.id), input=update)
    assert refused.problems == [("IN_USE", ["input", "inputType"])]
    staff.do("attributeUpdate", id=gid("Attribute", empty.id), input=update)
    staff.do("attributeUpdate", id=gid("Attribute", empty.id), input={"inputType": "PLAIN_TEXT", "unit": ""})
    empty.refresh_from_db()
    assert (empty.input_type, empty.unit, empty.filterable, empty.version) == ("plain_text", "", False, 3)


def test_what_is_in_use_is_not_deleted(staff: Merchant) -> None:
    colour, topic, size = make_attribute("colour", "Red"), make_attribute("topic", "Care"), make_attribute("size", "L")
    red = colour.values.get()
    kind = make_product_type(variant_attributes=[colour])
    make_page_type(attributes=[topic])
    make_variant(product=make_product(product_type=kind), attribute_values=[red])
    for attribute in (colour, topic):
        refused = staff.ask("attributeDelete", id=gid("Attribute", attribute.id))
        assert refused.problems == [("IN_USE", ["id"])]
        assert refused.payload["attribute"]["id"] == gid("Attribute", attribute.id)
    assert staff.ask("attributeValueDelete", id=gid("AttributeValue", red.id)).problems == [("IN_USE", ["id"])]
    assert staff.ask("productTypeDelete", id=gid("ProductType", kind.id)).problems == [("IN_USE", ["id"])]
    staff.do("attributeDelete", id=gid("Attribute", size.id))
    assert set(Attribute.objects.values_list("slug", flat=True)) == {"colour", "topic"}
    assert told() == ["attribute.deleted"]


LIST = """query ($filter: AttributeFilterInput, $search: String, $first: Int, $after: String) {
  attributes(filter: $filter, search: $search, first: $first, after: $after) {
    nodes { slug } pageInfo { endCursor hasNextPage } } }"""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "IDT"}, ["width"]),
        ({"filter": {"search": "wid"}}, ["width"]),
        ({"filter": {"slugs": ["colour", "nothing"]}}, ["colour"]),
        ({"filter": {"inputTypes": ["NUMERIC", "REFERENCE"]}}, ["brand", "width"]),
        ({"filter": {"entityTypes": ["PAGE"]}}, ["brand"]),
        ({"filter": {"valueRequired": True}}, ["width"]),
        ({"filter": {"visibleInStorefront": False}}, ["brand"]),
        ({"filter": {"filterableInStorefront": False, "inputTypes": ["DROPDOWN"]}}, []),
        ({"filter": {}}, ["brand", "colour", "width"]),
    ],
)
def test_the_list_of_attributes_is_narrowed(staff: Merchant, asked: dict[str, Any], found: list[str]) -> None:
    make_attribute("colour", "Red")
    make_attribute("width", input_type="numeric", value_required=True)
    make_attribute("brand", input_type="reference", entity_type="page", visible_in_storefront=False)
    nodes = staff.api.send(LIST, **asked).data["attributes"]["nodes"]
    assert [node["slug"] for node in nodes] == found


def test_attributes_come_page_by_page_and_by_type(staff: Merchant) -> None:
    colour = make_attribute("colour")
    make_attribute("size")
    kind = make_product_type(variant_attributes=[colour])
    page = staff.api.send(LIST, first=1).data["attributes"]
    assert page["pageInfo"]["hasNextPage"]
    rest = staff.api.send(LIST, first=1, after=page["pageInfo"]["endCursor"]).data["attributes"]
    assert [*page["nodes"], *rest["nodes"]] == [{"slug": "colour"}, {"slug": "size"}]
    of_type = staff.api.send(LIST, filter={"productTypes": [gid("ProductType", kind.id)]}).data["attributes"]
    assert of_type["nodes"] == [{"slug": "colour"}]
    one = staff.api.send('{ attribute(slug: "size") { name } productType(slug: "mug") { name } }').data
    assert one == {"attribute": {"name": "Size"}, "productType": {"name": "Mug"}}


TYPE = """{ id slug version isShippingRequired
  attributeAssignments { type required variantSelection attribute { slug } } }"""


def test_a_product_type_gets_attributes_in_an_order_and_loses_them(staff: Merchant) -> None:
    colour, size, text = make_attribute("colour", "Red"), make_attribute("size"), make_attribute("text")
    made = staff.api.send(
        f"""mutation ($input: ProductTypeCreateInput!) {{ productTypeCreate(input: $input) {{
          productType {TYPE} errors {{ code path }} }} }}""",
        input={
            "name": "T-Shirt",
            "isShippingRequired": False,
            "attributes": [
                {"id": gid("Attribute", colour.id), "type": "VARIANT", "variantSelection": True},
                {"id": gid("Attribute", text.id), "type": "PRODUCT", "required": True},
            ],
        },
    ).payload["productType"]
    assert (made["slug"], made["version"], made["isShippingRequired"]) == ("t-shirt", 1, False)
    operations = [{"id": gid("Attribute", size.id), "type": "VARIANT"}]
    staff.do("productAttributeAssign", productTypeId=made["id"], operations=operations, version=1)
    operations = [{"id": gid("Attribute", size.id), "type": "VARIANT", "variantSelection": True, "required": True}]
    staff.do("productAttributeAssignmentUpdate", productTypeId=made["id"], operations=operations)
    moves = [{"id": gid("Attribute", size.id), "sortOrder": -1}]
    staff.do("productTypeReorderAttributes", productTypeId=made["id"], type="VARIANT", moves=moves, version=3)
    read = f"query ($id: ID) {{ productType(id: $id) {TYPE} }}"
    now = staff.api.send(read, id=made["id"]).data["productType"]
    assert now["attributeAssignments"] == [
        {"type": "PRODUCT", "required": True, "variantSelection": False, "attribute": {"slug": "text"}},
        {"type": "VARIANT", "required": True, "variantSelection": True, "attribute": {"slug": "size"}},
        {"type": "VARIANT", "required": False, "variantSelection": True, "attribute": {"slug": "colour"}},
    ]
    late = staff.ask("productTypeUpdate", id=made["id"], input={"name": "Tee"}, version=1)
    assert (late.problems, late.payload["productType"]["id"]) == ([("CONFLICT", ["version"])], made["id"])
    ids = [gid("Attribute", size.id), gid("Attribute", text.id)]
    staff.do("productAttributeUnassign", productTypeId=made["id"], attributeIds=ids)
    now = staff.api.send(read, id=made["id"]).data["productType"]
    assert [each["attribute"]["slug"] for each in now["attributeAssignments"]] == ["colour"]
    staff.do("productTypeUpdate", id=made["id"], input={"name": "Tee", "isDigital": True}, version=5)
    staff.do("productTypeDelete", id=made["id"], version=6)
    assert not ProductType.objects.exists()
    assert told() == ["product_type.created", *["product_type.updated"] * 5, "product_type.deleted"]


@pytest.mark.parametrize(
    ("mutation", "operation", "expected"),
    [
        ("productAttributeAssign", {"id": gid("Attribute", NOBODYS)}, ("NOT_FOUND", ["operations", "0", "id"])),
        ("productAttributeAssign", {"slug": "colour", "type": "VARIANT"}, ("UNIQUE", ["operations", "0", "id"])),
        (
            "productAttributeAssign",
            {"slug": "colour", "variantSelection": True},
            ("INVALID", ["operations", "0", "variantSelection"]),
        ),
        (
            "productAttributeAssign",
            {"slug": "text", "type": "VARIANT", "variantSelection": True},
            ("INVALID", ["operations", "0", "variantSelection"]),
        ),
        ("productAttributeAssignmentUpdate", {"slug": "text"}, ("NOT_FOUND", ["operations", "0", "id"])),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(
    staff: Merchant, mutation: str, operation: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    attributes = {"colour": make_attribute("colour", "Red"), "text": make_attribute("text", input_type="plain_text")}
    kind = make_product_type(variant_attributes=[attributes["colour"]])
    given = {"type": "PRODUCT", **operation}
    if "slug" in given:
        given["id"] = gid("Attribute", attributes[given.pop("slug")].id)
    refused = staff.ask(mutation, productTypeId=gid("ProductType", kind.id), operations=[given])
    assert refused.problems == [expected]
    assert kind.attribute_links.count() == 1
    assert told() == []
