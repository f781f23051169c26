"""Root fields about the catalog, for shoppers."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.catalog.queries import visible_collections, visible_variants
from schema.cache import tags
from schema.catalog.categories import ORDER, Category, CategoryFilterInput, filtered
from schema.catalog.collections import Collection, CollectionFilterInput, collection_condition
from schema.catalog.filters import ProductFilterInput, ProductOrderInput, ProductWhereInput
from schema.catalog.lookup import find, find_category, find_collection, find_product_in, products_in_order
from schema.catalog.product_pages import page_of_shop_in
from schema.catalog.questions import Question
from schema.catalog.types import Product, ProductVariant
from schema.channels.scope import chosen_channel
from schema.context import Info
from schema.enums import LanguageCodeEnum
from schema.fields import ANYONE, query
from schema.pagination import CountableConnection, page_of, slice_of
from schema.search.searches import Searches
from schema.search.types import ProductConnection


@query(allow=ANYONE, returns=Product | None)
def product(
    info: Info,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    slug_language_code: LanguageCodeEnum | None = None,
    channel: str | None = None,
) -> Any:
    """A product that the channel shows, by id or slug; null if there is none.

    `slugLanguageCode` says in which language the slug is; if no product that the channel shows has it in that language,
    the product is found by its own slug. One that has left a slug behind is still found by it: compare `slug` to send
    visitors on.
    """
    where, row = find_product_in(info.context, channel, id=id, slug=slug, language=slug_language_code)
    return info.context.enter(row, where)


@query(allow=ANYONE, returns=ProductConnection | None)
def products(
    info: Info,
    channel: str | None = None,
    filter: ProductFilterInput | None = None,
    where: ProductWhereInput | None = None,
    search: str | None = None,
    language_code: LanguageCodeEnum | None = None,
    sort_by: ProductOrderInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The products that the channel's lists show: all that `filter`, `where` and `search` ask for, by name.

    `languageCode` says whose synonyms and stop words count in a search; words of every language are found.
    """
    window = slice_of(first, after, last, before)
    searches = Searches(language_code.value if language_code else None)
    question = Question(filter, where, search, sort_by, searches)
    return page_of_shop_in(info.context, channel, question, window)


@query(allow=ANYONE, returns=list[Product])
def recently_viewed(info: Info, ids: list[strawberry.ID], channel: str | None = None) -> Any:
    """The products with these ids (50 at most) that the channel shows, in the order of the ids, each once.

    What is hidden or gone is left out: a frontend remembers what a visitor has looked at, and asks what is left of it.
    """
    where = chosen_channel(info.context, channel)
    return products_in_order(info.context, where, ids)


@query(allow=ANYONE, returns=ProductVariant | None)
def product_variant(
    info: Info, id: strawberry.ID | None = None, sku: str | None = None, channel: str | None = None
) -> Any:
    """A variant that the channel sells, by id or SKU; null if there is none."""
    where = chosen_channel(info.context, channel)
    rows = visible_variants(channel=where, actor=info.context.actor)
    row = find(rows, "ProductVariant", id=id, sku=sku)
    info.context.depends_on.add(tags.product(row.product_id) if row is not None else tags.PRODUCTS)
    return info.context.enter(row, where)


@query(allow=ANYONE, returns=Category | None)
def category(
    info: Info,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    slug_language_code: LanguageCodeEnum | None = None,
) -> Any:
    """A category, by id or slug as `product` is found; null if there is none."""
    return find_category(id=id, slug=slug, language=slug_language_code)


@query(allow=ANYONE, returns=CountableConnection[Category] | None)
def categories(
    info: Info,
    filter: CategoryFilterInput | None = None,
    level: int | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All categories in the order of the shop; with `level: 0` the roots of the tree."""
    return page_of(filtered(filter, level), ORDER, first=first, after=after, last=last, before=before)


@query(allow=ANYONE, returns=Collection | None)
def collection(
    info: Info,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    slug_language_code: LanguageCodeEnum | None = None,
    channel: str | None = None,
) -> Any:
    """A collection that the channel shows, by id or slug as `product` is found; null if there is none."""
    where = chosen_channel(info.context, channel)
    row = find_collection(where, info.context.actor, id=id, slug=slug, language=slug_language_code)
    return info.context.enter(row, where)


@query(allow=ANYONE, returns=CountableConnection[Collection] | None)
def collections(
    info: Info,
    channel: str | None = None,
    filter: CollectionFilterInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The collections that the channel shows, by name."""
    where = chosen_channel(info.context, channel)
    rows = visible_collections(channel=where, actor=info.context.actor).filter(collection_condition(filter))
    page = page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)
    return info.context.enter(page, where)
