"""Merchants say what products, variants and pages are, in attributes of all twelve kinds."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Product, ProductAttributeValue, ProductVariant
from commerce.content.models import Page
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.content import make_page, make_page_type
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

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"
BLOCKS = '{"blocks": [{"type": "paragraph", "data": {"text": "<b>Warm</b><script>x</script>"}}]}'
SHOWN = """assignedAttributes(limit: 100) { attribute { slug }
  ... on AssignedSingleChoiceAttribute { choice: value { slug } }
  ... on AssignedMultiChoiceAttribute { choices: value { slug } }
  ... on AssignedSwatchAttribute { swatch: value { slug } }
  ... on AssignedNumericAttribute { number: value }
  ... on AssignedBooleanAttribute { yes: value }
  ... on AssignedDateAttribute { day: value }
  ... on AssignedDateTimeAttribute { moment: value }
  ... on AssignedFileAttribute { file: value { url } }
  ... on AssignedPlainTextAttribute { text: value }
  ... on AssignedTextAttribute { blocks: value }
  ... on AssignedSingleCategoryReferenceAttribute { category: value { slug } }
  ... on AssignedMultiProductReferenceAttribute { products: value { slug } }
  ... on AssignedMultiProductVariantReferenceAttribute { variants: value { sku } }
  ... on AssignedMultiCollectionReferenceAttribute { collections: value { slug } }
  ... on AssignedMultiPageReferenceAttribute { pages: value { slug } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep the catalog and pages."""
    return merchant(Permission.MANAGE_PRODUCTS, Permission.MANAGE_PAGES)


class Kinds:
    """One attribute of every kind, and for references one of everything they can point to."""

    def __init__(self) -> None:
        self.mug = make_variant(sku="MUG", product=make_product("Mug", slug="mug"))
        self.attributes = [
            make_attribute("dropdown", "Red", "Blue"),
            make_attribute("multiselect", "New", "Old", input_type="multiselect"),
            make_attribute("swatch", "Gold", input_type="swatch"),
            make_attribute("numeric", input_type="numeric", unit="cm"),
            make_attribute("boolean", input_type="boolean"),
            make_attribute("plain", input_type="plain_text"),
            make_attribute("rich", input_type="rich_text"),
            make_attribute("date", input_type="date"),
            make_attribute("moment", input_type="date_time"),
            make_attribute("file", input_type="file"),
            make_attribute("category", input_type="single_reference", entity_type="category"),
            *(
                make_attribute(f"{entity}s", input_type="reference", entity_type=entity)
                for entity in ("product", "product_variant", "collection", "page")
            ),
        ]
        make_category("cups")

    def given(self) -> list[dict[str, Any]]:
        """A value of every kind."""
        gold = AttributeValue.objects.get(slug="gold")
        return [
            {"slug": "dropdown", "dropdown": {"slug": "red"}},
            {"slug": "multiselect", "multiselect": [{"value": "old"}, {"value": "Brand New"}]},
            {"slug": "swatch", "swatch": {"id": gid("AttributeValue", gold.id)}},
            {"id": gid("Attribute", Attribute.objects.get(slug="numeric").id), "numeric": "-12.50"},
            {"slug": "boolean", "boolean": False},
            {"slug": "plain", "plainText": "Made by hand"},
            {"slug": "rich", "richText": BLOCKS},
            {"slug": "date", "date": "2026-02-28"},
            {"slug": "moment", "dateTime": "2026-02-28T12:00:00+02:00"},
            {"slug": "file", "file": "https://files.example/manual.pdf"},
            {"slug": "category", "reference": gid("Category", make_category("glasses").id)},
            {"slug": "products", "references": [gid("Product", self.mug.product_id)]},
            {"slug": "product_variants", "references": [gid("ProductVariant", self.mug.id)]},
            {"slug": "collections", "references": [gid("Collection", make_collection("summer").id)]},
            {"slug": "pages", "references": [gid("Page", make_page("Story", slug="story").id)]},
        ]

    def check(self, shown: list[dict[str, Any]]) -> None:
        """That all of it is there."""
        found = {each.pop("attribute")["slug"]: next(iter(each.values())) for each in shown}
        blocks = found.pop("rich")
        assert "<b>Warm</b>" in str(blocks)
        assert "script" not in str(blocks)
        assert found == {
            "dropdown": {"slug": "red"},
            "multiselect": [{"slug": "old"}, {"slug": "brand-new"}],
            "swatch": {"slug": "gold"},
            "numeric": -12.5,
            "boolean": False,
            "plain": "Made by hand",
            "date": "2026-02-28",
            "moment": "2026-02-28T10:00:00+00:00",
            "file": {"url": "https://files.example/manual.pdf"},
            "category": {"slug": "glasses"},
            "products": [{"slug": "mug"}],
            "product_variants": [{"sku": "MUG"}],
            "collections": [{"slug": "summer"}],
            "pages": [{"slug": "story"}],
        }


def test_a_product_is_made_with_values_of_all_kinds(staff: Merchant) -> None:
    make_channel()
    kinds = Kinds()
    kind = make_product_type("thing", product_attributes=kinds.attributes)
    made = staff.api.send(
        f"""mutation ($input: ProductCreateInput!) {{ productCreate(input: $input) {{
          product {{ id {SHOWN} }} errors {{ code path message }} }} }}""",
        input={"productType": gid("ProductType", kind.id), "name": "Thing", "attributes": kinds.given()},
    ).payload
    assert made["errors"] == []
    kinds.check(made["product"]["assignedAttributes"])


def test_a_variant_and_a_page_take_the_same_values_in_an_update(staff: Merchant) -> None:
    kinds = Kinds()
    kind = make_product_type("thing")
    for attribute in kinds.attributes:
        kind.attribute_links.create(attribute=attribute, scope="variant")
    variant = make_variant(product=make_product(product_type=kind))
    page = make_page(page_type=make_page_type("everything", attributes=kinds.attributes))
    given = kinds.given()
    for mutation, field, kind_name, row in (
        ("productVariantUpdate", "productVariant", "ProductVariant", variant),
        ("pageUpdate", "page", "Page", page),
    ):
        input_type = "ProductVariantInput" if field == "productVariant" else "PageInput"
        changed = staff.api.send(
            f"""mutation ($id: ID!, $input: {input_type}!) {{ {mutation}(id: $id, input: $input) {{
              {field} {{ {SHOWN} }} errors {{ code path message }} }} }}""",
            id=gid(kind_name, row.id),
            input={"attributes": given},
        ).payload
        assert changed["errors"] == []
        kinds.check(changed[field]["assignedAttributes"])


UPDATE = """mutation ($id: ID!, $input: ProductInput!) { productUpdate(id: $id, input: $input) {
  errors { code path } product { attributes { attribute { slug } values { slug name value } } } } }"""


def test_an_update_changes_only_the_attributes_that_it_names(staff: Merchant) -> None:
    colour, text = make_attribute("colour", "Red", "Blue"), make_attribute("text", input_type="plain_text")
    kind = make_product_type("mug", product_attributes=[colour, text])
    product = make_product(product_type=kind, attribute_values=[colour.values.get(slug="red")])
    key = gid("Product", product.id)
    staff.api.send(UPDATE, id=key, input={"attributes": [{"slug": "text", "plainText": "One"}]})
    first = AttributeValue.objects.get(attribute=text)
    first.translations.create(language="de", plain_text="Eins")
    changed = staff.api.send(UPDATE, id=key, input={"attributes": [{"slug": "text", "plainText": "Two"}]}).payload
    assert [each["values"][0]["name"] for each in changed["product"]["attributes"]] == ["Red", "Two"]
    second = AttributeValue.objects.get(attribute=text)
    assert (second.id, second.translations.count()) == (first.id, 1), "a text keeps its row and translations"
    gone = staff.api.send(UPDATE, id=key, input={"attributes": [{"slug": "text", "plainText": None}]}).payload
    assert [each["values"] for each in gone["product"]["attributes"]][1] == []
    assert not text.values.exists(), "nobody's text is not kept"
    blue = [{"slug": "colour", "values": ["Blue"]}]
    changed = staff.api.send(UPDATE, id=key, input={"attributes": blue}).payload
    assert changed["product"]["attributes"][0]["values"][0]["slug"] == "blue"
    assert colour.values.count() == 2, "a choice that nothing has stays"


def test_numbers_and_days_are_shared_so_that_lists_can_be_filtered(staff: Merchant) -> None:
    width = make_attribute("width", input_type="numeric")
    kind = make_product_type("shelf", product_attributes=[width])
    shelves = [make_product(slug=slug, product_type=kind) for slug in ("a", "b")]
    for shelf, number in zip(shelves, ("80.0", 80), strict=True):
        given = [{"slug": "width", "numeric": number}]
        staff.do("productUpdate", id=gid("Product", shelf.id), input={"attributes": given})
    assert list(width.values.values_list("slug", "name")) == [("80", "80")]
    found = staff.api.send(
        """{ products(first: 5, channel: "default-channel", filter: {attributes: [{slug: "width", values: ["80"]}]}) {
        nodes { slug } } }"""
    ).data["products"]
    assert {node["slug"] for node in found["nodes"]} == {"a", "b"}


def test_a_text_that_two_products_have_is_not_changed_for_both(staff: Merchant) -> None:
    text = make_attribute("text", input_type="plain_text")
    shared = text.values.create(slug="t", name="Both", plain_text="Both")
    kind = make_product_type("mug", product_attributes=[text])
    one, other = (make_product(product_type=kind, attribute_values=[shared]) for _ in range(2))
    given = [{"slug": "text", "plainText": "Mine"}]
    staff.do("productUpdate", id=gid("Product", one.id), input={"attributes": given})
    texts = dict(ProductAttributeValue.objects.values_list("product_id", "value__plain_text"))
    assert texts == {one.id: "Mine", other.id: "Both"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{}], [("INVALID", ["0"])]),
        ([{"slug": "colour", "id": gid("Attribute", NOBODYS)}], [("INVALID", ["0"])]),
        ([{"slug": "nothing"}], [("NOT_FOUND", ["0", "slug"])]),
        ([{"id": gid("Attribute", NOBODYS)}], [("NOT_FOUND", ["0", "id"])]),
        ([{"id": "x"}], [("GRAPHQL_ERROR", ["0", "id"])]),
        ([{"slug": "text"}, {"slug": "text"}], [("INVALID", ["1"])]),
        ([{"slug": "colour", "numeric": 1}], [("INVALID", ["0", "numeric"])]),
        ([{"slug": "colour", "values": ["Red"], "dropdown": {"slug": "red"}}], [("INVALID", ["0", "dropdown"])]),
        ([{"slug": "colour", "values": ["Red", "Blue"]}], [("INVALID", ["0", "values"])]),
        ([{"slug": "colour", "dropdown": {"slug": "green"}}], [("NOT_FOUND", ["0", "dropdown"])]),
        ([{"slug": "colour", "dropdown": {"slug": "red", "value": "Red"}}], [("INVALID", ["0", "dropdown"])]),
        ([{"slug": "colour", "dropdown": {"value": " "}}], [("INVALID", ["0", "dropdown"])]),
        ([{"slug": "colour", "dropdown": {"value": "a\x00b"}}], [("INVALID", ["0", "dropdown"])]),
        ([{"slug": "colour", "dropdown": None}], [("REQUIRED", ["0"])]),
        ([{"slug": "shade", "swatch": {"value": "Unknown"}}], [("NOT_FOUND", ["0", "swatch"])]),
        ([{"slug": "width", "numeric": "0.0000001"}], [("INVALID", ["0", "numeric"])]),
        ([{"slug": "width", "values": ["wide"]}], [("INVALID", ["0", "values", "0"])]),
        ([{"slug": "width", "values": ["Infinity"]}], [("INVALID", ["0", "values", "0"])]),
        ([{"slug": "text", "plainText": "x" * 50_001}], [("INVALID", ["0", "plainText"])]),
        ([{"slug": "text", "plainText": "a\x00b"}], [("INVALID", ["0", "plainText"])]),
        ([{"slug": "rich", "richText": "[]"}], [("INVALID", ["0", "richText"])]),
        ([{"slug": "at", "dateTime": "2026-01-01T00:00:00"}], [("INVALID", ["0", "dateTime"])]),
        ([{"slug": "at", "dateTime": "0001-01-01T00:00:00Z"}], [("INVALID", ["0", "dateTime"])]),
        ([{"slug": "file", "file": "javascript:alert(1)"}], [("INVALID", ["0", "file"])]),
        ([{"slug": "file", "file": "//evil.example/x"}], [("INVALID", ["0", "file"])]),
        ([{"slug": "brand", "reference": gid("Page", NOBODYS)}], [("NOT_FOUND", ["0", "reference"])]),
        ([{"slug": "brand", "reference": gid("Product", NOBODYS)}], [("INVALID", ["0", "reference"])]),
        ([{"slug": "brand", "reference": gid("Order", NOBODYS)}], [("GRAPHQL_ERROR", ["0", "reference"])]),
        (
            [{"slug": "width", "boolean": True}, {"slug": "text", "plainText": "fine"}, {"slug": "no"}],
            [("INVALID", ["0", "boolean"]), ("NOT_FOUND", ["2", "slug"])],
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place_and_nothing_changes(
    staff: Merchant, given: list[dict[str, Any]], expected: list[tuple[str, list[str]]]
) -> None:
    colour = make_attribute("colour", "Red", "Blue", value_required=True)
    others = [
        make_attribute("shade", "Gold", input_type="swatch"),
        make_attribute("width", input_type="numeric"),
        make_attribute("text", input_type="plain_text"),
        make_attribute("rich", input_type="rich_text"),
        make_attribute("at", input_type="date_time"),
        make_attribute("file", input_type="file"),
        make_attribute("brand", input_type="single_reference", entity_type="page"),
    ]
    kind = make_product_type("mug", product_attributes=[colour, *others])
    product = make_product("Mug", product_type=kind, attribute_values=[colour.values.get(slug="red")])
    values = AttributeValue.objects.count()
    refused = staff.api.send(UPDATE, id=gid("Product", product.id), input={"name": "Cup", "attributes": given})
    assert refused.problems == [(code, ["input", "attributes", *path]) for code, path in expected]
    product.refresh_from_db()
    assert (product.name, product.version, product.attribute_values.count()) == ("Mug", 1, 1)
    assert AttributeValue.objects.count() == values
    assert not Event.objects.exists()


def test_what_is_required_is_missed_in_something_new(staff: Merchant) -> None:
    colour, text = make_attribute("colour", "Red"), make_attribute("text", input_type="plain_text")
    kind = make_product_type("mug", product_attributes=[colour, text])
    kind.attribute_links.filter(attribute=text).update(required=True)
    create = {"productType": gid("ProductType", kind.id), "name": "Mug"}
    given: list[list[dict[str, Any]]] = [[], [{"slug": "colour", "values": ["Red"]}]]
    for attributes in given:
        refused = staff.ask("productCreate", input={**create, "attributes": attributes})
        assert refused.problems == [("REQUIRED", ["input", "attributes"])]
    refused = staff.ask("productCreate", input={**create, "attributes": [{"slug": "text", "plainText": " "}]})
    assert refused.problems == [("REQUIRED", ["input", "attributes", "0"])]
    both = {"attributes": [{"slug": "text", "plainText": "x"}], "attributeValues": [gid("AttributeValue", NOBODYS)]}
    assert staff.ask("productCreate", input={**create, **both}).problems == [("INVALID", ["input", "attributeValues"])]
    page_type = make_page_type(required=[text])
    page = {"pageType": gid("PageType", page_type.id), "title": "Story"}
    assert staff.ask("pageCreate", input=page).problems == [("REQUIRED", ["input", "attributes"])]
    staff.do("pageCreate", input={**page, "attributes": [{"slug": "text", "plainText": "x"}]})
    assert (Product.objects.count(), Page.objects.count()) == (0, 1)


def test_variants_are_told_apart_by_what_shoppers_choose(staff: Merchant) -> None:
    colour, size = make_attribute("colour", "Red", "Blue"), make_attribute("size", input_type="numeric")
    product = make_product(product_type=make_product_type("shirt", variant_attributes=[colour, size]))

    def given(colour: str, size: int) -> dict[str, Any]:
        attributes = [{"slug": "colour", "values": [colour]}, {"slug": "size", "numeric": size}]
        return {"product": gid("Product", product.id), "attributes": attributes}

    lacking = {**given("Red", 1), "attributes": [{"slug": "colour", "values": ["Red"]}]}
    assert staff.ask("productVariantCreate", input=lacking).problems == [("REQUIRED", ["input", "attributes"])]
    staff.do("productVariantCreate", input=given("Red", 1))
    second = staff.do("productVariantCreate", input=given("Red", 2))["productVariant"]
    taken = staff.ask("productVariantCreate", input=given("Red", 1))
    assert taken.problems == [("UNIQUE", ["input", "attributes"])]
    update = {"attributes": [{"slug": "size", "numeric": 1}]}
    taken = staff.ask("productVariantUpdate", id=second["id"], input=update)
    assert taken.problems == [("UNIQUE", ["input", "attributes"])]
    staff.do("productVariantUpdate", id=second["id"], input={"attributes": [{"slug": "size", "numeric": 3}]})
    again = staff.do("productVariantUpdate", id=second["id"], input=update | {"name": "x", "attributes": []})
    assert again["productVariant"]["id"] == second["id"]
    assert ProductVariant.objects.count() == 2
