"""Loading stock for staff and apps."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commerce.catalog.models import ProductVariant
from commerce.core.permission import Permission
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


def load_all_preorders(variants: Sequence[ProductVariant], context: RequestContext) -> list[list[Stock]]:
    """The preorders of each variant in the channels where the caller manages stock, by the channel's slug."""
    rows = Stock.objects.filter(variant__in=[variant.id for variant in variants], channel__isnull=False)
    channel_ids = context.actor.channels_with(Permission.MANAGE_STOCK)
    if channel_ids is not None:
        rows = rows.filter(channel__in=channel_ids)
    found: dict[str, list[Stock]] = {str(variant.id): [] for variant in variants}
    for row in rows.select_related("warehouse", "channel").order_by("channel__slug"):
        found[str(row.variant_id)].append(row)
    return [found[str(variant.id)] for variant in variants]
