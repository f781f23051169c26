"""What searching tells beyond the products that it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from commerce.catalog.groupings import categories_by_id
from commerce.catalog.reads import products_by_id
from commerce.catalog.rows import CategoryRow, CollectionRow, ProductRow
from commerce.channels.models import Channel
from commerce.content.menu_reads import collections_by_id
from commerce.core.actor import Actor
from commerce.search.provider import Suggestion, SuggestionKind
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.facets import ProductFacets, load_facets
from schema.catalog.types import Product
from schema.fields import leaf, nested
from schema.pagination import CountableConnection

SearchSuggestionKind = strawberry.enum(
    SuggestionKind,
    name="SearchSuggestionKind",
    description="What a suggestion is: words to search for, or something with a page of its own.",
)


@strawberry.type(description="How a list of products was searched.")
class ProductSearch:
    """Source: commerce.search.provider.Found."""

    did_you_mean: str | None = leaf(
        "What was searched for instead, because no product has all the words as they were written; null if nothing was"
        " corrected.",
        source="corrected",
    )
    is_partial: bool = leaf("Whether the products have only some of the words, because none has all.", source="partial")
    is_capped: bool = leaf(
        "Whether there may be more products than the 2,000 best, which are all that is listed and counted.",
        source="capped",
    )


@strawberry.type(name="ProductCountableConnection", description="A page of a list.")
class ProductConnection(CountableConnection[Product]):
    """Source: schema.pagination.Page."""

    search: ProductSearch | None = nested("search", "How it was searched; null for a list that is not searched.")
    facets: ProductFacets | None = nested(load_facets)


@dataclass(slots=True, eq=False)
class Suggested:
    """Source of SearchSuggestion. Of what has a page of its own, the row."""

    kind: SuggestionKind
    text: str
    product: ProductRow | None = None
    category: CategoryRow | None = None
    collection: CollectionRow | None = None


def seen_suggestions(found: Sequence[Suggestion], channel: Channel, actor: Actor) -> list[Suggested]:
    """The suggestions with their rows, without those whose product or collection the channel does not show."""
    products = products_by_id(_ids(found, SuggestionKind.PRODUCT), channel=channel, actor=actor)
    categories = categories_by_id(_ids(found, SuggestionKind.CATEGORY))
    collections = collections_by_id(_ids(found, SuggestionKind.COLLECTION), channel=channel, actor=actor)
    rows: dict[SuggestionKind, tuple[str, Mapping[str, Any]]] = {
        SuggestionKind.PRODUCT: ("product", products),
        SuggestionKind.CATEGORY: ("category", categories),
        SuggestionKind.COLLECTION: ("collection", collections),
    }
    seen = []
    for each in found:
        if each.kind is SuggestionKind.QUERY:
            seen.append(Suggested(each.kind, each.text))
            continue
        field, known = rows[each.kind]
        row = known.get(str(each.id))
        if row is not None:
            seen.append(Suggested(each.kind, each.text, **{field: row}))
    return seen


def _ids(found: Sequence[Suggestion], kind: SuggestionKind) -> list[str]:
    return [str(each.id) for each in found if each.kind is kind]


@strawberry.type(description="What a shopper who is still typing may mean.")
class SearchSuggestion:
    """Source: Suggested."""

    kind: SearchSuggestionKind = leaf("What it is.")  # type: ignore[valid-type]
    text: str = leaf("What to show, and for a query what to search for.")
    product: Product | None = nested("product", "The product, if it is one.")
    category: Category | None = nested("category", "The category, if it is one.")
    collection: Collection | None = nested("collection", "The collection, if it is one.")
