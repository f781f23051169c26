"""A yardstick: once landed this file never changes, or figures of different days cannot be compared.

A Strawberry schema over `rows` whose fields are all plain attributes: nothing of ours in it.
"""

from __future__ import annotations

from typing import Any

import strawberry


@strawberry.type
class Money:
    amount: float
    currency: str


@strawberry.type
class TaxedMoney:
    net: Money
    gross: Money


@strawberry.type
class TaxedMoneyRange:
    start: TaxedMoney | None
    stop: TaxedMoney | None


@strawberry.type
class VariantPricingInfo:
    price: TaxedMoney | None
    price_undiscounted: TaxedMoney | None


@strawberry.type
class ProductVariant:
    id: strawberry.ID
    name: str
    sku: str | None
    quantity_available: int | None
    pricing: VariantPricingInfo | None


@strawberry.type
class Image:
    url: str
    alt: str | None


@strawberry.type
class Category:
    name: str


@strawberry.type
class ProductPricingInfo:
    price_range: TaxedMoneyRange | None


@strawberry.type
class Product:
    id: strawberry.ID
    name: str
    slug: str
    category: Category | None
    pricing: ProductPricingInfo | None
    variants: list[ProductVariant] | None

    @strawberry.field
    def thumbnail(self, size: int | None = None) -> Image | None:
        return self.thumbnail


@strawberry.type
class Edge:
    node: Product


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ProductConnection:
    page_info: PageInfo
    edges: list[Edge]


@strawberry.type
class Query:
    @strawberry.field(graphql_type=ProductConnection)
    def products(self, info: strawberry.Info, channel: str, first: int) -> Any:
        return info.context.page
