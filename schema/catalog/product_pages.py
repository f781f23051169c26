"""Pages of products: of the whole shop, of categories, of collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q

from commerce.catalog.facets import ChannelFacets, count_facets, within
from commerce.catalog.product_filter import Parts, all_of
from commerce.catalog.product_order import ParentKind, ProductSort
from commerce.catalog.product_search import (
    count_products,
    count_products_by_parent,
    page_of_products,
    pages_of_products,
)
from commerce.channels.models import Channel
from commerce.core.keyset import KeysetPage, Slice
from commerce.pricing.entrance import first_page_in_channel
from schema.catalog.briefly import asks_briefly, products_below_in_brief, products_in_brief
from schema.catalog.filters import ProductFilterInput, ProductOrderInput, ProductWhereInput
from schema.catalog.questions import Question
from schema.catalog.sources import AnyCategory, AnyCollection, Key
from schema.channels.scope import (
    asks_with_channel,
    channels_below,
    chosen_channel,
    for_channels,
    remember_channel,
)
from schema.context import RequestContext
from schema.pagination import Counts, Page, slice_of, to_page
from schema.search.searches import note_search


def page_of_shop(context: RequestContext, channel: Channel | None, question: Question, window: Slice) -> Page:
    """One page of all products that lists show in `channel`; everything below it looks at that channel."""
    parts = question.parts(channel=channel, actor=context.actor)
    condition = all_of(parts)
    order = question.order(channel=channel, actor=context.actor)
    found = page_of_products(
        channel=channel,
        condition=condition,
        order=order,
        window=window,
        actor=context.actor,
        briefly=_asks_briefly(context),
    )
    page = _whole_page(context, channel, found, parts)
    page.search = question.found(channel, context.actor)
    note_search(context, channel, question.text, page.search, window)
    return page


def page_of_shop_in(context: RequestContext, slug: str | None, question: Question, window: Slice) -> Page:
    """The same in the channel that an argument names (see chosen_channel); one statement where it can be.

    Raises as both do.
    """
    if slug is not None and question.asks_nothing and asks_with_channel(context, slug):
        order = question.order(channel=None, actor=context.actor)
        opened = first_page_in_channel(slug, order, window, briefly=_asks_briefly(context))
        if opened is not None:
            channel, taxes, found = opened
            remember_channel(context, slug, channel, taxes)
            return _whole_page(context, channel, found, [])
    return page_of_shop(context, chosen_channel(context, slug), question, window)


def _asks_briefly(context: RequestContext) -> bool:
    ahead = context.levels.ahead
    return ahead is not None and ahead.concluded(products_in_brief)


def _whole_page(context: RequestContext, channel: Channel | None, found: KeysetPage[Any], parts: Parts) -> Page:
    condition = all_of(parts)
    page = to_page(found, count=lambda: count_products(channel=channel, condition=condition, actor=context.actor))
    page.facets = _facets(parts, Q(), channel, context)
    context.enter(page, channel)
    return page


def products_of_categories(
    categories: Sequence[AnyCategory],
    context: RequestContext,
    channel: str | None = None,
    filter: ProductFilterInput | None = None,
    where: ProductWhereInput | None = None,
    sort_by: ProductOrderInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The products of this category and of those below it, in the named channel or else the inherited one."""
    question = Question(filter, where, None, sort_by)
    window = slice_of(first, after, last, before)
    channels = channels_below(context, categories, channel)
    return _pages_below(ParentKind.CATEGORY, categories, channels, context, question, window)


def products_of_collections(
    collections: Sequence[AnyCollection],
    context: RequestContext,
    filter: ProductFilterInput | None = None,
    where: ProductWhereInput | None = None,
    sort_by: ProductOrderInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The products of this collection, in its own order unless `sortBy` names another."""
    question = Question(filter, where, None, sort_by)
    window = slice_of(first, after, last, before)
    channels = channels_below(context, collections, None)
    return _pages_below(ParentKind.COLLECTION, collections, channels, context, question, window)


def _pages_below(
    kind: ParentKind,
    parents: Sequence[AnyCategory | AnyCollection],
    channels: Sequence[Channel | None],
    context: RequestContext,
    question: Question,
    window: Slice,
) -> list[Page]:
    briefly = asks_briefly(parents, products_below_in_brief)
    default = ProductSort.COLLECTION if kind is ParentKind.COLLECTION else ProductSort.NAME

    def load(channel: Channel | None, members: list[AnyCategory | AnyCollection]) -> list[Page]:
        keys: list[Key] = list(dict.fromkeys(parent.id for parent in members))
        parts = question.parts(channel=channel, actor=context.actor)
        condition = all_of(parts)

        def count() -> dict[Key, int]:
            return count_products_by_parent(
                parent_kind=kind, parent_ids=keys, channel=channel, condition=condition, actor=context.actor
            )

        counts = Counts(count)
        found = pages_of_products(
            parent_kind=kind,
            parent_ids=keys,
            channel=channel,
            condition=condition,
            order=question.order(default, channel=channel, actor=context.actor),
            window=window,
            actor=context.actor,
            briefly=briefly,
        )
        below = [to_page(found[parent.id], count=counts.of(parent.id)) for parent in members]
        for page, parent in zip(below, members, strict=True):
            page.facets = _facets(parts, within(kind, parent.id), channel, context)
        return below

    pages = for_channels(parents, channels, load)
    context.enter_each(pages, channels)
    return pages


def _facets(
    parts: Parts, inside: Q, channel: Channel | None, context: RequestContext
) -> Callable[[], ChannelFacets] | None:
    """What counts the facets of a list when they are asked for; None without a channel."""
    if channel is None:
        return None
    return lambda: ChannelFacets(
        count_facets(parts=parts, within=inside, channel=channel, actor=context.actor), channel
    )
