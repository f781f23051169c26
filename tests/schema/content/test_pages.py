"""Shoppers read pages; those that they may not see do not exist, by whatever way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import ProductChannelListing
from commerce.core.permission import Permission
from tests.api import Api
from tests.content import make_page, make_page_type
from tests.factories import make_attribute, make_channel, make_product, make_product_type, make_staff
from tests.schema.doing import gid

pytestmark = pytest.mark.django_db

PAGE = """query ($slug: String!) { page(slug: $slug, slugLanguageCode: EN_US) {
  id title slug content seoTitle seoDescription isPublished pageType { slug name attributes { slug } }
  assignedAttributes(limit: 10) { attribute { slug } ... on AssignedSingleChoiceAttribute { value { name slug } } }
  translation(languageCode: DE) { title content slug seoTitle seoDescription }
  metadata { key value } } }"""
TITLES = "query ($where: PageWhereInput) { pages(where: $where, first: 20) { totalCount edges { node { title } } } }"


def titles(where: dict[str, Any], api: Api | None = None) -> list[str]:
    """The titles of the pages that `where` finds."""
    found = (api or Api()).send(TITLES, where=where).data["pages"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["title"] for edge in found["edges"]]


def test_a_shopper_reads_a_page_with_all_that_a_frontend_asks_for() -> None:
    topic = make_attribute("topic", "Care")
    secret = make_attribute("editor", "Eve", visible_in_storefront=False)
    kind = make_page_type("guide", attributes=[topic, secret])
    page = make_page(
        "Washing",
        slug="washing",
        page_type=kind,
        content={"blocks": [{"type": "paragraph", "data": {"text": "Warm"}}]},
        seo_title="How to wash",
        metadata={"hero": "blue"},
        private_metadata={"draft": "7"},
        attribute_values=[topic.values.get(), secret.values.get()],
    )
    assert Api().send(PAGE, slug="washing").data["page"] == {
        "id": gid("Page", page.id),
        "title": "Washing",
        "slug": "washing",
        "content": '{"blocks":[{"data":{"text":"Warm"},"type":"paragraph"}]}',
        "seoTitle": "How to wash",
        "seoDescription": "",
        "isPublished": True,
        "pageType": {"slug": "guide", "name": "Guide", "attributes": [{"slug": "topic"}]},
        "assignedAttributes": [{"attribute": {"slug": "topic"}, "value": {"name": "Care", "slug": "care"}}],
        "translation": None,
        "metadata": [{"key": "hero", "value": "blue"}],
    }
    by_id = Api().send("query ($id: ID!) { page(id: $id) { slug } }", id=gid("Page", page.id))
    assert by_id.data["page"] == {"slug": "washing"}


@pytest.mark.parametrize(
    "hidden", [{"is_published": False}, {"published_at": timezone.now() + timedelta(days=1)}], ids=["draft", "to come"]
)
def test_a_page_that_is_not_shown_exists_for_staff_only(hidden: dict[str, Any]) -> None:
    page = make_page("Secret", slug="secret", **hidden)
    by_slug, by_id = '{ page(slug: "secret") { title } }', f'{{ page(id: "{gid("Page", page.id)}") {{ title }} }}'
    for document in (by_slug, by_id):
        assert Api().send(document).data["page"] is None
    assert titles({}) == titles({"ids": [gid("Page", page.id)]}) == titles({"slug": {"eq": "secret"}}) == []
    staff = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_PAGES]), "admin"))
    assert staff.send(by_slug).data["page"] == {"title": "Secret"}
    assert titles({}, staff) == ["Secret"]
    others = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_PRODUCTS]), "admin"))
    assert others.send(by_slug).codes == ["PERMISSION_DENIED"]


def test_a_page_shows_itself_when_its_time_has_come() -> None:
    page = make_page("Sale", slug="sale", published_at=timezone.now() + timedelta(hours=1))
    assert Api().send('{ page(slug: "sale") { title } }').data["page"] is None
    page.published_at = timezone.now() - timedelta(hours=1)
    page.save()
    assert Api().send('{ page(slug: "sale") { title } }').data["page"] == {"title": "Sale"}


def test_pages_are_found_by_what_they_are() -> None:
    topic = make_attribute("topic", "Care", "Style")
    secret = make_attribute("editor", "Eve", visible_in_storefront=False)
    care, style = topic.values.order_by("sort_order")
    kind, plain = make_page_type("guide", attributes=[topic, secret]), make_page_type("plain")
    a = make_page("A", slug="a", page_type=kind, attribute_values=[care, secret.values.get()], metadata={"x": "1"})
    make_page("B", slug="b", page_type=kind, attribute_values=[style], metadata={"x": "2"})
    make_page("C", slug="c", page_type=plain)
    assert titles({}) == ["A", "B", "C"]
    assert titles({"slug": {"oneOf": ["a", "c", "zzz"]}}) == ["A", "C"]
    assert titles({"ids": [gid("Page", a.id)]}) == ["A"]
    assert titles({"ids": []}) == []
    assert titles({"pageType": {"eq": gid("PageType", plain.id)}}) == ["C"]
    assert titles({"attributes": [{"slug": "topic"}]}) == ["A", "B"]
    assert titles({"attributes": [{"slug": "topic", "value": {"slug": {"eq": "style"}}}]}) == ["B"]
    assert titles({"attributes": [{"slug": "editor"}]}) == [], "what is hidden cannot be asked for"
    assert titles({"metadata": {"key": "x"}}) == ["A", "B"]
    assert titles({"metadata": {"key": "x", "value": {"oneOf": ["2", "3"]}}}) == ["B"]
    assert titles({"metadata": {"key": "x", "value": {"oneOf": []}}}) == []
    assert titles({"OR": [{"slug": {"eq": "a"}}, {"pageType": {"eq": gid("PageType", plain.id)}}]}) == ["A", "C"]
    assert titles({"OR": [{"slug": {"eq": "a"}}, {}]}) == ["A", "B", "C"]
    assert titles({"AND": [{"metadata": {"key": "x"}}, {"slug": {"eq": "b"}}]}) == ["B"]
    kind.attribute_links.all().delete()
    assert titles({"attributes": [{"slug": "topic"}]}) == [], "the type has lost it"


def test_pages_are_leafed_through_from_both_ends() -> None:
    for title in "ABCDE":
        make_page(title)
    page = "query ($after: String, $before: String, $first: Int, $last: Int) { pages(first: $first, last: $last,"
    page += " after: $after, before: $before) { nodes { title } pageInfo { hasNextPage startCursor endCursor } } }"
    first = Api().send(page, first=2).data["pages"]
    make_page("AA")
    second = Api().send(page, first=2, after=first["pageInfo"]["endCursor"]).data["pages"]
    assert [node["title"] for node in second["nodes"]] == ["C", "D"]
    back = Api().send(page, last=1, before=second["pageInfo"]["startCursor"]).data["pages"]
    assert [node["title"] for node in back["nodes"]] == ["B"]


def test_what_a_page_refers_to_is_looked_at_in_the_channel() -> None:
    shop = make_channel()
    goes_with = make_attribute("goes-with", input_type="reference", entity_type="product")
    mug, gone = make_product("Mug", slug="mug"), make_product("Gone", slug="gone")
    ProductChannelListing.objects.filter(product=gone).update(is_published=False)
    value = goes_with.values.create(slug="both", name="Both", references=[mug.id, gone.id])
    kind = make_page_type("guide", attributes=[goes_with])
    make_page("Guide", slug="guide", page_type=kind, attribute_values=[value])
    asked = """query ($channel: String) { page(slug: "guide", channel: $channel) {
      assignedAttribute(slug: "goes-with") {
      ... on AssignedMultiProductReferenceAttribute { value { slug } } } } }"""
    found = Api().send(asked, channel=shop.slug).data["page"]["assignedAttribute"]
    assert found == {"value": [{"slug": "mug"}]}
    assert Api().send(asked).data["page"]["assignedAttribute"] == {"value": []}


def test_a_product_refers_to_the_pages_that_are_shown() -> None:
    """A brand is a page, say."""
    brand = make_attribute("brand", input_type="single_reference", entity_type="page")
    guides = make_attribute("guides", input_type="reference", entity_type="page")
    shown, draft = make_page("Clayworks", slug="clayworks"), make_page("Draft", slug="draft", is_published=False)
    values = [
        brand.values.create(slug="clay", name="Clay", references=[shown.id]),
        guides.values.create(slug="all", name="All", references=[draft.id, shown.id]),
    ]
    kind = make_product_type("mug", product_attributes=[brand, guides])
    make_product("Mug", slug="mug", product_type=kind, attribute_values=values)
    asked = """{ product(slug: "mug", channel: "default-channel") { assignedAttributes {
      attribute { slug entityType }
      ... on AssignedSinglePageReferenceAttribute { one: value { slug } }
      ... on AssignedMultiPageReferenceAttribute { many: value(limit: 5) { slug pageType { slug } } } } } }"""
    found = Api().send(asked).data["product"]["assignedAttributes"]
    assert found == [
        {"attribute": {"slug": "brand", "entityType": "PAGE"}, "one": {"slug": "clayworks"}},
        {
            "attribute": {"slug": "guides", "entityType": "PAGE"},
            "many": [{"slug": "clayworks", "pageType": {"slug": "article"}}],
        },
    ]
    shown.is_published = False
    shown.save()
    found = Api().send(asked).data["product"]["assignedAttributes"]
    assert (found[0]["one"], found[1]["many"]) == (None, [])


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ page { title } }", "INVALID"),
        ('{ page(slug: "a", id: "b") { title } }', "INVALID"),
        ('{ page(id: "nonsense") { title } }', "GRAPHQL_ERROR"),
        ('{ page(slug: "a", channel: "nowhere") { title } }', "NOT_FOUND"),
        ('{ pages(channel: "nowhere") { totalCount } }', "NOT_FOUND"),
        ("{ pages(first: 101) { totalCount } }", "LIMIT_EXCEEDED"),
        ("{ pages(first: 1, last: 1) { totalCount } }", "INVALID_PAGE"),
        ('{ pages(after: "W10=") { totalCount nodes { id } } }', "INVALID_CURSOR"),
        ('{ pages(after: "%%%") { totalCount nodes { id } } }', "INVALID_CURSOR"),
        ('{ pages(where: {slug: {eq: "a", oneOf: []}}) { totalCount } }', "INVALID"),
        ("{ pages(where: {OR: []}) { totalCount } }", "INVALID"),
        ("{ pages(where: {attributes: [{}]}) { totalCount } }", "REQUIRED"),
        ('{ pages(where: {attributes: [{slug: "a", value: {}}]}) { totalCount } }', "REQUIRED"),
        ('{ pages(where: {metadata: {key: "a", value: {}}}) { totalCount } }', "INVALID"),
        ('{ pages(where: {ids: ["x"]}) { totalCount } }', "GRAPHQL_ERROR"),
        ("{ pages(where: {AND: [" + "{}, " * 60 + "]}) { totalCount } }", "INVALID"),
    ],
)
def test_what_makes_no_sense_is_refused(document: str, code: str) -> None:
    assert Api().send(document).codes == [code]


@pytest.mark.parametrize(
    "text", ["a\\u0000b", "%_\\\\", "'; DROP TABLE content_page; --", "\\u202e\\u200b", "x" * 10_000]
)
def test_odd_text_finds_nothing_and_breaks_nothing(text: str) -> None:
    make_page("A", slug="a")
    assert Api().send(f'{{ page(slug: "{text}") {{ title }} }}').data["page"] is None
    for where in (
        f'slug: {{eq: "{text}"}}',
        f'metadata: {{key: "{text}"}}',
        f'metadata: {{key: "a", value: {{eq: "{text}"}}}}',
        f'attributes: [{{slug: "{text}"}}]',
        f'attributes: [{{slug: "a", value: {{slug: {{eq: "{text}"}}}}}}]',
    ):
        assert Api().send(f"{{ pages(where: {{{where}}}) {{ totalCount }} }}").data["pages"]["totalCount"] == 0
