"""Saying how much lies in a warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.bundle_models import BundleComponent
from commerce.catalog.errors import VariantNotFound
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.inventory.account import checked_note, require_quantity, write_entries
from commerce.inventory.errors import BelowReserved, WarehouseNotFound
from commerce.inventory.models import Stock, StockMovement, Warehouse
from commerce.inventory.queries import whole_stocks
from commerce.inventory.rows import Entry, lock_stocks_of

_CREATE: Final = """
    INSERT INTO inventory_stock
           (id, created_at, updated_at, warehouse_id, variant_id, on_hand, reserved, oversellable, backorder_limit)
    SELECT a.id, now(), now(), a.warehouse_id, a.variant_id, 0, 0,
           v.backorder_allowed AND v.backorder_limit IS NULL,
           CASE WHEN v.backorder_allowed THEN coalesce(v.backorder_limit, 0) ELSE 0 END
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS a(id, warehouse_id, variant_id)
    JOIN catalog_productvariant v ON v.id = a.variant_id
    JOIN inventory_warehouse w ON w.id = a.warehouse_id
    WHERE NOT EXISTS (SELECT FROM catalog_bundlecomponent part WHERE part.bundle_id = v.id)
    ORDER BY a.warehouse_id, a.variant_id
    ON CONFLICT (warehouse_id, variant_id, shard) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Count:
    """So many units of a variant lie in a warehouse."""

    variant_id: UUID
    warehouse_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A count that was not written, because more units than that (`reserved`) are promised to carts and orders."""

    variant_id: UUID
    warehouse_id: UUID
    reserved: int


def set_on_hand(
    *, variant_id: UUID, warehouse_id: UUID, quantity: int, reason: str, note: str = "", actor: Actor
) -> Stock:
    """Say that `quantity` units lie in the warehouse. `reason` is one of StockMovement.Reason.

    Raises PermissionDenied, VariantNotFound, WarehouseNotFound, InvalidInput (negative, absurd, or of a bundle, which
    has what its parts have) or BelowReserved.
    """
    with transaction.atomic():
        refused = set_on_hand_many(
            rows=[Count(variant_id, warehouse_id, quantity)], reason=reason, note=note, actor=actor
        )
        if refused:
            raise BelowReserved(
                f"{refused[0].reserved} units are promised to carts and orders.",
                path=("quantity",),
                reserved=refused[0].reserved,
            )
        if BundleComponent.objects.filter(bundle=variant_id).exists():
            raise InvalidInput(
                "A bundle has what its parts have: say how many there are of those.", path=("variantId",)
            )
        stock = whole_stocks().filter(variant_id=variant_id, warehouse_id=warehouse_id).first()
        if stock is None:
            raise VariantNotFound("There is no such variant.", path=("variantId",))
    return stock


def set_on_hand_many(*, rows: Iterable[Count], reason: str, note: str = "", actor: Actor) -> list[Refused]:
    """Write many counts in a few statements, whatever their number; the last one wins if a stock is named twice.

    Returns the counts that were refused; all others are written. A variant that does not exist, and a bundle, is passed
    over.
    Raises PermissionDenied, WarehouseNotFound or InvalidInput, and then nothing is written.
    """
    actor.require(Permission.MANAGE_STOCK)
    reason = StockMovement.Reason(reason)
    note = checked_note(note)
    counts = {(row.warehouse_id, row.variant_id): row.quantity for row in rows}
    if not counts:
        return []
    for quantity in counts.values():
        require_quantity(quantity)
    with transaction.atomic():
        open_stocks(list(counts))
        stocks = lock_stocks_of([variant_id for _, variant_id in counts])
        require_warehouses({warehouse_id for warehouse_id, variant_id in counts.keys() - stocks.keys()})
        refused, entries = [], []
        for key, quantity in counts.items():
            stock = stocks.get(key)
            if stock is None:
                continue
            delta = quantity - stock.on_hand
            if not stock.bears(quantity):
                refused.append(Refused(key[1], key[0], stock.reserved))
            elif delta:
                stock.set(on_hand=quantity)
                entries.append(Entry(stock, delta, reason, note=note))
        write_entries(entries, actor)
    return refused


def open_stocks(keys: Sequence[tuple[UUID, UUID]]) -> None:
    """See to it that each (warehouse, variant) has a stock, except bundles and what does not exist."""
    warehouses, variants = [list(ids) for ids in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_CREATE, [[uuid7() for _ in keys], warehouses, variants])


def require_warehouses(ids: Collection[UUID], *, path: str = "warehouseId") -> None:
    """Raise WarehouseNotFound unless all of them exist. Ask it of those only in which there was no stock to be had."""
    if ids and Warehouse.objects.filter(id__in=ids).count() != len(ids):
        raise WarehouseNotFound("There is no such warehouse.", path=(path,))
