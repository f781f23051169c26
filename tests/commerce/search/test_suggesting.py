"""What a shopper who is still typing is offered."""

from __future__ import annotations

import pytest

from commerce.channels.models import Channel
from commerce.search.documents import count_words, learn_words
from commerce.search.postgres import PostgresSearch
from tests.factories import make_category, make_channel, make_collection, make_product

pytestmark = pytest.mark.django_db


def suggested(channel: Channel, text: str, language: str | None = None, limit: int = 10) -> list[tuple[str, str]]:
    learn_words()
    count_words()
    found = PostgresSearch({}).suggest(channel.id, text, language, limit)
    return [(each.kind.value, each.text) for each in found]


def test_words_categories_collections_and_products(channel: Channel) -> None:
    make_category("blankets")
    make_collection("warm-blankets")
    make_product("Wool blanket")
    assert suggested(channel, "blan") == [
        ("query", "blanket"),
        ("category", "Blankets"),
        ("collection", "Warm Blankets"),
        ("product", "Wool blanket"),
    ]


def test_the_last_word_goes_on_where_a_product_has_them_all(channel: Channel) -> None:
    make_product("Wool blanket")
    make_product("Blue bowl")
    assert suggested(channel, "wool b") == [("query", "wool blanket"), ("product", "Wool blanket")]


def test_the_word_of_more_products_comes_first(channel: Channel) -> None:
    make_product("Bowl")
    make_product("Blue lamp")
    make_product("Blue mug")
    words = [text for kind, text in suggested(channel, "b") if kind == "query"]
    assert words == ["blue", "bowl"]


def test_words_of_descriptions_are_not_suggested(channel: Channel) -> None:
    make_product("Mug", description={"blocks": [{"type": "paragraph", "data": {"text": "dishwasher safe"}}]})
    assert suggested(channel, "dish") == []


def test_nothing_hidden_is_suggested(channel: Channel) -> None:
    make_product("Zeppelin", is_published=False)
    make_product("Zeppelin", channel=make_channel("other"))
    make_collection("zeppelins", is_published=False)
    make_collection("zeppelins-there", channel=make_channel("other"))
    assert suggested(channel, "zep") == []


def test_in_another_language(channel: Channel) -> None:
    mug = make_product("Mug")
    mug.translations.create(language="de", name="Becher")
    shelf = make_category("mugs")
    shelf.translations.create(language="de", name="Becherregal")
    assert suggested(channel, "bech", "de") == [
        ("query", "becher"),
        ("category", "Becherregal"),
        ("product", "Becher"),
    ]


@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_never_more_than_asked_for(channel: Channel, limit: int) -> None:
    for number in range(8):
        make_product(f"Mug {number}")
        make_category(f"mug-{number}")
    assert len(suggested(channel, "mug", limit=limit)) <= limit
