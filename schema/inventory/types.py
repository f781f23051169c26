"""Warehouses and stock as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from commerce.accounts.models import Address as AddressRow
from commerce.catalog.models import ProductVariant as ProductVariantRow
from commerce.core.permission import Permission
from commerce.inventory import models
from commerce.inventory.queries import whole_stocks
from schema.accounts.types import Address
from schema.catalog.stored import version_field
from schema.catalog.types import ProductVariant
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.fields import computed, leaf, nested
from schema.idempotency import read_again_from
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.pagination import CountableConnection, Page, pages_of


@strawberry.enum(
    description="What shoppers can fetch at a warehouse instead of having it sent: nothing, what lies there, or goods"
    " of all warehouses, which are brought there."
)
class ClickAndCollectEnum(Enum):
    """The values are those that are stored."""

    DISABLED = "disabled"
    LOCAL = "local"
    ALL = "all"


def _links(warehouses: Sequence[models.Warehouse], context: RequestContext) -> list[list[models.WarehouseChannel]]:
    rows = models.WarehouseChannel.objects.filter(warehouse__in=[warehouse.id for warehouse in warehouses])
    found: dict[object, list[models.WarehouseChannel]] = {warehouse.id: [] for warehouse in warehouses}
    for link in rows.select_related("channel").order_by("priority", "channel__slug"):
        found[link.warehouse_id].append(link)
    return [found[warehouse.id] for warehouse in warehouses]


@strawberry.type(description="A channel that sells from a warehouse.")
class WarehouseChannel:
    """Source: commerce.inventory.models.WarehouseChannel with channel loaded."""

    channel: Channel = nested("channel", "The channel.")
    priority: int = leaf("Of the warehouses of a channel, those with lower numbers are emptied first.")


def _addresses(warehouses: Sequence[models.Warehouse], context: RequestContext) -> list[AddressRow | None]:
    keys = [warehouse.address_id for warehouse in warehouses if warehouse.address_id is not None]
    found = context.known("addresses", keys, AddressRow.objects.in_bulk)
    return [None if warehouse.address_id is None else found[warehouse.address_id] for warehouse in warehouses]


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
    channel_links: list[WarehouseChannel] = nested(
        _links, "The channels that sell from it, and what it is to each.", permission=Permission.MANAGE_STOCK
    )
    address: Address | None = nested(_addresses, "Where goods are fetched.")
    click_and_collect: ClickAndCollectEnum = computed(
        lambda warehouse: ClickAndCollectEnum(warehouse.click_and_collect), "What shoppers can fetch there."
    )
    version: int | None = version_field(models.Warehouse, permission=Permission.MANAGE_STOCK)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_STOCK)

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For unions: which values are of this type."""
        return isinstance(value, models.Warehouse)


def _variants(stocks: Sequence[models.Stock], context: RequestContext) -> list[ProductVariantRow]:
    found = ProductVariantRow.objects.in_bulk({stock.variant_id for stock in stocks})
    return [found[stock.variant_id] for stock in stocks]


@strawberry.enum(description="Why what lies in a warehouse has changed.")
class StockMovementReasonEnum(Enum):
    """The values are those that are stored."""

    SET = "set"
    IMPORT = "import"
    FULFILLED = "fulfilled"
    RETURNED = "returned"
    RECEIVED = "received"
    CORRECTED = "corrected"
    DAMAGED = "damaged"
    LOST = "lost"
    TRANSFERRED = "transferred"


def _moved_stocks(movements: Sequence[models.StockMovement], context: RequestContext) -> list[models.Stock]:
    rows = whole_stocks().select_related("warehouse").in_bulk({movement.stock_id for movement in movements})
    return [rows[movement.stock_id] for movement in movements]


@strawberry.type(description="An entry of the account of a stock. The sum of all is what is on hand.")
class StockMovement:
    """Source: commerce.inventory.models.StockMovement."""

    id: strawberry.ID = global_id("StockMovement")
    stock: Annotated[Stock, strawberry.lazy("schema.inventory.types")] = nested(_moved_stocks, "The stock.")
    delta: int = leaf("How many units more there were after it.")
    reason: StockMovementReasonEnum = computed(lambda movement: StockMovementReasonEnum(movement.reason), "Why.")
    reference: UUID | None = leaf(
        "The order for what was sent or came back, the other stock for what was transferred: their keys."
    )
    actor_id: UUID | None = leaf("The key of the staff user or app who said so; null for the shop itself.")
    note: str = leaf("What they noted.")
    created_at: datetime = leaf("When.")


def _movements(
    stocks: Sequence[models.Stock],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """Why it has changed, newest first."""
    keys = [stock.id for stock in stocks]
    rows = models.StockMovement.objects.all()
    return pages_of(rows, "stock_id", keys, ("-id",), first=first, after=after, last=last, before=before)


read_again_from(models.Stock, whole_stocks)


@strawberry.type(description="Units of a variant in a warehouse.")
class Stock:
    """Source: a row of commerce.inventory.queries.whole_stocks with warehouse loaded."""

    id: strawberry.ID = global_id("Stock")
    warehouse: Warehouse = nested("warehouse", "Where they lie.")
    variant: ProductVariant = nested(_variants, "What they are.")
    on_hand: int = leaf("How many there are.", source="total_on_hand", permission=Permission.MANAGE_STOCK)
    reserved: int = leaf(
        "How many of them are promised to carts and orders.",
        source="total_reserved",
        permission=Permission.MANAGE_STOCK,
    )
    backorder_limit: int | None = nested(
        lambda stocks, context: [None if stock.oversellable else stock.total_backorder_limit for stock in stocks],
        "How many units may be promised beyond those on hand; null for any number.",
        permission=Permission.MANAGE_STOCK,
    )
    overdrawn: int = leaf(
        "How many units are promised beyond those on hand and the limit, under an earlier rule.",
        source="total_overdrawn",
        permission=Permission.MANAGE_STOCK,
    )
    low_stock_threshold: int | None = leaf(
        "At how many units left, or fewer, partners are told that it is low; null for never.",
        source="low_stock_threshold",
        permission=Permission.MANAGE_STOCK,
    )
    movements: CountableConnection[StockMovement] | None = nested(_movements, permission=Permission.MANAGE_STOCK)
    shards: int = leaf(
        "How many rows the buyers of the variant are divided among, so that they do not wait for each other.",
        source="shards",
        permission=Permission.MANAGE_STOCK,
    )


@strawberry.type(description="That a channel sells a variant before there is any of it.")
class Preorder:
    """Source: a row of commerce.inventory.models.Stock of a channel, with warehouse and channel loaded."""

    channel: Channel = nested("channel", "The channel.")
    warehouse: Warehouse = nested("warehouse", "Where the goods will come in.")
    end_date: datetime = leaf("Until when.", source="preorder_until", permission=Permission.MANAGE_STOCK)
    limit: int | None = nested(
        lambda rows, context: [None if row.oversellable else row.backorder_limit for row in rows],
        "How many units may be promised; null for any number.",
        permission=Permission.MANAGE_STOCK,
    )
    promised: int = leaf(
        "How many are promised to carts and orders.", source="reserved", permission=Permission.MANAGE_STOCK
    )
