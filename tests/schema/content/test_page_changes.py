"""Merchants write pages through the admin API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.content.models import Page, PageType
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.api import Api
from tests.content import make_page, make_page_type
from tests.factories import make_attribute, make_channel
from tests.schema.doing import Merchant, gid, merchant

pytestmark = pytest.mark.django_db

NOBODYS = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def staff() -> Merchant:
    """Staff who may keep pages."""
    return merchant(Permission.MANAGE_PAGES)


def told() -> list[str]:
    """The types of the events so far."""
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def test_a_page_is_written_published_and_deleted(staff: Merchant) -> None:
    topic = make_attribute("topic", "Care")
    kind = staff.api.send(
        """mutation ($input: PageTypeInput!) { pageTypeCreate(input: $input) {
             pageType { id slug version attributes { slug } requiredAttributes { slug } } errors { code path } } }""",
        input={"name": "Guide", "attributes": [{"attribute": gid("Attribute", topic.id), "required": True}]},
    ).payload["pageType"]
    assert (kind["slug"], kind["version"]) == ("guide", 1)
    assert kind["attributes"] == kind["requiredAttributes"] == [{"slug": "topic"}]
    page = staff.api.send(
        """mutation ($input: PageCreateInput!) { pageCreate(input: $input) { errors { code path } page {
             id slug content isPublished version privateMetadata { key } attributes { values { slug } } } } }""",
        input={
            "pageType": kind["id"],
            "title": "Washing Mugs",
            "content": '{"blocks": [{"type": "paragraph", "data": {"text": "<b>Warm</b><script>x</script>"}}]}',
            "attributeValues": [gid("AttributeValue", topic.values.get().id)],
            "privateMetadata": [{"key": "draft", "value": "7"}],
        },
    ).payload["page"]
    assert (page["slug"], page["isPublished"], page["version"]) == ("washing-mugs", False, 1)
    assert "<b>Warm</b>" in page["content"]
    assert "script" not in page["content"]
    assert page["attributes"] == [{"values": [{"slug": "care"}]}]
    seen = '{ page(slug: "washing-mugs") { title seoTitle } }'
    assert Api().send(seen).data["page"] is None
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    staff.api.send(UPDATE, id=page["id"], input={"isPublished": True, "publishedAt": soon})
    assert Api().send(seen).data["page"] is None, "not yet"
    changed = staff.api.send(UPDATE, id=page["id"], input={"publishedAt": None, "seoTitle": "Mugs"}, version=2).payload
    assert (changed["errors"], changed["page"]["version"]) == ([], 3)
    assert Api().send(seen).data["page"] == {"title": "Washing Mugs", "seoTitle": "Mugs"}
    assert staff.ask("pageTypeDelete", id=kind["id"]).problems == [("IN_USE", ["id"])]
    staff.do("pageDelete", id=page["id"], version=3)
    assert Api().send(seen).data["page"] is None
    staff.do("pageTypeDelete", id=kind["id"])
    assert (Page.objects.count(), PageType.objects.count()) == (0, 0)
    assert told() == ["page.created", "page.updated", "page.updated", "page.deleted"]
    last = Event.objects.order_by("id").last()
    assert last is not None
    assert (last.sequence, last.payload["slug"]) == (4, "washing-mugs")


UPDATE = """mutation ($id: ID!, $input: PageInput!, $version: Int) {
  pageUpdate(id: $id, input: $input, version: $version) { errors { code path field }
    page { title slug version content publishedAt attributes { values { slug } } } } }"""


def test_an_update_changes_what_is_named_and_nothing_else(staff: Merchant) -> None:
    colour = make_attribute("colour", "Red", "Blue")
    red, blue = colour.values.order_by("sort_order")
    page = make_page("Old", slug="old", page_type=make_page_type(attributes=[colour]), attribute_values=[red])
    changed = staff.api.send(UPDATE, id=gid("Page", page.id), input={"title": " New "}).payload["page"]
    assert (changed["title"], changed["slug"]) == ("New", "old")
    assert changed["attributes"] == [{"values": [{"slug": "red"}]}]
    values = {"attributeValues": [gid("AttributeValue", blue.id)]}
    changed = staff.api.send(UPDATE, id=gid("Page", page.id), input=values).payload["page"]
    assert changed["attributes"] == [{"values": [{"slug": "blue"}]}]


def test_who_has_read_an_older_version_is_refused_and_shown_the_newer(staff: Merchant) -> None:
    page = make_page("One", slug="one")
    staff.api.send(UPDATE, id=gid("Page", page.id), input={"title": "Two"}, version=1)
    late = staff.api.send(UPDATE, id=gid("Page", page.id), input={"title": "Three"}, version=1)
    assert late.problems == [("CONFLICT", ["version"])]
    assert (late.payload["page"]["title"], late.payload["page"]["version"]) == ("Two", 2)
    assert staff.ask("pageDelete", id=gid("Page", page.id), version=1).problems == [("CONFLICT", ["version"])]
    kind = gid("PageType", page.page_type_id)
    assert staff.ask("pageTypeUpdate", id=kind, input={"name": "A"}, version=7).problems == [("CONFLICT", ["version"])]
    assert staff.ask("pageTypeDelete", id=kind, version=7).problems == [("CONFLICT", ["version"])]
    assert told() == ["page.updated"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"slug": "taken"}, ("UNIQUE", ["input", "slug"])),
        ({"slug": ""}, ("REQUIRED", ["input", "slug"])),
        ({"slug": "a b"}, ("INVALID", ["input", "slug"])),
        ({"title": " "}, ("REQUIRED", ["input", "title"])),
        ({"title": None}, ("REQUIRED", ["input", "title"])),
        ({"title": "x" * 251}, ("INVALID", ["input", "title"])),
        ({"title": "a\x00b"}, ("INVALID", ["input", "title"])),
        ({"seoTitle": "x" * 71}, ("INVALID", ["input", "seoTitle"])),
        ({"seoDescription": "x" * 301}, ("INVALID", ["input", "seoDescription"])),
        ({"content": "[]"}, ("INVALID", ["input", "content"])),
        ({"content": '{"blocks": [{"type": 1}]}'}, ("INVALID", ["input", "content", "blocks", "0"])),
        (
            {"content": r'{"blocks": [{"type": "p", "data": {"text": "\ud800"}}]}'},
            ("INVALID", ["input", "content", "blocks", "0", "text"]),
        ),
        (
            {"content": r'{"blocks": [{"type": "p", "data": {"\ud800": 1}}]}'},
            ("INVALID", ["input", "content", "blocks", "0"]),
        ),
        (
            {"content": '{"blocks": [{"type": "p", "data": {"level": NaN}}]}'},
            ("INVALID", ["input", "content", "blocks", "0", "level"]),
        ),
        ({"publishedAt": "0001-01-01T00:00:00Z"}, ("INVALID", ["input", "publishedAt"])),
        ({"publishedAt": "2026-01-01T00:00:00"}, ("INVALID", ["input", "publishedAt"])),
        ({"metadata": [{"key": " ", "value": "x"}]}, ("REQUIRED", ["input", "metadata"])),
        ({"attributeValues": ["nonsense"]}, ("GRAPHQL_ERROR", ["input", "attributeValues", "0"])),
        ({"attributeValues": [gid("AttributeValue", NOBODYS)]}, ("NOT_FOUND", ["input", "attributeValues"])),
        ({"attributeValues": []}, ("REQUIRED", ["input", "attributeValues"])),
    ],
)
def test_a_refused_update_names_the_place_and_changes_nothing(
    staff: Merchant, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    topic = make_attribute("topic", "Care")
    kind = make_page_type(required=[topic])
    make_page(slug="taken", page_type=kind)
    page = make_page("One", slug="one", page_type=kind, attribute_values=[topic.values.get()])
    refused = staff.api.send(UPDATE, id=gid("Page", page.id), input={"seoTitle": "changed", **given})
    assert refused.problems == [expected]
    page.refresh_from_db()
    assert (page.title, page.slug, page.seo_title, page.version) == ("One", "one", "", 1)
    assert page.attribute_values.count() == 1
    assert told() == []


def test_an_attribute_with_one_value_takes_no_second(staff: Merchant) -> None:
    colour = make_attribute("colour", "Red", "Blue")
    tags = make_attribute("tags", "New", "Old", input_type="multiselect")
    page = make_page(page_type=make_page_type(attributes=[colour, tags]))
    both = [gid("AttributeValue", value.id) for value in tags.values.all()]
    assert staff.ask("pageUpdate", id=gid("Page", page.id), input={"attributeValues": both}).problems == []
    both = [gid("AttributeValue", value.id) for value in colour.values.all()]
    refused = staff.ask("pageUpdate", id=gid("Page", page.id), input={"attributeValues": both})
    assert refused.problems == [("INVALID", ["input", "attributeValues"])]
    assert page.attribute_values.filter(value__attribute=tags).count() == 2


@pytest.mark.parametrize(
    ("mutation", "arguments", "expected"),
    [
        ("pageUpdate", {"id": gid("Page", NOBODYS), "input": {}}, ("NOT_FOUND", ["id"])),
        ("pageUpdate", {"id": gid("Menu", NOBODYS), "input": {}}, ("GRAPHQL_ERROR", ["id"])),
        ("pageDelete", {"id": gid("Page", NOBODYS)}, ("NOT_FOUND", ["id"])),
        (
            "pageCreate",
            {"input": {"title": "A", "pageType": gid("PageType", NOBODYS)}},
            ("NOT_FOUND", ["input", "pageType"]),
        ),
        ("pageTypeUpdate", {"id": gid("PageType", NOBODYS), "input": {}}, ("NOT_FOUND", ["id"])),
        ("pageTypeDelete", {"id": gid("PageType", NOBODYS)}, ("NOT_FOUND", ["id"])),
        ("pageTypeCreate", {"input": {}}, ("REQUIRED", ["input", "name"])),
        ("pageTypeCreate", {"input": {"name": "A", "slug": "article"}}, ("UNIQUE", ["input", "slug"])),
        (
            "pageTypeCreate",
            {"input": {"name": "A", "attributes": [{"attribute": gid("Attribute", NOBODYS)}]}},
            ("NOT_FOUND", ["input", "attributes", "0", "attribute"]),
        ),
        (
            "pageTypeCreate",
            {"input": {"name": "A", "attributes": [{"attribute": "x"}]}},
            ("GRAPHQL_ERROR", ["input", "attributes", "0", "attribute"]),
        ),
    ],
)
def test_what_cannot_be_done_is_said_where(
    staff: Merchant, mutation: str, arguments: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    make_page_type("article")
    assert staff.ask(mutation, **arguments).problems == [expected]
    assert (Page.objects.count(), PageType.objects.count(), told()) == (0, 1, [])


def test_a_page_type_gets_other_attributes_and_gives_none_twice(staff: Merchant) -> None:
    first, second = make_attribute("first", "A"), make_attribute("second", "B")
    kind = make_page_type(attributes=[first])
    page = make_page(slug="p", page_type=kind, attribute_values=[first.values.get()])
    twice = [{"attribute": gid("Attribute", second.id)}] * 2
    refused = staff.ask("pageTypeUpdate", id=gid("PageType", kind.id), input={"attributes": twice})
    assert refused.problems == [("INVALID", ["input", "attributes", "1", "attribute"])]
    staff.do("pageTypeUpdate", id=gid("PageType", kind.id), input={"attributes": twice[:1]})
    shown = '{ page(slug: "p") { attributes { attribute { slug } values { slug } } } }'
    assert Api().send(shown).data["page"]["attributes"] == [{"attribute": {"slug": "second"}, "values": []}]
    assert page.attribute_values.count() == 1


def test_the_same_key_makes_one_page(staff: Merchant) -> None:
    make_channel()
    create = "mutation ($input: PageCreateInput!) { pageCreate(input: $input) { page { id } errors { code } } }"
    given = {"title": "A", "pageType": gid("PageType", make_page_type().id)}
    first = staff.api.send(create, key="a-key-that-is-long-enough", input=given).payload
    again = staff.api.send(create, key="a-key-that-is-long-enough", input=given).payload
    assert first == again
    assert (Page.objects.count(), told()) == (1, ["page.created"])


def test_staff_of_some_channels_only_cannot_change_what_all_channels_share() -> None:
    local = merchant(Permission.MANAGE_PAGES, channels=[make_channel()])
    page = make_page("One")
    assert local.ask("pageUpdate", id=gid("Page", page.id), input={"title": "Two"}).codes == ["PERMISSION_DENIED"]
    page.refresh_from_db()
    assert page.title == "One"


def test_nul_characters_are_dropped_from_content(staff: Merchant) -> None:
    page = make_page("One")
    content = (
        r'{"blocks": [{"type": "a\u0000", "data": {"te\u0000xt": "a\u0000b", "url": "https://a.example/\u0000"}}]}'
    )
    assert staff.ask("pageUpdate", id=gid("Page", page.id), input={"content": content}).problems == []
    page.refresh_from_db()
    assert page.content == {"blocks": [{"type": "a", "data": {"text": "ab", "url": "https://a.example/"}}]}


def test_staff_find_page_types_and_what_each_asks_for(staff: Merchant) -> None:
    topic = make_attribute("topic", visible_in_storefront=False)
    kind = make_page_type("guide", required=[topic])
    make_page_type("story")
    asked = "query ($id: ID, $slug: String) { pageType(id: $id, slug: $slug) { slug requiredAttributes { slug } } }"
    for name in ({"id": gid("PageType", kind.id)}, {"slug": "guide"}):
        found = staff.api.send(asked, **name).data["pageType"]
        assert found == {"slug": "guide", "requiredAttributes": [{"slug": "topic"}]}
    assert staff.api.send(asked, slug="nowhere").data["pageType"] is None
    listed = staff.api.send("{ pageTypes(first: 1) { totalCount nodes { slug version } } }").data["pageTypes"]
    assert listed == {"totalCount": 2, "nodes": [{"slug": "guide", "version": 1}]}
