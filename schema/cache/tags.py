"""What an answer can depend on: the vocabulary that readers and triggers share (the table is in README.md)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

ALL: Final = "all"
"""Touched when everything may have changed; every answer depends on it."""
SHOP: Final = "shop"
CATEGORIES: Final = "categories"
COLLECTIONS: Final = "collections"
ATTRIBUTES: Final = "attributes"
THUMBNAILS: Final = "thumbnails"
PRODUCTS: Final = "products"
STOCK: Final = "stock"
PAGES: Final = "pages"
MENUS: Final = "menus"


def product(product_id: UUID | str) -> str:
    """The tag of one product with its variants, prices, pictures and stock."""
    return f"product:{product_id}"
