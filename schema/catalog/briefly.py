"""Whether a page asks only for what the rows of commerce.catalog.brief_rows have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from schema.engine import Ahead, Level

# By the names of the fields. What is not among them is read from whole rows, so nothing has to be added here for a new
# field to be right.
_PRODUCT: Final = frozenset(
    {
        "id",
        "name",
        "slug",
        "category",
        "productType",
        "collections",
        "pricing",
        "isAvailable",
        "thumbnail",
        "media",
        "attributes",
        "variants",
        "defaultVariant",
    }
)
_VARIANT: Final = frozenset({"id", "name", "sku", "pricing", "quantityAvailable", "attributes", "media"})
_NAMES: Final = frozenset({"id", "name", "slug"})
_PRICING: Final = frozenset({"onSale", "discount", "price", "priceUndiscounted"})
_PAGE: Final = frozenset({"edges", "nodes", "pageInfo", "totalCount"})


def asks_briefly(sources: Sequence[Any], conclude: Callable[[Ahead], bool]) -> bool:
    """What `conclude` says of the level; False where nobody knows what is selected of it."""
    ahead = sources.ahead if isinstance(sources, Level) else None
    return ahead is not None and ahead.concluded(conclude)


def products_in_brief(page: Ahead) -> bool:
    """Whether a page of products needs no more of them than a BriefProductRow has."""
    return (
        page.asks_only(_PAGE)
        and page.below("edges").below("node").asks_only(_PRODUCT)
        and (page.below("nodes").asks_only(_PRODUCT))
    )


def products_below_in_brief(parents: Ahead) -> bool:
    """The same of the field `products` of categories or collections."""
    return products_in_brief(parents.below("products"))


def variants_in_brief(products: Ahead) -> bool:
    """Whether products need no more of their variants than a BriefVariantRow has."""
    return products.below("variants", "defaultVariant").asks_only(_VARIANT)


def pricing_in_brief(variants: Ahead) -> bool:
    """Whether variants need no more of their prices than a PublicPrice has."""
    return variants.below("pricing").asks_only(_PRICING)


def category_in_brief(products: Ahead) -> bool:
    """Whether products need no more of their category than a BriefCategoryRow has."""
    return products.below("category").asks_only(_NAMES)


def collections_in_brief(products: Ahead) -> bool:
    """Whether products need no more of their collections than a BriefCollectionRow has."""
    return products.below("collections").asks_only(_NAMES)


def attributes_in_brief(described: Ahead) -> bool:
    """Whether products or variants need no more of their attributes than the brief rows have."""
    selected = described.below("attributes")
    return (
        selected.asks_only(frozenset({"attribute", "values"}))
        and selected.below("attribute").asks_only(_NAMES)
        and selected.below("values").asks_only(_NAMES)
        and not described.asks("assignedAttributes")
        and not described.asks("assignedAttribute")
    )


def all_in_brief(products: Ahead) -> bool:
    """Whether products need no more of anything around them than the brief rows have."""
    return (
        category_in_brief(products)
        and collections_in_brief(products)
        and variants_in_brief(products)
        and attributes_in_brief(products)
        and attributes_in_brief(products.below("variants", "defaultVariant"))
    )
