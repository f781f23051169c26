"""The catalog in other languages, over HTTP: merchants translate, shoppers read."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.attributes.models import Attribute
from commerce.catalog.models import Product, ProductMedia, ProductVariant
from commerce.catalog.services import delete_product
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.events.models import Event
from schema import admin
from tests.api import Answer, Api
from tests.conftest import QueryBudget
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)
from tests.schema.doing import Merchant, document, gid, merchant

BLOCKS = '{"blocks": [{"type": "paragraph", "data": {"text": "Gro\\u00df<script>x</script>"}}]}'

DETAIL = """query ($slug: String!, $language: LanguageCodeEnum!) {
  product(slug: $slug, channel: "default-channel") {
    name slug slugs { language slug }
    translation(languageCode: $language) {
      id language { code language } name slug description seoTitle seoDescription
    }
    category { translation(languageCode: $language) { name slug } slugs { language slug } }
    collections { translation(languageCode: $language) { name } slugs { language slug } }
    media { alt translation(languageCode: $language) { id alt language { code } } }
    variants { name translation(languageCode: $language) { id name language { code } } }
    attributes { attribute { name translation(languageCode: $language) { name } }
                 values { name translation(languageCode: $language) { name plainText richText } } }
    assignedAttributes { attribute { slug }
      ... on AssignedSingleChoiceAttribute { value { translation(languageCode: $language) } }
      ... on AssignedPlainTextAttribute { text: translation(languageCode: $language) }
      ... on AssignedTextAttribute { rich: translation(languageCode: $language) } }
  }
}"""


def sent(translator: Merchant, noun: str, key: Any, language: str = "DE", /, **texts: Any) -> Answer:
    """The answer to a translation; `noun` is that of the mutation and of the id."""
    name = f"{noun[0].lower()}{noun[1:]}Translate"
    asked = document(name, ["id", "languageCode", "input"], schema=admin, select="errors { code path message }")
    return translator.api.send(asked, id=gid(noun, key), languageCode=language, input=texts)


class Shop:
    """A mug with everything that can be translated, and a translator."""

    def __init__(self) -> None:
        make_channel()
        self.material = make_attribute("material", "Clay")
        self.care = make_attribute("care", input_type=Attribute.InputType.PLAIN_TEXT)
        self.story = make_attribute("story", input_type=Attribute.InputType.RICH_TEXT)
        self.clay = self.material.values.get()
        self.by_hand = self.care.values.create(slug="by-hand", name="Wash by hand", plain_text="Wash by hand only.")
        self.tale = self.story.values.create(slug="tale", name="A tale", rich_text={"blocks": []})
        kind = make_product_type("mug", product_attributes=[self.material, self.care, self.story])
        self.cups = make_category("cups")
        self.mug = make_product(
            "Mug",
            slug="mug",
            category=self.cups,
            product_type=kind,
            attribute_values=[self.clay, self.by_hand, self.tale],
        )
        self.variant = make_variant(product=self.mug, name="Large")
        self.picture = ProductMedia.objects.create(product=self.mug, file="products/mug.png", alt="A mug")
        self.summer = make_collection("summer", products=[self.mug])
        self.translator = merchant(Permission.MANAGE_TRANSLATIONS)

    def translate(self, noun: str, key: Any, language: str = "DE", /, **texts: Any) -> None:
        """Translate one thing, which nothing may stop."""
        assert sent(self.translator, noun, key, language, **texts).problems == []

    def look(self, language: str = "DE") -> Any:
        """The mug as a shopper sees it."""
        return Api().send(DETAIL, slug="mug", language=language).data["product"]


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def events() -> list[tuple[str, str, int]]:
    """(type, object_type, sequence) of everything in the outbox."""
    return [(event.type, event.payload["object_type"], event.sequence) for event in Event.objects.order_by("id")]


def test_what_nobody_has_translated_is_null_and_shows_the_original_beside_it(shop: Shop) -> None:
    seen = shop.look()
    assert seen["name"] == "Mug"
    assert seen["translation"] is None
    assert seen["slugs"] == []
    assert seen["variants"] == [{"name": "Large", "translation": None}]
    assert seen["media"] == [{"alt": "A mug", "translation": None}]
    assert [each["attribute"]["translation"] for each in seen["attributes"]] == [None] * 3


def test_everything_about_a_product_is_read_in_the_language_that_was_asked_for(shop: Shop) -> None:
    shop.translate(
        "Product", shop.mug.id,
        name="Becher", slug="becher", description=BLOCKS, seoTitle="Ein Becher", seoDescription="Groß",
    )  # fmt: skip
    shop.translate("Product", shop.mug.id, "FR", slug="tasse")
    shop.translate("ProductVariant", shop.variant.id, name="Groß")
    shop.translate("Category", shop.cups.id, name="Tassen", slug="tassen")
    shop.translate("Collection", shop.summer.id, name="Sommer", slug="sommer")
    shop.translate("Attribute", shop.material.id, name="Stoff")
    shop.translate("AttributeValue", shop.clay.id, name="Ton")
    shop.translate("AttributeValue", shop.by_hand.id, plainText="Von Hand spülen.")
    shop.translate("AttributeValue", shop.tale.id, richText=BLOCKS)
    shop.translate("ProductMedia", shop.picture.id, alt="Ein Becher")

    seen = shop.look()

    translation = seen["translation"]
    assert translation.pop("id")
    assert "Groß" in translation["description"]
    assert "script" not in translation.pop("description")
    assert translation == {
        "language": {"code": "DE", "language": "German"},
        "name": "Becher",
        "slug": "becher",
        "seoTitle": "Ein Becher",
        "seoDescription": "Groß",
    }
    assert (seen["name"], seen["slug"]) == ("Mug", "mug")
    assert seen["slugs"] == [{"language": "DE", "slug": "becher"}, {"language": "FR", "slug": "tasse"}]
    assert seen["category"] == {
        "translation": {"name": "Tassen", "slug": "tassen"},
        "slugs": [{"language": "DE", "slug": "tassen"}],
    }
    assert seen["collections"][0]["translation"] == {"name": "Sommer"}
    assert seen["collections"][0]["slugs"] == [{"language": "DE", "slug": "sommer"}]
    assert seen["variants"][0]["translation"]["name"] == "Groß"
    assert seen["media"][0]["translation"]["alt"] == "Ein Becher"
    material, care, story = seen["attributes"]
    assert material["attribute"] == {"name": "Material", "translation": {"name": "Stoff"}}
    assert material["values"][0]["translation"] == {"name": "Ton", "plainText": None, "richText": None}
    assert care["attribute"]["translation"] is None
    assert care["values"][0]["translation"] == {
        "name": "Von Hand spülen.", "plainText": "Von Hand spülen.", "richText": None,
    }  # fmt: skip
    assert story["values"][0]["translation"]["name"] == "Groß"
    chosen, text, rich = seen["assignedAttributes"]
    assert chosen["value"] == {"translation": "Ton"}
    assert text["text"] == "Von Hand spülen."
    assert rich["rich"]["blocks"][0]["data"]["text"] == "Groß"


def test_a_region_is_a_language_of_its_own(shop: Shop) -> None:
    shop.translate("Product", shop.mug.id, "EN", name="Mug")
    shop.translate("Product", shop.mug.id, "EN_GB", name="Beaker")
    assert shop.look("EN_GB")["translation"]["name"] == "Beaker"
    assert shop.look("EN_US")["translation"] is None
    assert shop.look("EN")["translation"]["language"] == {"code": "EN", "language": "English"}


def test_what_is_left_out_stays_and_null_takes_a_text_away(shop: Shop) -> None:
    shop.translate("Product", shop.mug.id, name="Becher", slug="becher", seoTitle="Ein Becher")
    shop.translate("Product", shop.mug.id, name="Krug", seoTitle=None)
    translation = shop.look()["translation"]
    assert (translation["name"], translation["slug"], translation["seoTitle"]) == ("Krug", "becher", None)


def test_a_translation_without_any_text_left_is_gone(shop: Shop) -> None:
    shop.translate("Product", shop.mug.id, name="Becher", slug="becher")
    shop.translate("Product", shop.mug.id, name=None, slug="  ")
    seen = shop.look()
    assert (seen["translation"], seen["slugs"]) == (None, [])
    shop.translate("ProductVariant", shop.variant.id, name="Groß")
    shop.translate("ProductVariant", shop.variant.id, name=None)
    assert shop.look()["variants"][0]["translation"] is None
    assert events() == [
        ("translation.created", "product", 1),
        ("translation.deleted", "product", 2),
        ("translation.created", "variant", 1),
        ("translation.deleted", "variant", 2),
    ]


def test_partners_are_told_of_each_change_and_of_nothing_else(shop: Shop) -> None:
    shop.translate("Category", shop.cups.id, name="Tassen")
    shop.translate("Category", shop.cups.id, name="Tassen")
    shop.translate("Category", shop.cups.id)
    shop.translate("Category", shop.cups.id, slug="tassen")
    shop.translate("ProductMedia", shop.picture.id, alt="Ein Becher")
    shop.translate("Attribute", shop.material.id, name=None)
    assert events() == [
        ("translation.created", "category", 1),
        ("translation.updated", "category", 2),
        ("translation.created", "product_media", 1),
    ]
    created = Event.objects.order_by("id")[0]
    assert created.payload["object_id"] == str(shop.cups.id)
    assert created.payload["language"] == "de"
    assert str(created.aggregate_id) == created.payload["translation_id"]


def test_the_answer_shows_the_object_in_the_new_language(shop: Shop) -> None:
    asked = document(
        "productMediaTranslate",
        ["id", "languageCode", "input"],
        schema=admin,
        select="media { url alt translation(languageCode: DE) { alt } } errors { code path message }",
    )
    answer = shop.translator.api.send(
        asked, id=gid("ProductMedia", shop.picture.id), languageCode="DE", input={"alt": "Ein Becher"}
    )
    media = answer.payload["media"]
    assert media["translation"] == {"alt": "Ein Becher"}
    assert media["url"].endswith("products/mug.png")


def test_a_repeated_request_is_answered_from_what_was_kept(shop: Shop) -> None:
    select = "product { slug translation(languageCode: DE) { id name } } errors { code }"
    asked = document("productTranslate", ["id", "languageCode", "input"], schema=admin, select=select)
    becher = {"id": gid("Product", shop.mug.id), "languageCode": "DE", "input": {"name": "Becher"}}
    key = "0195c3f0-7a4e-7cc3-9f0e-6f8c3d1d2a11"
    first = shop.translator.api.send(asked, key=key, **becher)
    again = shop.translator.api.send(asked, key=key, **becher)
    assert first.body["data"] == again.body["data"]
    assert [event for event, _, _ in events()] == ["translation.created"]


@pytest.mark.parametrize(
    ("noun", "texts", "problem"),
    [
        ("Product", {"slug": "a b"}, ("INVALID", ["input", "slug"])),
        ("Product", {"slug": "x" * 256}, ("INVALID", ["input", "slug"])),
        ("Product", {"name": "x" * 251}, ("INVALID", ["input", "name"])),
        ("Product", {"name": "a\x00b"}, ("INVALID", ["input", "name"])),
        ("Product", {"seoTitle": "x" * 71}, ("INVALID", ["input", "seoTitle"])),
        ("Product", {"seoDescription": "x" * 301}, ("INVALID", ["input", "seoDescription"])),
        ("Product", {"description": '{"blocks": 1}'}, ("INVALID", ["input", "description"])),
        ("ProductVariant", {"name": "x" * 256}, ("INVALID", ["input", "name"])),
        ("Attribute", {"name": "x" * 251}, ("INVALID", ["input", "name"])),
        ("AttributeValue", {"name": "x" * 251}, ("INVALID", ["input", "name"])),
        ("AttributeValue", {"plainText": "Clay is no text"}, ("INVALID", ["input", "plainText"])),
        ("AttributeValue", {"richText": '{"blocks": []}'}, ("INVALID", ["input", "richText"])),
        ("AttributeValue", {"richText": '{"blocks": [3]}'}, ("INVALID", ["input", "richText", "blocks", "0"])),
        ("ProductMedia", {"alt": "x" * 251}, ("INVALID", ["input", "alt"])),
    ],
)
def test_a_text_that_does_not_fit_is_refused_and_changes_nothing(
    shop: Shop, noun: str, texts: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    keys = {
        "Product": shop.mug.id, "ProductVariant": shop.variant.id, "Attribute": shop.material.id,
        "AttributeValue": shop.clay.id, "ProductMedia": shop.picture.id,
    }  # fmt: skip
    assert sent(shop.translator, noun, keys[noun], **texts).problems == [problem]
    assert events() == []


def refused(translator: Merchant, noun: str, key: Any, **texts: Any) -> list[tuple[str, list[str]]]:
    """The errors of a translation into German."""
    return sent(translator, noun, key, **texts).problems


@pytest.mark.parametrize("noun", ["Product", "Category", "Collection"])
def test_a_slug_belongs_to_one_in_each_language(shop: Shop, noun: str) -> None:
    one, other = {
        "Product": (shop.mug, make_product("Cup")),
        "Category": (shop.cups, make_category()),
        "Collection": (shop.summer, make_collection()),
    }[noun]
    shop.translate(noun, one.id, slug="schön")
    assert refused(shop.translator, noun, other.id, slug="schön") == [("UNIQUE", ["input", "slug"])]
    shop.translate(noun, other.id, "FR", slug="schön")
    assert [event for event, _, _ in events()] == ["translation.created"] * 2


@pytest.mark.parametrize(
    "noun",
    ["Product", "ProductVariant", "Category", "Collection", "Attribute", "AttributeValue", "ProductMedia"],
)
def test_what_does_not_exist_cannot_be_translated(shop: Shop, noun: str) -> None:
    texts = {"alt": "x"} if noun == "ProductMedia" else {"name": "x"}
    nobodys = "01890000-0000-7000-8000-000000000000"
    assert refused(shop.translator, noun, nobodys, **texts) == [("NOT_FOUND", ["id"])]
    assert refused(shop.translator, noun, nobodys) == [("NOT_FOUND", ["id"])]


def test_an_unknown_language_is_refused_by_the_schema(shop: Shop) -> None:
    answer = sent(shop.translator, "Product", shop.mug.id, "KLINGON", name="x")
    assert "KLINGON" in answer.body["errors"][0]["message"]
    assert "errors" in Api().send(DETAIL, slug="mug", language="KLINGON").body


def test_who_manages_products_alone_does_not_translate(shop: Shop) -> None:
    seller = merchant(Permission.MANAGE_PRODUCTS)
    assert sent(seller, "Product", shop.mug.id, name="Becher").codes == ["PERMISSION_DENIED"]
    local = merchant(Permission.MANAGE_TRANSLATIONS, channels=[make_channel()])
    assert sent(local, "Product", shop.mug.id, name="Becher").codes == ["PERMISSION_DENIED"], (
        "texts are shared by all channels"
    )
    assert shop.look()["translation"] is None


def test_translations_go_with_what_they_belong_to(shop: Shop) -> None:
    shop.translate("Product", shop.mug.id, slug="becher")
    shop.translate("ProductVariant", shop.variant.id, name="Groß")
    shop.translate("ProductMedia", shop.picture.id, alt="Ein Becher")
    delete_product(product_id=shop.mug.id, actor=SYSTEM)
    shop.translate("Product", make_product("Other").id, slug="becher")
    assert not ProductVariant.objects.filter(translations__isnull=False).exists()


LIST = """query ($first: Int!) { products(first: $first, channel: "default-channel") { nodes {
  translation(languageCode: DE) { name slug language { code } } slugs { language slug }
  category { translation(languageCode: DE) { name } slugs { slug } }
  collections { translation(languageCode: DE) { name } slugs { slug } }
  media { translation(languageCode: DE) { alt } }
  variants { translation(languageCode: DE) { name } }
  attributes { attribute { translation(languageCode: DE) { name } } values { translation(languageCode: DE) { name } } }
  assignedAttributes { ... on AssignedSingleChoiceAttribute { value { translation(languageCode: DE) } } }
} } }"""


@pytest.mark.parametrize("first", [2, 12])
def test_a_list_reads_each_level_in_one_statement(shop: Shop, query_budget: QueryBudget, first: int) -> None:
    for number in range(12):
        product = make_product(
            f"Bowl {number:02}",
            product_type=shop.mug.product_type,
            category=make_category(),
            attribute_values=[shop.clay],
        )
        make_variant(product=product)
        ProductMedia.objects.create(product=product, file="products/bowl.png")
        make_collection(products=[product])
        shop.translate("Product", product.id, name=f"Schale {number:02}", slug=f"schale-{number:02}")
    api = Api()
    api.send("{ channels { slug } }")
    with query_budget("translations"):
        response = api._post(LIST, {"first": first}, {})
    nodes = response.data["products"]["nodes"]
    assert len(nodes) == first
    assert nodes[1]["translation"] == {"name": "Schale 01", "slug": "schale-01", "language": {"code": "DE"}}
    assert Product.objects.count() == 13
