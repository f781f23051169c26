"""Warehouses and stock, for staff and apps with MANAGE_STOCK."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import strawberry

from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.inventory import models, services
from commerce.inventory.queries import whole_stocks
from commerce.inventory.services import Count
from schema.catalog.errors import StockError, StockErrorCode
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.fields import query
from schema.ids import id_of
from schema.inventory.types import Stock, Warehouse
from schema.pagination import CountableConnection, page_of
from schema.payloads import row_payload

MANAGE = Permission.MANAGE_STOCK
MAX_COUNTS = 100

change = partial(mutation, MANAGE, error=StockError, codes=StockErrorCode)


@query(allow=MANAGE, returns=CountableConnection[Warehouse])
def warehouses(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All warehouses by name."""
    return page_of(models.Warehouse.objects.all(), ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=CountableConnection[Stock])
def stocks(
    info: Info,
    variant: strawberry.ID | None = None,
    warehouse: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """What lies where: of one variant, in one warehouse, or everything."""
    rows = whole_stocks().select_related("warehouse")
    if variant is not None:
        rows = rows.filter(variant=id_of("ProductVariant", variant, path=("variant",)))
    if warehouse is not None:
        rows = rows.filter(warehouse=id_of("Warehouse", warehouse, path=("warehouse",)))
    return page_of(rows, ("id",), first=first, after=after, last=last, before=before)


@change(payload=row_payload("StockUpdate", "stock", Stock | None, StockError))
def stock_update(info: Info, variant_id: strawberry.ID, warehouse_id: strawberry.ID, quantity: int) -> Any:
    """Say how many units of a variant lie in a warehouse; never fewer than are promised to carts and orders."""
    return services.set_on_hand(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        quantity=quantity,
        reason=models.StockMovement.Reason.SET,
        actor=info.context.actor,
    )


@change(payload=row_payload("StockShard", "stock", Stock | None, StockError))
def stock_shard(info: Info, variant_id: strawberry.ID, warehouse_id: strawberry.ID, shards: int) -> Any:
    """Divide the buyers of a variant in a warehouse among 1 to 64 rows, before a flash sale or after it.

    To merchants and shoppers it stays one stock with the same figures.
    """
    return services.shard_stock(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        shards=shards,
        actor=info.context.actor,
    )


@strawberry.input(description="So many units of a variant lie in a warehouse.")
class StockCountInput:
    """One count of many."""

    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    warehouse_id: strawberry.ID = strawberry.field(description="The warehouse.")
    quantity: int = strawberry.field(description="How many units.")

    def read(self, index: int) -> Count:
        """The count that this means. Raises InvalidId with its place in the list."""
        place = ("stocks", str(index))
        return Count(
            variant_id=id_of("ProductVariant", self.variant_id, path=(*place, "variantId")),
            warehouse_id=id_of("Warehouse", self.warehouse_id, path=(*place, "warehouseId")),
            quantity=self.quantity,
        )


@strawberry.type(description="The answer to stockBulkUpdate.")
class StockBulkUpdate:
    """All counts without an error were written."""

    errors: list[StockError] = strawberry.field(default_factory=list, description="The counts that were refused.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _refusals(info: Info, refused: Sequence[Sequence[int]]) -> StockBulkUpdate:
    return StockBulkUpdate(
        errors=[
            StockError(
                field="quantity",
                path=["stocks", str(index), "quantity"],
                message=f"{reserved} units are promised to carts and orders.",
                code=StockErrorCode.INVALID,
                reserved=reserved,
            )
            for index, reserved in refused
        ]
    )


@change(payload=_refusals)
def stock_bulk_update(info: Info, stocks: list[StockCountInput]) -> list[list[int]]:
    """Write many counts at once, at most 100; one that is refused does not stop the others."""
    if len(stocks) > MAX_COUNTS:
        raise InvalidInput(f"At most {MAX_COUNTS} counts.", path=("stocks",))
    counts = [count.read(index) for index, count in enumerate(stocks)]
    refused = services.set_on_hand_many(rows=counts, reason=models.StockMovement.Reason.SET, actor=info.context.actor)
    places = {(count.variant_id, count.warehouse_id): index for index, count in enumerate(counts)}
    return [[places[each.variant_id, each.warehouse_id], each.reserved] for each in refused]
