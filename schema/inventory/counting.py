"""Saying how much lies where, for staff and apps with MANAGE_STOCK."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Any

import strawberry

from commerce.catalog.bulk import ErrorPolicy
from commerce.core.errors import CommerceError
from commerce.core.permission import Permission
from commerce.inventory import models, services
from commerce.inventory.services import Count
from schema.catalog.enums import ErrorPolicyEnum
from schema.catalog.errors import StockError, StockErrorCode
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.errors import to_error
from schema.fields import carried
from schema.ids import id_of
from schema.inventory.types import Stock
from schema.payloads import row_payload

change = partial(mutation, Permission.MANAGE_STOCK, error=StockError, codes=StockErrorCode)


@strawberry.enum(description="Why somebody says that there are more units or fewer.")
class StockChangeReasonEnum(Enum):
    """The values are those of StockMovement.Reason that a caller may give."""

    SET = "set"
    RECEIVED = "received"
    RETURNED = "returned"
    CORRECTED = "corrected"
    DAMAGED = "damaged"
    LOST = "lost"


SET = StockChangeReasonEnum.SET


@change(payload=row_payload("StockUpdate", "stock", Stock | None, StockError))
def stock_update(
    info: Info,
    variant_id: strawberry.ID,
    warehouse_id: strawberry.ID,
    quantity: int,
    reason: StockChangeReasonEnum = SET,
    note: str = "",
) -> Any:
    """Say how many units of a variant lie in a warehouse; never fewer than are promised to carts and orders."""
    return services.set_on_hand(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        quantity=quantity,
        reason=reason.value,
        note=note,
        actor=info.context.actor,
    )


@change(payload=row_payload("StockAdjust", "stock", Stock | None, StockError))
def stock_adjust(
    info: Info,
    variant_id: strawberry.ID,
    warehouse_id: strawberry.ID,
    delta: int,
    reason: StockChangeReasonEnum,
    note: str = "",
) -> Any:
    """Say that so many units more lie in a warehouse, or (below 0) fewer, whatever was sold meanwhile."""
    return services.adjust_on_hand(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        delta=delta,
        reason=reason.value,
        note=note,
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


@change(payload=row_payload("StockThresholdSet", "stock", Stock | None, StockError))
def stock_threshold_set(
    info: Info, variant_id: strawberry.ID, warehouse_id: strawberry.ID, threshold: int | None = None
) -> Any:
    """Say at how many units left, or fewer, partners are told that a stock is low (`stock.low`); null for never."""
    return services.set_low_threshold(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        threshold=threshold,
        actor=info.context.actor,
    )


@strawberry.type(description="The answer to stockTransfer.")
class StockTransfer:
    """Both stocks, or what stopped it."""

    from_stock: Any = carried(Stock | None, "Where the units were.")
    to_stock: Any = carried(Stock | None, "Where they are now.")
    errors: list[StockError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _transferred(info: Info, stocks: Sequence[models.Stock]) -> StockTransfer:
    return StockTransfer(from_stock=stocks[0], to_stock=stocks[1])


@change(payload=_transferred)
def stock_transfer(
    info: Info,
    variant_id: strawberry.ID,
    from_warehouse_id: strawberry.ID,
    to_warehouse_id: strawberry.ID,
    quantity: int,
    note: str = "",
) -> Any:
    """Move units of a variant to another warehouse, in one step; what is promised from the first stays there."""
    return services.transfer_stock(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        from_id=id_of("Warehouse", from_warehouse_id, path=("fromWarehouseId",)),
        to_id=id_of("Warehouse", to_warehouse_id, path=("toWarehouseId",)),
        quantity=quantity,
        note=note,
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
    """What was refused, and how many counts were written."""

    count: int = strawberry.field(default=0, description="How many counts were written.")
    errors: list[StockError] = strawberry.field(default_factory=list, description="The counts that were refused.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _refusals(info: Info, result: tuple[int, list[CommerceError]]) -> StockBulkUpdate:
    written, refused = result
    return StockBulkUpdate(count=written, errors=[to_error(error, StockError, StockErrorCode) for error in refused])


@change(payload=_refusals)
def stock_bulk_update(
    info: Info,
    stocks: list[StockCountInput],
    error_policy: ErrorPolicyEnum = ErrorPolicyEnum.REJECT_FAILED_ROWS,
    reason: StockChangeReasonEnum = SET,
    note: str = "",
) -> tuple[int, list[CommerceError]]:
    """Write many counts at once, at most 1,000; one that is refused stops the others only with REJECT_EVERYTHING."""
    policy = ErrorPolicy(error_policy.value)
    counts = [count.read(index) for index, count in enumerate(stocks)]
    faults = services.count_stocks(
        counts=counts, policy=policy, reason=reason.value, note=note, actor=info.context.actor
    )
    refused = [fault.at("stocks", str(index)) for index, fault in enumerate(faults) if fault is not None]
    stopped = bool(refused) and policy is ErrorPolicy.REJECT_EVERYTHING
    return 0 if stopped else len(counts) - len(refused), refused
