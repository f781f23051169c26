"""Shoppers search through the storefront API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductChannelListing
from commerce.core.permission import Permission
from commerce.search.documents import count_words, learn_words
from commerce.search.models import Synonym
from tests.api import Api
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
from tests.schema.doing import gid, merchant

pytestmark = pytest.mark.django_db

PRODUCTS = """
query ($search: String, $filter: ProductFilterInput, $sortBy: ProductOrder, $first: Int, $after: String,
       $last: Int, $before: String) {
  products(channel: "default-channel", search: $search, filter: $filter, sortBy: $sortBy, first: $first, after: $after,
           last: $last, before: $before) {
    totalCount search { didYouMean isPartial isCapped } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    edges { cursor node { name } }
  }
}
"""
SUGGESTIONS = """
query ($query: String!, $first: Int, $language: LanguageCodeEnum) {
  searchSuggestions(query: $query, channel: "default-channel", first: $first, languageCode: $language) {
    kind text product { name } category { slug } collection { slug }
  }
}
"""


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    """A channel, and product types under names that nobody looks for."""
    make_channel()
    make_product_type(name="Thing")


def ask(**given: Any) -> Any:
    learn_words()
    return Api().send(PRODUCTS, **given).data["products"]


def names(page: Any) -> list[str]:
    return [edge["node"]["name"] for edge in page["edges"]]


def test_a_search_tells_what_it_did() -> None:
    make_product("Wool blanket")
    make_product("Wool socks")
    page = ask(search="blnaket")
    assert (names(page), page["totalCount"]) == (["Wool blanket"], 1)
    assert page["search"] == {"didYouMean": "blanket", "isPartial": False, "isCapped": False}
    assert ask(search="wool trousers")["search"] == {"didYouMean": None, "isPartial": True, "isCapped": False}
    assert ask()["search"] is None


def test_best_matches_come_first_page_by_page_and_backwards() -> None:
    for name in ("Enamel mug", "Mug", "Mug with lid", "Travel mug for two", "Blue mug"):
        make_product(name)
    whole = names(ask(search="mug"))
    assert whole[:2] == ["Mug", "Mug with lid"]
    seen, cursor = [], None
    while True:
        page = ask(search="mug", first=2, after=cursor)
        seen += names(page)
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole
    back = ask(search="mug", last=2)
    assert names(back) == whole[-2:]
    assert names(ask(search="mug", last=2, before=back["pageInfo"]["startCursor"])) == whole[1:3]
    assert names(ask(search="mug", sortBy={"field": "RANK", "direction": "ASC"})) == whole[::-1]
    assert names(ask(search="mug", sortBy={"field": "NAME", "direction": "ASC"})) == sorted(whole)


def test_a_product_that_comes_in_between_moves_no_page() -> None:
    for number in range(4):
        make_product(f"Mug {number}")
    first = ask(search="mug", first=2)
    make_product("Mug")
    rest = ask(search="mug", first=2, after=first["pageInfo"]["endCursor"])
    assert len({*names(first), *names(rest)}) == 4


def test_filters_narrow_what_was_found() -> None:
    blue = make_attribute("colour", "Blue", "Red")
    kitchen = make_category("kitchen")
    make_product("Mug one", attribute_values=[blue.values.get(slug="blue")], category=kitchen)
    make_product("Mug two", attribute_values=[blue.values.get(slug="red")])
    make_product("Lamp", attribute_values=[blue.values.get(slug="blue")])
    narrowed = {"attributes": [{"slug": "colour", "values": ["blue"]}]}
    page = ask(search="mug", filter=narrowed)
    assert (names(page), page["totalCount"]) == (["Mug one"], 1)
    assert names(ask(filter={"search": "mug", "categories": [gid("Category", kitchen.id)]})) == ["Mug one"]
    assert names(ask(search="mug", filter={"search": "two"})) == ["Mug two"]


def test_searching_below_a_category(shop: None) -> None:
    kitchen = make_category("kitchen")
    make_product("Enamel mug", category=kitchen)
    make_product("Mug", category=kitchen)
    make_product("Mug elsewhere")
    answer = Api().send(
        """{ category(slug: "kitchen") { products(channel: "default-channel", filter: {search: "mug"}) {
             totalCount nodes { name } } } }"""
    )
    products = answer.data["category"]["products"]
    assert products == {"totalCount": 2, "nodes": [{"name": "Mug"}, {"name": "Enamel mug"}]}


@pytest.mark.parametrize("text", ["!!!", "the", "🎉", "\u200b\u202e"])
def test_what_cannot_be_found_is_an_empty_list(text: str) -> None:
    make_product("Mug")
    page = ask(search=text)
    assert (page["edges"], page["totalCount"]) == ([], 0)


def test_a_text_that_is_too_long_is_a_typed_error() -> None:
    for given in ({"search": "x" * 10_000}, {"filter": {"search": "x" * 10_000}}):
        assert Api().send(PRODUCTS, **given).codes == ["INVALID"]
    assert Api().send(SUGGESTIONS, query="x" * 10_000).codes == ["INVALID"]
    assert Api().send(SUGGESTIONS, query="x", first=101).codes == ["LIMIT_EXCEEDED"]


def test_hidden_products_exist_nowhere() -> None:
    make_product("Zeppelin", is_published=False)
    make_product("Zeppelin kit", channel=make_channel("other"))
    later = make_product("Zeppelin model")
    ProductChannelListing.objects.filter(product=later).update(published_at=timezone.now() + timedelta(days=1))
    for text in ("zeppelin", "zepelin", "zepp"):
        page = ask(search=text)
        assert (page["totalCount"], page["search"]["didYouMean"]) == (0, None)
        assert Api().send(SUGGESTIONS, query=text).data["searchSuggestions"] == []


def test_suggestions_lead_somewhere() -> None:
    make_category("blankets")
    make_collection("warm-blankets")
    make_product("Wool blanket")
    learn_words()
    count_words()
    assert Api().send(SUGGESTIONS, query="blan").data["searchSuggestions"] == [
        {"kind": "QUERY", "text": "blanket", "product": None, "category": None, "collection": None},
        {"kind": "CATEGORY", "text": "Blankets", "product": None, "category": {"slug": "blankets"}, "collection": None},
        {
            "kind": "COLLECTION", "text": "Warm Blankets", "product": None, "category": None,
            "collection": {"slug": "warm-blankets"},
        },
        {
            "kind": "PRODUCT", "text": "Wool blanket", "product": {"name": "Wool blanket"}, "category": None,
            "collection": None,
        },
    ]  # fmt: skip
    assert len(Api().send(SUGGESTIONS, query="blan", first=2).data["searchSuggestions"]) == 2


HIGHLIGHTS = """
query ($search: String!, $language: LanguageCodeEnum) {
  products(channel: "default-channel", search: $search) {
    nodes { highlights(search: $search, languageCode: $language) { name description sku } }
  }
}
"""


def test_what_was_found_is_marked_and_everything_else_escaped() -> None:
    text = "Keeps <b>coffee</b> warm &amp; the <script>alert(1)</script> café away. " + "It is a long text. " * 30
    mug = make_product("Coffee <mug> & co", description={"blocks": [{"type": "paragraph", "data": {"text": text}}]})
    make_variant(product=mug, sku="COFFEE-1")
    mug.translations.create(language="de", name="Kaffeebecher (coffee)")
    learn_words()
    (found,) = Api().send(HIGHLIGHTS, search="cofee").data["products"]["nodes"]
    marks = found["highlights"]
    assert marks["name"] == "<mark>Coffee</mark> &lt;mug&gt; &amp; co"
    assert "<mark>coffee</mark>" in marks["description"]
    assert "<script" not in marks["description"]
    assert "<b>" not in marks["description"]
    assert len(marks["description"]) < 300
    assert marks["sku"] == "<mark>COFFEE</mark>-1"
    (found,) = Api().send(HIGHLIGHTS, search="coffee", language="DE").data["products"]["nodes"]
    assert found["highlights"]["name"] == "Kaffeebecher (<mark>coffee</mark>)"
    assert Api().send(HIGHLIGHTS, search="x" * 300).codes == ["INVALID"]


def test_searches_keep_their_budgets(query_budget: QueryBudget) -> None:
    for number in range(30):
        make_variant(product=make_product(f"Mug {number}"))
    learn_words()
    with query_budget("search"):
        assert len(ask(search="mug", first=30)["edges"]) == 30
    with query_budget("search corrected"):
        assert len(ask(search="muug", first=30)["edges"]) == 30
    with query_budget("searchSuggestions"):
        assert Api().send(SUGGESTIONS, query="mu").data["searchSuggestions"]
    with query_budget("highlights"):
        assert Api().send(HIGHLIGHTS, search="mug", language="DE").data["products"]["nodes"]


def test_staff_find_what_is_not_published_and_in_no_channel() -> None:
    make_product("Zeppelin", is_published=False)
    staff = merchant(Permission.MANAGE_PRODUCTS)
    in_channel = staff.api.send('{ products(channel: "default-channel", search: "zepp") { nodes { name } } }')
    anywhere = staff.api.send('{ products(search: "ppelin") { nodes { name } search { isCapped } } }')
    assert in_channel.data["products"]["nodes"] == anywhere.data["products"]["nodes"] == [{"name": "Zeppelin"}]
    assert anywhere.data["products"]["search"] is None


IN_LANGUAGE = """query ($text: String!, $language: LanguageCodeEnum) {
  products(channel: "default-channel", search: $text, languageCode: $language) { edges { node { name } } }
}
"""


def test_the_language_of_a_search_says_whose_synonyms_count(shop: None) -> None:
    make_variant(product=make_product("Goblet"))
    Synonym.objects.create(terms=["kelch", "goblet"], language="de")
    found = {
        language: names(Api().send(IN_LANGUAGE, text="kelch", language=language).data["products"])
        for language in ("DE", "EN")
    }
    assert found == {"DE": ["Goblet"], "EN": []}
