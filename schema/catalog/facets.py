"""Facets as the API shows them: what a list of products could be narrowed by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from commerce.catalog.facets import ChannelFacets, Facets, PriceBucket, largest
from commerce.catalog.groupings import categories_by_id
from commerce.catalog.rows import CategoryRow, CollectionRow
from commerce.channels.models import Channel
from commerce.content.menu_reads import collections_by_id
from commerce.core import money
from commerce.core.errors import InvalidInput
from schema.catalog import attributes as catalog_attributes
from schema.catalog import categories as catalog_categories
from schema.catalog import collections as catalog_collections
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import Money
from schema.pagination import Page

MAX_CHOICES = 100
MAX_LISTS = 20
"""Each is counted by a pass of its own over its products."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Source of CategoryFacet and of CollectionFacet."""

    row: CategoryRow | CollectionRow
    count: int


@strawberry.type(description="A value of an attribute, as a choice.")
class AttributeValueFacet:
    """Source: commerce.catalog.facets.CountedValue."""

    value: catalog_attributes.AttributeValue = nested("value", "The value; its slug is what filters take.")
    count: int = leaf("How many products would be left with it.")


@strawberry.type(description="An attribute that the products differ by.")
class AttributeFacet:
    """Source: commerce.catalog.facets.AttributeFacet."""

    attribute: catalog_attributes.Attribute = nested("attribute", "The attribute; its slug is what filters take.")
    values: list[AttributeValueFacet] = nested("values", "Those of its values that some product has, in their order.")


@strawberry.type(description="A category, as a choice.")
class CategoryFacet:
    """Source: Choice."""

    category: catalog_categories.Category = nested("row", "The category.")
    count: int = leaf("How many products would be left in it and below it.")


@strawberry.type(description="A collection, as a choice.")
class CollectionFacet:
    """Source: Choice."""

    collection: catalog_collections.Collection = nested("row", "The collection.")
    count: int = leaf("How many products would be left in it.")


@dataclass(slots=True, eq=False)
class PriceRange:
    """Source of PriceBucket and of PriceFacet: prices as they are entered, in minor units."""

    low: int
    high: int
    currency: str
    count: int = 0
    buckets: Sequence[PriceBucket] = ()

    @property
    def gte(self) -> money.Money:
        """The lowest price in it."""
        return money.Money(self.low, self.currency)

    @property
    def lte(self) -> money.Money:
        """The highest price in it."""
        return money.Money(self.high, self.currency)

    @property
    def histogram(self) -> list[PriceRange]:
        """Its parts."""
        return [PriceRange(part.low, part.high, self.currency, part.products) for part in self.buckets]


@strawberry.type(name="PriceFacetBucket", description="A range of prices, as a choice.")
class PriceFacetBucket:
    """Source: PriceRange."""

    gte: Money = nested("gte", "The lower bound, as the price filter takes it.")
    lte: Money = nested("lte", "The upper bound, as the price filter takes it.")
    count: int = leaf("How many products would be left: those whose lowest price is in the range.")


@strawberry.type(description="What the products cost: each counts with its lowest price in the channel, as entered.")
class PriceFacet:
    """Source: PriceRange."""

    gte: Money = nested("gte", "The lowest price of all.")
    lte: Money = nested("lte", "The highest.")
    histogram: list[PriceFacetBucket] = nested(
        "histogram", "At most ten ranges of equal width without gaps, the cheapest first."
    )


@strawberry.type(description="How many of the products can be bought now.")
class AvailabilityFacet:
    """Source: commerce.catalog.facets.Facets."""

    available: int = leaf("How many can be bought.")
    unavailable: int = leaf("How many cannot: sold out, or not for sale yet.")


def _choices(
    sources: Sequence[ChannelFacets],
    first: int,
    counted: Callable[[Facets], Counter[str]],
    visible: Callable[[Collection[str], Channel], dict[str, Any]],
) -> list[list[Choice]]:
    if not 0 <= first <= MAX_CHOICES:
        raise InvalidInput(f"first must be between 0 and {MAX_CHOICES}.", path=("first",))
    known: dict[Any, dict[str, Any]] = {}
    for channel, keys in _by_channel(sources, counted).items():
        known[channel.id] = visible(keys, channel)
    return [
        [
            Choice(known[source.channel.id][key], count)
            for key, count in largest(counted(source.facets), known[source.channel.id], first)
        ]
        for source in sources
    ]


def _by_channel(sources: Sequence[ChannelFacets], counted: Callable[[Facets], Counter[str]]) -> dict[Channel, set[str]]:
    keys: dict[Channel, set[str]] = {}
    for source in sources:
        keys.setdefault(source.channel, set()).update(counted(source.facets))
    return keys


def _categories(sources: Sequence[ChannelFacets], context: RequestContext, first: int = 20) -> list[list[Choice]]:
    """The categories that the products are in or below, those with the most products first; at most 100."""
    return _choices(sources, first, lambda facets: facets.categories, lambda keys, channel: categories_by_id(keys))


def _collections(sources: Sequence[ChannelFacets], context: RequestContext, first: int = 20) -> list[list[Choice]]:
    """The collections that the products are in and anybody may see, those with the most products first; at most 100."""

    def visible(keys: Collection[str], channel: Channel) -> dict[str, CollectionRow]:
        return collections_by_id(keys, channel=channel, actor=context.actor)

    return _choices(sources, first, lambda facets: facets.collections, visible)


def _prices(sources: Sequence[ChannelFacets], context: RequestContext) -> list[PriceRange | None]:
    return [_price(source) for source in sources]


def _price(source: ChannelFacets) -> PriceRange | None:
    facets = source.facets
    if facets.price_low is None or facets.price_high is None:
        return None
    return PriceRange(facets.price_low, facets.price_high, source.channel.currency_code, buckets=facets.prices)


def load_facets(pages: Sequence[Page], context: RequestContext) -> list[ChannelFacets | None]:
    """What each list could be narrowed by; null without a channel. Of at most 20 lists at once."""
    counting = [page.facets for page in pages]
    if len(counting) > MAX_LISTS:
        raise InvalidInput(f"Ask for the facets of {MAX_LISTS} lists at most.", path=("facets",))
    return [count() if count is not None else None for count in counting]


@strawberry.type(
    description="What the list could be narrowed by. Each facet ignores the filters of its own kind and follows all"
    " others, so that beside the choice that was made the others keep their counts. Filters inside AND and OR are"
    " followed by all."
)
class ProductFacets:
    """Source: commerce.catalog.facets.ChannelFacets."""

    attributes: list[AttributeFacet] = nested(
        lambda sources, context: [source.facets.attributes for source in sources],
        "The attributes that can be filtered by, with those of their values that some product has.",
    )
    categories: list[CategoryFacet] = nested(_categories)
    collections: list[CollectionFacet] = nested(_collections)
    price: PriceFacet | None = nested(_prices, "What the products cost; null if none has a price.")
    availability: AvailabilityFacet = nested(
        lambda sources, context: [source.facets for source in sources], "How many can be bought now."
    )
