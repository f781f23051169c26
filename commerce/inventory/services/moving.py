"""Goods that come in, get lost, or go from one warehouse to another."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import VariantNotFound
from commerce.catalog.models import ProductVariant
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.inventory.account import MAX_ON_HAND, checked_note, require_quantity, write_entries
from commerce.inventory.errors import BelowReserved, StockNotFound
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.queries import whole_stocks
from commerce.inventory.rows import Entry, WholeStock, lock_stocks_of
from commerce.inventory.services.on_hand import open_stocks, require_warehouses


def adjust_on_hand(
    *, variant_id: UUID, warehouse_id: UUID, delta: int, reason: str, note: str = "", actor: Actor
) -> Stock:
    """Say that `delta` units have come into a warehouse, or (below 0) are no longer there, whatever there was.

    Raises PermissionDenied, VariantNotFound, WarehouseNotFound, InvalidInput (0, absurd, more than there are, or of a
    bundle) or BelowReserved.
    """
    actor.require(Permission.MANAGE_STOCK)
    reason, note = StockMovement.Reason(reason), checked_note(note)
    if delta == 0 or abs(delta) > MAX_ON_HAND:
        raise InvalidInput(f"A change is a whole number up to {MAX_ON_HAND}, and not 0.", path=("delta",))
    with transaction.atomic():
        open_stocks([(warehouse_id, variant_id)])
        stock = _found(lock_stocks_of([variant_id]), warehouse_id, variant_id, path="warehouseId")
        _change(stock, delta, path="delta")
        write_entries([Entry(stock, delta, reason, note=note)], actor)
        return whole_stocks().get(id=stock.base.id)


def transfer_stock(
    *, variant_id: UUID, from_id: UUID, to_id: UUID, quantity: int, note: str = "", actor: Actor
) -> tuple[Stock, Stock]:
    """Move units of a variant from a warehouse to another, both accounts in one step; the two stocks as they are now.

    What is promised from the first stays there. Raises PermissionDenied, VariantNotFound, StockNotFound (the first has
    none of it), WarehouseNotFound, InvalidInput or BelowReserved.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    note = checked_note(note)
    require_quantity(quantity, least=1)
    if from_id == to_id:
        raise InvalidInput("Goods go from one warehouse to another.", path=("toWarehouseId",))
    with transaction.atomic():
        open_stocks([(to_id, variant_id)])
        stocks = lock_stocks_of([variant_id])
        source = stocks.get((from_id, variant_id))
        if source is None:
            require_warehouses([from_id], path="fromWarehouseId")
        target = _found(stocks, to_id, variant_id, path="toWarehouseId")
        if source is None:
            raise StockNotFound("The variant has no stock in this warehouse.", path=("fromWarehouseId",))
        _change(source, -quantity, path="quantity")
        _change(target, quantity, path="quantity")
        moved = StockMovement.Reason.TRANSFERRED
        write_entries(
            [
                Entry(source, -quantity, moved, reference=target.base.id, note=note),
                Entry(target, quantity, moved, reference=source.base.id, note=note),
            ],
            actor,
        )
        return whole_stocks().get(id=source.base.id), whole_stocks().get(id=target.base.id)


def set_low_threshold(*, variant_id: UUID, warehouse_id: UUID, threshold: int | None, actor: Actor) -> Stock:
    """Say at how many units left to promise, or fewer, partners are told that a stock is low; None for never.

    Raises PermissionDenied, StockNotFound or InvalidInput.
    """
    actor.require(Permission.MANAGE_STOCK)
    if threshold is not None:
        require_quantity(threshold, least=1, path=("threshold",))
    with transaction.atomic():
        stock = lock_stocks_of([variant_id]).get((warehouse_id, variant_id))
        if stock is None:
            raise StockNotFound("The variant has no stock in this warehouse.", path=("warehouseId",))
        Stock.objects.filter(id__in=[row.id for row in stock.rows]).update(low_stock_threshold=threshold)
        return whole_stocks().get(id=stock.base.id)


def _found(
    stocks: dict[tuple[UUID, UUID], WholeStock], warehouse_id: UUID, variant_id: UUID, *, path: str
) -> WholeStock:
    stock = stocks.get((warehouse_id, variant_id))
    if stock is not None:
        return stock
    require_warehouses([warehouse_id], path=path)
    if ProductVariant.objects.filter(id=variant_id).exists():
        raise InvalidInput("A bundle has what its parts have: say how many there are of those.", path=("variantId",))
    raise VariantNotFound("There is no such variant.", path=("variantId",))


def _change(stock: WholeStock, delta: int, *, path: str) -> None:
    units = stock.on_hand + delta
    if not 0 <= units <= MAX_ON_HAND:
        raise InvalidInput(f"There are {stock.on_hand} units, of {MAX_ON_HAND} that can be counted.", path=(path,))
    if not stock.bears(units):
        raise BelowReserved(
            f"{stock.reserved} units are promised to carts and orders.", path=(path,), reserved=stock.reserved
        )
    stock.set(on_hand=units)
