"""Pages and menus in other languages, over HTTP: merchants translate, shoppers read."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.content.models import MenuItem, Page
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.events.models import Event
from schema import admin
from tests.api import Answer, Api
from tests.content import make_item, make_page
from tests.factories import make_channel
from tests.schema.doing import document, gid, merchant

pytestmark = pytest.mark.django_db

BLOCKS = '{"blocks": [{"type": "paragraph", "data": {"text": "Gro\\u00df<script>x</script>"}}]}'
PAGE = """query ($language: LanguageCodeEnum!) { page(slug: "story") {
  title slugs { language slug }
  translation(languageCode: $language) { id language { code } title slug content seoTitle seoDescription } } }"""
MENU = """query ($language: LanguageCodeEnum!) { menu(slug: "main", channel: "default-channel") {
  items { name translation(languageCode: $language) { name language { code } }
    children { name translation(languageCode: $language) { name } } } } }"""


def sent(noun: str, key: Any, language: str = "DE", /, *, who: Any = None, **texts: Any) -> Answer:
    """The answer to a translation; `noun` is that of the mutation and of the id."""
    name = f"{noun[0].lower()}{noun[1:]}Translate"
    asked = document(name, ["id", "languageCode", "input"], schema=admin, select="errors { code path message }")
    translator = who or merchant(Permission.MANAGE_TRANSLATIONS)
    return translator.api.send(asked, id=gid(noun, key), languageCode=language, input=texts)


def test_a_page_is_read_in_the_language_that_was_asked_for() -> None:
    story = make_page("Story", slug="story")
    assert Api().send(PAGE, language="DE").data["page"] == {"title": "Story", "slugs": [], "translation": None}

    done = sent("Page", story.id, title="Geschichte", slug="geschichte", content=BLOCKS, seoTitle="Eine Geschichte")
    assert done.problems == []

    seen = Api().send(PAGE, language="DE").data["page"]
    translation = seen["translation"]
    assert "Groß" in translation["content"]
    assert "script" not in translation["content"]
    assert (translation["title"], translation["slug"]) == ("Geschichte", "geschichte")
    assert (translation["seoTitle"], translation["seoDescription"]) == ("Eine Geschichte", None)
    assert translation["language"] == {"code": "DE"}
    assert seen["slugs"] == [{"language": "DE", "slug": "geschichte"}]
    assert Api().send(PAGE, language="DE_AT").data["page"]["translation"] is None


def test_the_lines_of_a_menu_are_read_in_one_statement_for_each_level() -> None:
    make_channel()
    shop = make_item("Shop")
    mugs = make_item("Mugs", parent=shop)
    sent("MenuItem", shop.id, name="Laden")
    sent("MenuItem", mugs.id, name="Becher")

    (item,) = Api().send(MENU, language="DE").data["menu"]["items"]

    assert item == {
        "name": "Shop",
        "translation": {"name": "Laden", "language": {"code": "DE"}},
        "children": [{"name": "Mugs", "translation": {"name": "Becher"}}],
    }


def test_partners_are_told_of_each_change_and_of_nothing_else() -> None:
    story, item = make_page(), make_item("Shop")
    sent("Page", story.id, title="Geschichte")
    sent("Page", story.id, title="Geschichte")
    sent("Page", story.id, title="Erzählung")
    sent("Page", story.id, title=None)
    sent("MenuItem", item.id, name="Laden")

    told = [(event.type, event.payload["object_type"], event.payload["object_id"]) for event in
            Event.objects.order_by("id")]  # fmt: skip
    assert told == [
        ("translation.created", "page", str(story.id)),
        ("translation.updated", "page", str(story.id)),
        ("translation.deleted", "page", str(story.id)),
        ("translation.created", "menu_item", str(item.id)),
    ]
    story.refresh_from_db()
    assert story.version == 1


@pytest.mark.parametrize(
    ("noun", "texts", "problem"),
    [
        ("Page", {"title": "x" * 251}, ("INVALID", ["input", "title"])),
        ("Page", {"slug": "no slug!"}, ("INVALID", ["input", "slug"])),
        ("Page", {"slug": "taken"}, ("UNIQUE", ["input", "slug"])),
        ("Page", {"content": '{"blocks": 1}'}, ("INVALID", ["input", "content"])),
        ("Page", {"seoDescription": "a\x00b"}, ("INVALID", ["input", "seoDescription"])),
        ("MenuItem", {"name": "x" * 251}, ("INVALID", ["input", "name"])),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    noun: str, texts: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    make_page().translations.create(language="de", slug="taken")
    row: Page | MenuItem = make_page() if noun == "Page" else make_item("Shop")

    assert sent(noun, row.id, **texts).problems == [problem]

    assert not row.translations.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("noun", ["Page", "MenuItem"])
def test_what_is_not_there_and_who_may_not(noun: str) -> None:
    text = {"title": "x"} if noun == "Page" else {"name": "x"}
    (problem,) = sent(noun, uuid7(), **text).problems
    assert problem[0] == "NOT_FOUND"
    stranger = merchant(Permission.MANAGE_PAGES, Permission.MANAGE_MENUS)
    assert sent(noun, uuid7(), who=stranger, **text).codes == ["PERMISSION_DENIED"]
