"""A brand is a page that products refer to: shoppers see whose a product is, find the others, and read about them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from commerce.attributes.models import Attribute
from commerce.content.models import Page
from commerce.core.permission import Permission
from tests.api import Api
from tests.content import make_page, make_page_type
from tests.factories import make_attribute, make_product, make_product_type, make_variant
from tests.schema.doing import gid, merchant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

PRODUCTS = """query ($where: ProductWhereInput) { products(first: 9, channel: "default-channel", where: $where) {
  totalCount nodes { slug
    brand: assignedAttribute(slug: "brand") {
      ... on AssignedSinglePageReferenceAttribute {
        value { slug title translation(languageCode: DE) { title } } } } } } }"""
BRAND = """query ($slug: String!, $language: LanguageCodeEnum) { page(slug: $slug, slugLanguageCode: $language) {
  title content pageType { slug } assignedAttribute(slug: "country") {
    ... on AssignedSingleChoiceAttribute { value { name } } } } }"""


class Shop:
    """Two brands with a page each, and three products."""

    def __init__(self) -> None:
        country = make_attribute("country", "Denmark", "Japan")
        self.kind = make_page_type("brand", attributes=[country])
        denmark, japan = country.values.order_by("slug")
        self.hay = self.brand("Høj", "hoj", denmark)
        self.kyo = self.brand("Kyō", "kyo", japan)
        attribute = make_attribute(
            "brand",
            input_type=Attribute.InputType.SINGLE_REFERENCE,
            entity_type=Attribute.EntityType.PAGE,
        )
        mug = make_product_type("mug", product_attributes=[attribute])
        for page, slugs in ((self.hay, ("mug", "plate")), (self.kyo, ("bowl",))):
            value = attribute.values.create(slug=page.slug, name=page.title, references=[page.id])
            for slug in slugs:
                make_variant(product=make_product(slug, slug=slug, product_type=mug, attribute_values=[value]))

    def brand(self, title: str, slug: str, country: Any) -> Page:
        """The page of a brand."""
        story = {"blocks": [{"type": "paragraph", "data": {"text": f"{title} makes things"}}]}
        return make_page(title, slug=slug, page_type=self.kind, content=story, attribute_values=[country])


def listed(where: dict[str, Any] | None = None) -> dict[str, Any]:
    """Product slug -> its brand."""
    rows = Api().send(PRODUCTS, where=where).data["products"]["nodes"]
    return {row["slug"]: row["brand"]["value"] for row in rows}


def test_a_product_shows_its_brand_and_the_brand_has_a_page() -> None:
    Shop()

    brands = listed()

    assert {slug: brand["title"] for slug, brand in brands.items()} == {"bowl": "Kyō", "mug": "Høj", "plate": "Høj"}
    page = Api().send(BRAND, slug=brands["mug"]["slug"]).data["page"]
    assert "makes things" in page["content"]
    assert (page["title"], page["pageType"]["slug"]) == ("Høj", "brand")
    assert page["assignedAttribute"]["value"]["name"] == "Denmark"


def test_products_are_found_by_their_brand() -> None:
    Shop()
    by_brand = {"attributes": [{"slug": "brand", "values": ["hoj"]}]}

    assert set(listed(by_brand)) == {"mug", "plate"}
    assert set(listed({"attributes": [{"slug": "brand", "values": ["hoj", "kyo"]}]})) == {"mug", "plate", "bowl"}
    assert set(listed({"OR": [by_brand, {"slug": {"eq": "bowl"}}]})) == {"mug", "plate", "bowl"}
    assert listed({"attributes": [{"slug": "brand", "values": ["nobody"]}]}) == {}


def test_a_brand_whose_page_is_not_shown_is_named_by_nobody() -> None:
    shop = Shop()
    Page.objects.filter(id=shop.hay.id).update(is_published=False)

    assert listed()["mug"] is None
    assert listed()["bowl"]["title"] == "Kyō"
    assert Api().send(BRAND, slug="hoj").data["page"] is None


def test_a_brand_speaks_other_languages_and_is_found_by_every_address_that_it_had() -> None:
    shop = Shop()
    translator = merchant(Permission.MANAGE_TRANSLATIONS).api
    document = """mutation ($id: ID!, $input: PageTranslationInput!) {
      pageTranslate(id: $id, languageCode: DE, input: $input) { errors { code } } }"""
    for slug in ("hoej", "hoch"):
        translator.send(document, id=gid("Page", shop.hay.id), input={"title": "Hoch", "slug": slug})
    Page.objects.filter(id=shop.hay.id).update(slug="hoj-of-denmark")

    assert listed()["mug"] == {"slug": "hoj-of-denmark", "title": "Høj", "translation": {"title": "Hoch"}}
    for slug, language in (("hoch", "DE"), ("hoej", "DE"), ("hoj", None), ("hoj-of-denmark", "DE")):
        assert Api().send(BRAND, slug=slug, language=language).data["page"]["title"] == "Høj", slug


def test_portals_and_search_engines_learn_of_brands(settings: Settings) -> None:
    settings.STOREFRONT = {**settings.STOREFRONT, "url": "https://shop.example", "page": "/brands/{slug}"}
    Shop()

    def read(address: str) -> str:
        return b"".join(Client().get(address).streaming_content).decode()  # type: ignore[attr-defined]

    feed = ElementTree.fromstring(read("/feeds/default-channel/google.xml"))  # noqa: S314 - it is ours
    brands = [brand.text for brand in feed.iter("{http://base.google.com/ns/1.0}brand")]
    assert sorted(filter(None, brands)) == ["Høj", "Høj", "Kyō"]
    assert "https://shop.example/brands/kyo" in read("/sitemap/default-channel/pages-1.xml")
