"""Keeping a stock in several rows, so that the many buyers of a flash sale do not wait for each other at one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.inventory.errors import StockNotFound
from commerce.inventory.models import Stock
from commerce.inventory.queries import whole_stocks
from commerce.inventory.rows import WholeStock, lock_stocks_of, write_stocks

MAX_SHARDS: Final = 64


def shard_stock(*, variant_id: UUID, warehouse_id: UUID, shards: int, actor: Actor) -> Stock:
    """Divide the buyers of a variant in a warehouse among so many rows, 1 to 64, whatever it is sold in now.

    Nothing else changes: units that are free are dealt out anew in equal parts, what is promised stays where it is.
    A row too many goes when nothing is promised in it any more, at the latest when the stock is next divided.
    Raises StockNotFound, InvalidInput or PermissionDenied.
    """
    actor.require(Permission.MANAGE_STOCK)
    if not 1 <= shards <= MAX_SHARDS:
        raise InvalidInput(f"A stock has 1 to {MAX_SHARDS} shards.", path=("shards",))
    with transaction.atomic():
        stock = lock_stocks_of([variant_id]).get((warehouse_id, variant_id))
        if stock is None:
            raise StockNotFound("The variant has no stock in this warehouse.", path=("warehouseId",))
        divide(stock, shards)
        return whole_stocks().get(id=stock.base.id)


def divide(stock: WholeStock, shards: int) -> None:
    """Deal a locked stock out among so many open rows, make those that are missing and delete those that are empty."""
    missing = shards - len(stock.rows)
    if missing > 0:
        _add_rows(stock, missing)
        (stock,) = [
            each for key, each in lock_stocks_of([stock.base.variant_id]).items() if key[0] == stock.base.warehouse_id
        ]
    stock.rows = [row._replace(is_closed=place >= shards) for place, row in enumerate(stock.rows)]
    stock.set()
    write_stocks([stock])
    gone = [row.id for row in stock.rows if row.is_closed and not (row.on_hand or row.reserved)]
    Stock.objects.filter(id__in=gone, reserved=0, on_hand=0).delete()


def _add_rows(stock: WholeStock, number: int) -> None:
    base = stock.base
    used = Stock.objects.filter(variant=base.variant_id, warehouse=base.warehouse_id).aggregate(last=Max("shard"))
    Stock.objects.bulk_create(
        Stock(
            warehouse_id=base.warehouse_id,
            variant_id=base.variant_id,
            shard=used["last"] + place,
            oversellable=base.oversellable,
            low_stock_threshold=base.low_stock_threshold,
        )
        for place in range(1, number + 1)
    )
