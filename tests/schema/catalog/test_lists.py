"""Filtering, sorting and paging through the API, also by people who mean no good."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import Product
from commerce.core.permission import Permission
from schema.admin import schema as admin_schema
from schema.context import Audience
from schema.ids import to_global_id
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_variant,
    staff_actor,
)
from tests.gift_cards import make_card_for_sale
from tests.schema.shop import Asker

LIST = """
query ($filter: ProductFilterInput, $where: ProductWhereInput, $sortBy: ProductOrder, $search: String,
       $first: Int, $after: String, $last: Int, $before: String) {
  products(channel: "default-channel", filter: $filter, where: $where, sortBy: $sortBy, search: $search,
           first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


def slugs(shopper: Asker, **arguments: Any) -> list[str]:
    """The slugs of the products that the arguments find, in order."""
    return [node["slug"] for node in shopper(LIST, **arguments).data["products"]["nodes"]]


@pytest.fixture
def shelf(db: None) -> dict[str, Product]:
    """Three mugs at 5, 10 and 20 dollars; the second one red, the third one sold out."""
    colour = make_attribute("colour", "Red", "Blue")
    cups = make_category("cups")
    espresso = make_category("espresso", parent=cups)
    small = make_product("Small mug", slug="small", category=espresso, metadata={"season": "winter"})
    medium = make_product("Médium mug", slug="medium", category=cups, attribute_values=[colour.values.get(slug="red")])
    large = make_product("Large jug", slug="large")
    for product, price, stock in ((small, 500, 5), (medium, 1000, 5), (large, 2000, 0)):
        make_variant(product=product, price=price, stock=stock, sku=f"SKU-{product.slug}")
    make_collection("gifts", products=[large, small])
    return {"small": small, "medium": medium, "large": large}


def test_every_filter_narrows_the_list(shopper: Asker, shelf: dict[str, Product]) -> None:
    cups = to_global_id("Category", shelf["medium"].category_id)  # type: ignore[arg-type]
    gifts = to_global_id("Collection", shelf["large"].collections.get().id)
    kind = to_global_id("ProductType", shelf["large"].product_type_id)
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({"search": "MEDIUM"}, ["medium"]),
        ({"search": "sku-large"}, ["large"]),
        ({"slugs": ["large", "nothing"]}, ["large"]),
        ({"ids": []}, []),
        ({"categories": [cups]}, ["medium", "small"]),
        ({"hasCategory": False}, ["large"]),
        ({"collections": [gifts]}, ["large", "small"]),
        ({"productTypes": [kind]}, ["large", "medium", "small"]),
        ({"price": {"gte": 5.01}}, ["large", "medium"]),
        ({"price": {"gte": 5, "lte": 10}}, ["medium", "small"]),
        ({"minimalPrice": {"lte": 4.99}}, []),
        ({"attributes": [{"slug": "colour", "values": ["red", "blue"]}]}, ["medium"]),
        ({"attributes": [{"slug": "colour", "value": {"slug": {"eq": "red"}}}]}, ["medium"]),
        ({"isAvailable": True}, ["medium", "small"]),
        ({"isAvailable": False}, ["large"]),
        ({"stockAvailability": "OUT_OF_STOCK"}, ["large"]),
        ({"metadata": [{"key": "season"}]}, ["small"]),
        ({"metadata": [{"key": "season", "value": "summer"}]}, []),
        ({"updatedAt": {"gte": "2100-01-01T00:00:00Z"}}, []),
    ]
    for asked, found in wanted:
        sort = {"field": "NAME", "direction": "ASC"}
        assert slugs(shopper, filter=asked, sortBy=sort) == found, asked


def test_where_says_the_same_and_has_and_and_or(shopper: Asker, shelf: dict[str, Product]) -> None:
    cups = to_global_id("Category", shelf["medium"].category_id)  # type: ignore[arg-type]
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({"name": {"eq": "Large jug"}}, ["large"]),
        ({"slug": {"oneOf": ["small", "large"]}}, ["large", "small"]),
        ({"category": {"eq": cups}}, ["medium", "small"]),
        ({"price": {"range": {"gte": "5.00", "lte": 10}}}, ["medium", "small"]),
        ({"price": {"eq": "20"}}, ["large"]),
        ({"OR": [{"slug": {"eq": "large"}}, {"price": {"eq": 5}}]}, ["large", "small"]),
        ({"AND": [{"hasCategory": True}, {"price": {"eq": 5}}]}, ["small"]),
        ({"isAvailable": True, "OR": [{"slug": {"eq": "large"}}, {"slug": {"eq": "small"}}]}, ["small"]),
        ({"OR": [{"slug": {"eq": "large"}}, {}]}, ["large", "medium", "small"]),
    ]
    for where, found in wanted:
        sort = {"field": "NAME", "direction": "ASC"}
        assert slugs(shopper, where=where, sortBy=sort) == found, where


def test_gift_cards_are_found_and_left_out(shopper: Asker, shelf: dict[str, Product]) -> None:
    card = make_card_for_sale().product.slug
    for ask in ("filter", "where"):
        assert slugs(shopper, **{ask: {"giftCard": True}}) == [card]
        assert set(slugs(shopper, **{ask: {"giftCard": False}})) == {"small", "medium", "large"}
    assert slugs(shopper, where={"giftCard": False, "OR": [{"slug": {"eq": "small"}}, {"giftCard": True}]}) == ["small"]
    staff = Asker(admin_schema, Audience.ADMIN, staff_actor(Permission.MANAGE_PRODUCTS))
    everywhere = "{ products(filter: {giftCard: true}, first: 5) { totalCount nodes { slug } } }"
    assert staff(everywhere).data["products"] == {"totalCount": 1, "nodes": [{"slug": card}]}


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        ({"filter": {"price": {"gte": 5, "lte": 4}}}, "INVALID", "filter.price.gte"),
        ({"filter": {"price": {}}}, "REQUIRED", "filter.price"),
        ({"filter": {"price": {"gte": 0.001}}}, "INVALID", "filter.price.gte"),
        ({"filter": {"price": {"gte": -1}}}, "INVALID", "filter.price.gte"),
        ({"filter": {"price": {"gte": 1e300}}}, "INVALID", "filter.price.gte"),
        ({"filter": {"isAvailable": True, "stockAvailability": "OUT_OF_STOCK"}}, "INVALID", "filter.stockAvailability"),
        ({"filter": {"ids": ["UHJvZHVjdDox"]}}, "GRAPHQL_ERROR", "filter.ids.0"),
        ({"filter": {"attributes": [{"values": ["red"]}]}}, "REQUIRED", "filter.attributes.0.slug"),
        ({"filter": {"attributes": [{"slug": "colour"}]}}, "INVALID", "filter.attributes.0"),
        ({"filter": {"search": "x" * 201}}, "INVALID", "filter.search"),
        ({"where": {"slug": {"eq": "a", "oneOf": ["b"]}}}, "INVALID", "where.slug"),
        ({"where": {"OR": []}}, "INVALID", "where.OR"),
        ({"where": {"AND": [{"price": {"eq": "1.001"}}]}}, "INVALID", "where.AND.0.price.gte"),
        ({"where": {"updatedAt": {}}}, "REQUIRED", "where.updatedAt.range"),
        ({"where": {"OR": [{}] * 60}}, "INVALID", "where.OR.49"),
        ({"sortBy": {"direction": "ASC"}}, "REQUIRED", "sortBy.field"),
        ({"sortBy": {"direction": "ASC", "field": "RANK"}}, "INVALID", "sortBy.field"),
        ({"sortBy": {"direction": "ASC", "field": "COLLECTION"}}, "INVALID", "sortBy.field"),
        ({"first": 101}, "INVALID_PAGE", "first"),
        ({"first": 1, "last": 1}, "INVALID_PAGE", "last"),
        ({"first": -1}, "INVALID_PAGE", "first"),
        ({"after": "nonsense"}, "INVALID_CURSOR", "after"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_its_place(
    shopper: Asker, shelf: dict[str, Product], arguments: dict[str, Any], code: str, place: str
) -> None:
    reply = shopper(LIST, **arguments)
    assert (reply.codes, reply.places) == ([code], [place])


@pytest.mark.parametrize("text", ["'; DROP TABLE catalog_product; --", "%", "_", "\\", "\x00", "💣", "a" * 199])
def test_hostile_text_finds_nothing_and_breaks_nothing(shopper: Asker, shelf: dict[str, Product], text: str) -> None:
    for arguments in (
        {"search": f"q{text}"},
        {"filter": {"slugs": [text], "search": f"q{text}"}},
        {"filter": {"attributes": [{"slug": text, "values": [text]}]}},
        {"filter": {"metadata": [{"key": f"q{text}", "value": text}]}},
        {"where": {"OR": [{"name": {"eq": text}}, {"slug": {"oneOf": [text]}}]}},
    ):
        assert slugs(shopper, **arguments) == []
    assert shopper("query ($s: String!) { category(slug: $s) { id } }", s=text).data == {"category": None}
    assert len(slugs(shopper)) == 3


def test_unknown_filters_are_errors(shopper: Asker, shelf: dict[str, Product]) -> None:
    (message,) = shopper('{ products(channel: "default-channel", filter: {costPrice: 1}) { totalCount } }').codes
    assert "costPrice" in message


@pytest.mark.parametrize("field", ["NAME", "PRICE", "CREATED_AT", "LAST_MODIFIED_AT", "PUBLISHED_AT"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_follow_each_other_there_and_back(shopper: Asker, field: str, direction: str) -> None:
    for number in range(7):
        make_variant(product=make_product(f"Mug {number % 3}", slug=f"mug-{number}"), price=100 * (number % 4))
    sort = {"field": field, "direction": direction}
    whole = slugs(shopper, sortBy=sort, first=100)
    walked: list[str] = []
    cursor = None
    while True:
        page = shopper(LIST, sortBy=sort, first=3, after=cursor).data["products"]
        walked += [node["slug"] for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 7
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert walked == whole
    back = shopper(LIST, sortBy=sort, last=2, before=cursor).data["products"]
    assert [node["slug"] for node in back["nodes"]] == whole[4:6]
    assert back["pageInfo"]["hasPreviousPage"]


def test_a_page_does_not_repeat_what_was_inserted_before_it(shopper: Asker) -> None:
    for name in "BDF":
        make_product(name, slug=name.lower())
    page = shopper(LIST, first=2).data["products"]
    make_product("A", slug="a")
    assert slugs(shopper, first=2, after=page["pageInfo"]["endCursor"]) == ["f"]


def test_a_cursor_of_another_order_is_refused(shopper: Asker, shelf: dict[str, Product]) -> None:
    cursor = shopper(LIST, first=1).data["products"]["pageInfo"]["endCursor"]
    reply = shopper(LIST, after=cursor, sortBy={"field": "PRICE", "direction": "ASC"})
    assert reply.codes == ["INVALID_CURSOR"]


def test_a_collection_keeps_its_own_order_and_a_category_holds_its_branches(
    shopper: Asker, shelf: dict[str, Product]
) -> None:
    data = shopper("""{
      collection(slug: "gifts", channel: "default-channel") {
        products { nodes { slug } } cheap: products(filter: {price: {lte: 5}}) { totalCount }
      }
      category(slug: "cups") {
        level children { nodes { slug level parent { slug } ancestors(first: 1) { nodes { slug } } } }
        products(channel: "default-channel", sortBy: {field: PRICE, direction: DESC}) { nodes { slug } }
      }
      categories(filter: {search: "ESPR"}) { nodes { slug } }
      collections(channel: "default-channel") { totalCount nodes { name } }
    }""").data
    assert [node["slug"] for node in data["collection"]["products"]["nodes"]] == ["large", "small"]
    assert data["collection"]["cheap"]["totalCount"] == 1
    assert data["category"]["children"]["nodes"] == [
        {"slug": "espresso", "level": 1, "parent": {"slug": "cups"}, "ancestors": {"nodes": [{"slug": "cups"}]}}
    ]
    assert [node["slug"] for node in data["category"]["products"]["nodes"]] == ["medium", "small"]
    assert data["categories"]["nodes"] == [{"slug": "espresso"}]
    assert data["collections"] == {"totalCount": 1, "nodes": [{"name": "Gifts"}]}


def test_the_order_collection_needs_one_collection(shopper: Asker, shelf: dict[str, Product]) -> None:
    gifts = to_global_id("Collection", shelf["large"].collections.get().id)
    sort = {"field": "COLLECTION", "direction": "DESC"}
    assert slugs(shopper, filter={"collections": [gifts]}, sortBy=sort) == ["small", "large"]


def test_a_yen_price_has_no_cents(shopper: Asker) -> None:
    japan = make_channel("jp", currency_code="JPY", default_country="JP", countries=["JP"])
    make_variant(product=make_product(slug="mug", channel=japan), price=1300, channel=japan)
    document = 'query ($f: ProductFilterInput) { products(channel: "jp", filter: $f) { totalCount } }'
    assert shopper(document, f={"price": {"gte": 1300, "lte": 1300}}).data["products"]["totalCount"] == 1
    assert shopper(document, f={"price": {"gte": 1299.5}}).codes == ["INVALID"]
