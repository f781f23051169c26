"""Warehouses and stock as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from commerce.catalog.models import ProductVariant as ProductVariantRow
from commerce.core.permission import Permission
from commerce.inventory import models
from schema.catalog.types import ProductVariant
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field


def _channels(warehouses: Sequence[models.Warehouse], context: RequestContext) -> list[list[object]]:
    links = models.WarehouseChannel.objects.filter(warehouse__in=[warehouse.id for warehouse in warehouses])
    found: dict[object, list[object]] = {warehouse.id: [] for warehouse in warehouses}
    for link in links.select_related("channel").order_by("channel__slug"):
        found[link.warehouse_id].append(link.channel)
    return [found[warehouse.id] for warehouse in warehouses]


@strawberry.type(description="A place that goods are sent from.")
class Warehouse:
    """Source: commerce.inventory.models.Warehouse."""

    id: strawberry.ID = global_id("Warehouse")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    country: CountryDisplay = nested(
        lambda warehouses, context: [country_display(warehouse.country) for warehouse in warehouses],
        "Where it is.",
    )
    is_active: bool = leaf("Whether goods are sold from it.", source="is_active", permission=Permission.MANAGE_STOCK)
    countries: list[CountryDisplay] = nested(
        lambda warehouses, context: [
            [country_display(code) for code in warehouse.countries] for warehouse in warehouses
        ],
        "Where it ships to; empty means wherever its channels sell.",
        permission=Permission.MANAGE_STOCK,
    )
    channels: list[Channel] = nested(_channels, "The channels that sell from it.", permission=Permission.MANAGE_STOCK)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_STOCK)


def _variants(stocks: Sequence[models.Stock], context: RequestContext) -> list[ProductVariantRow]:
    found = ProductVariantRow.objects.in_bulk({stock.variant_id for stock in stocks})
    return [found[stock.variant_id] for stock in stocks]


@strawberry.type(description="Units of a variant in a warehouse.")
class Stock:
    """Source: commerce.inventory.models.Stock with warehouse loaded."""

    id: strawberry.ID = global_id("Stock")
    warehouse: Warehouse = nested("warehouse", "Where they lie.")
    variant: ProductVariant = nested(_variants, "What they are.")
    on_hand: int = leaf("How many there are.", source="on_hand", permission=Permission.MANAGE_STOCK)
    reserved: int = leaf(
        "How many of them are promised to carts and orders.", source="reserved", permission=Permission.MANAGE_STOCK
    )
