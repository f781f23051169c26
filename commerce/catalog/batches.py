"""The product types of many products at once."""

from __future__ import annotations

from collections.abc import Iterable

from commerce.catalog.models import ProductType


def product_types_by_id(ids: Iterable[str]) -> dict[str, ProductType]:
    """The product types with these ids, by the ids as text."""
    return {str(key): row for key, row in ProductType.objects.in_bulk(set(ids)).items()}
