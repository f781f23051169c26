"""A yardstick: once landed this file never changes, or figures of different days cannot be compared.

The schema of `attributes` with every nested field written as a batch field, as the shop's own types are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from schema.engine.batch import batch


def carried(name: str) -> Any:
    """A nested object that the row already has."""

    def load(rows: Sequence[Any], context: Any) -> list[Any]:
        return [getattr(row, name) for row in rows]

    return batch(load)


@strawberry.type
class Money:
    amount: float
    currency: str


@strawberry.type
class TaxedMoney:
    net: Money = carried("net")
    gross: Money = carried("gross")


@strawberry.type
class TaxedMoneyRange:
    start: TaxedMoney | None = carried("start")
    stop: TaxedMoney | None = carried("stop")


@strawberry.type
class VariantPricingInfo:
    price: TaxedMoney | None = carried("price")
    price_undiscounted: TaxedMoney | None = carried("price_undiscounted")


@strawberry.type
class ProductVariant:
    id: strawberry.ID
    name: str
    sku: str | None
    quantity_available: int | None = carried("quantity_available")
    pricing: VariantPricingInfo | None = carried("pricing")


@strawberry.type
class Image:
    url: str
    alt: str | None


@strawberry.type
class Category:
    name: str


@strawberry.type
class ProductPricingInfo:
    price_range: TaxedMoneyRange | None = carried("price_range")


def load_thumbnails(rows: Sequence[Any], context: Any, size: int | None = None) -> list[Any]:
    return [row.thumbnail for row in rows]


@strawberry.type
class Product:
    id: strawberry.ID
    name: str
    slug: str
    thumbnail: Image | None = batch(load_thumbnails)
    category: Category | None = carried("category")
    pricing: ProductPricingInfo | None = carried("pricing")
    variants: list[ProductVariant] | None = carried("variants")


@strawberry.type
class Edge:
    node: Product = carried("node")


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ProductConnection:
    page_info: PageInfo = carried("page_info")
    edges: list[Edge] = carried("edges")


@strawberry.type
class Query:
    @strawberry.field(graphql_type=ProductConnection)
    def products(self, info: strawberry.Info, channel: str, first: int) -> Any:
        return info.context.page
