"""A yardstick: once landed this file never changes, or figures of different days cannot be compared.

The answer to `list.graphql` as plain objects in memory: 20 products x 3 variants. What is left to measure is execution.
"""

from __future__ import annotations

from dataclasses import dataclass

PRODUCTS = 20
VARIANTS = 3


@dataclass(slots=True)
class Money:
    amount: float
    currency: str


@dataclass(slots=True)
class TaxedMoney:
    net: Money
    gross: Money


@dataclass(slots=True)
class TaxedMoneyRange:
    start: TaxedMoney
    stop: TaxedMoney


@dataclass(slots=True)
class VariantPricing:
    price: TaxedMoney
    price_undiscounted: TaxedMoney


@dataclass(slots=True)
class Variant:
    id: str
    name: str
    sku: str
    quantity_available: int
    pricing: VariantPricing


@dataclass(slots=True)
class Image:
    url: str
    alt: str


@dataclass(slots=True)
class Category:
    name: str


@dataclass(slots=True)
class ProductPricing:
    price_range: TaxedMoneyRange


@dataclass(slots=True)
class Product:
    id: str
    name: str
    slug: str
    thumbnail: Image
    category: Category
    pricing: ProductPricing
    variants: list[Variant]


@dataclass(slots=True)
class Edge:
    node: Product


@dataclass(slots=True)
class PageInfo:
    has_next_page: bool
    end_cursor: str


@dataclass(slots=True)
class Page:
    page_info: PageInfo
    edges: list[Edge]


def taxed(minor: int) -> TaxedMoney:
    """A net price in cents, with a tax of 19 %."""
    return TaxedMoney(Money(minor / 100, "EUR"), Money(round(minor * 1.19) / 100, "EUR"))


def variant(number: int, product: int) -> Variant:
    """One of the variants of a product; no two objects of the answer are the same."""
    price = 1000 + 37 * product + 5 * number
    return Variant(
        id=f"UHJvZHVjdFZhcmlhbnQ6{product:08d}{number:08d}",
        name=f"Size {number}",
        sku=f"SKU-{product:04d}-{number}",
        quantity_available=number * 7 % 50,
        pricing=VariantPricing(taxed(price), taxed(price + 200)),
    )


def product(number: int) -> Product:
    """One product with its variants."""
    return Product(
        id=f"UHJvZHVjdDow{number:016d}",
        name=f"Enamel mug number {number}",
        slug=f"enamel-mug-number-{number}",
        thumbnail=Image(f"https://shop.example/thumbnail/{number:032x}/256/original/", f"A mug, seen {number} times"),
        category=Category(f"Kitchen {number % 5}"),
        pricing=ProductPricing(TaxedMoneyRange(taxed(1000 + 37 * number), taxed(1010 + 37 * number))),
        variants=[variant(place, number) for place in range(VARIANTS)],
    )


def page() -> Page:
    """The whole list."""
    return Page(PageInfo(True, "WyJuYW1lIiwgMjBd"), [Edge(product(number)) for number in range(PRODUCTS)])
