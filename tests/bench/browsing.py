"""What shoppers ask of a catalog all day, as requests about the catalog that is there."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from tests.bench.documents import CHANNEL, PAGE_SIZE, Request, detail_request

PAGE: Final = 500
"""The number of the page far down a list."""

_LIST: Final = """
query List($channel: String!, $first: Int!, $after: String, $filter: ProductFilterInput, $sort: ProductOrder) {
  products(channel: $channel, first: $first, after: $after, filter: $filter, sortBy: $sort) {
    edges { cursor node {
      id name slug
      thumbnail(size: 256) { url alt }
      pricing { priceRange { start { gross { amount currency } } stop { gross { amount currency } } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_CATEGORY: Final = """
query Category($channel: String!, $first: Int!, $slug: String!) {
  category(slug: $slug) { name products(channel: $channel, first: $first) { nodes {
    id name slug
    thumbnail(size: 256) { url alt }
    pricing { priceRange { start { gross { amount currency } } stop { gross { amount currency } } } }
  } pageInfo { hasNextPage endCursor } } }
}
"""
_FACETS: Final = """
query Facets($channel: String!, $slug: String!) {
  category(slug: $slug) { products(channel: $channel, first: 1) {
    facets {
      attributes { attribute { slug name } values { value { slug name } count } }
      categories { category { slug name } count }
      collections { collection { slug name } count }
      price { gte { amount } lte { amount } histogram { gte { amount } lte { amount } count } }
      availability { available unavailable }
    }
  } }
}
"""
_SEARCH: Final = """
query Search($channel: String!, $first: Int!, $text: String!) {
  products(channel: $channel, first: $first, search: $text) { nodes { id name slug } search { didYouMean isCapped } }
}
"""
_SUGGESTIONS: Final = """
query Suggestions($channel: String!, $text: String!) {
  searchSuggestions(query: $text, channel: $channel) { text kind }
}
"""
_TREE: Final = """
{ categories(first: 30, level: 0) { edges { node {
  name slug children(first: 30) { edges { node { name slug children(first: 10) { edges { node { name slug } } } } } }
} } } }
"""
_MENU: Final = """
query Menu($channel: String!) {
  menu(slug: "bench", channel: $channel) {
    items { name url category { slug } collection { slug } children { name url category { slug } page { slug } } }
  }
}
"""
_LARGEST_CATEGORY: Final = """
SELECT category.slug, count(*) FROM catalog_product AS product
  JOIN catalog_category AS category ON category.id = product.category_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1
"""
_SOME_PRODUCT: Final = """
SELECT product.slug, product.name FROM catalog_productcard AS card
  JOIN catalog_product AS product ON product.id = card.product_id WHERE card.is_listed AND card.in_stock
 ORDER BY product.sort_name OFFSET (SELECT count(*) / 2 FROM catalog_productcard WHERE is_listed AND in_stock) LIMIT 1
"""
_VALUES: Final = """
SELECT value.slug FROM attributes_attributevalue AS value JOIN attributes_attribute AS attribute
    ON attribute.id = value.attribute_id WHERE attribute.slug = %s ORDER BY value.sort_order LIMIT 2
"""
_CURSORS: Final = """
SELECT card.price_low, card.product_id::text
  FROM catalog_productcard AS card
 WHERE card.is_listed AND card.published_at <= now()
 ORDER BY coalesce(card.price_low, 4611686018427387904), card.product_id
OFFSET %s LIMIT 1
"""


def make_menu() -> None:
    """The menu that `menu` asks for: ten departments with ten lines each."""
    from commerce.catalog.models import Category
    from tests.content import make_item
    from tests.content import make_menu as make

    menu = make("bench")
    categories = list(Category.objects.order_by("slug")[:10])
    for place in range(10):
        department = make_item(f"Department {place}", menu=menu, category=categories[place % len(categories)])
        for line in range(10):
            make_item(f"Line {line}", menu=menu, parent=department, category=categories[line % len(categories)])


def requests_of_shoppers() -> dict[str, Request]:
    """Name of an operation -> the request. The catalog is one of `generate_catalog`, with the menu of `make_menu`."""
    from commerce.catalog.product_cursor import encode_cursor
    from commerce.catalog.product_order import ProductOrder, ProductSort

    common: dict[str, Any] = {"channel": CHANNEL, "first": PAGE_SIZE}
    cheapest = {"field": "PRICE", "direction": "ASC"}
    ((category, _),) = _all(_LARGEST_CATEGORY)
    ((slug, name),) = _all(_SOME_PRODUCT)
    material, season = ([value for (value,) in _all(_VALUES, each)] for each in ("material", "season"))
    narrowed = {
        "attributes": [{"slug": "material", "values": material}, {"slug": "season", "values": season[:1]}],
        "price": {"gte": 10, "lte": 80},
    }
    skipped = min((PAGE - 1) * PAGE_SIZE, _all("SELECT count(*) FROM catalog_productcard WHERE is_listed")[0][0] // 2)
    ((price, product),) = _all(_CURSORS, skipped)
    after = encode_cursor(ProductOrder(ProductSort.PRICE).code, price, product)
    brand, stuff, kind = name.split()[:3]
    return {
        "category": Request(_CATEGORY, {**common, "slug": category}),
        "filtered": Request(_LIST, {**common, "filter": narrowed, "sort": cheapest}),
        "by_price": Request(_LIST, {**common, "sort": cheapest}),
        "by_price.page_500": Request(_LIST, {**common, "sort": cheapest, "after": after}),
        "facets": Request(_FACETS, {"channel": CHANNEL, "slug": category}),
        "search.one_word": Request(_SEARCH, {**common, "text": kind}),
        "search.two_words": Request(_SEARCH, {**common, "text": f"{stuff} {kind}"}),
        "search.misspelt": Request(_SEARCH, {**common, "text": f"{brand[:2]}{brand[3:]} {stuff}"}),
        "suggestions": Request(_SUGGESTIONS, {"channel": CHANNEL, "text": kind[:4]}),
        "detail": detail_request(slug),
        "category_tree": Request(_TREE, {}),
        "menu": Request(_MENU, {"channel": CHANNEL}),
    }


def _all(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
