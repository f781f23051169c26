"""Loading stock for staff and apps."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commerce.catalog.models import ProductVariant
from commerce.inventory.models import Stock
from commerce.inventory.queries import whole_stocks
from schema.context import RequestContext


def load_stocks(variants: Sequence[ProductVariant], context: RequestContext) -> list[list[Stock]]:
    """The stock of each variant in every warehouse that has a row for it, by the warehouse's name."""
    stocks = whole_stocks().filter(variant__in=[variant.id for variant in variants])
    found: dict[UUID, list[Stock]] = {variant.id: [] for variant in variants}
    for stock in stocks.select_related("warehouse").order_by("warehouse__name", "id"):
        found[stock.variant_id].append(stock)
    return [found[variant.id] for variant in variants]
