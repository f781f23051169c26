"""Saying how much lies in a warehouse."""

from __future__ import annotations

from collections.abc import Iterable
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
from commerce.inventory.announce import announce_changes
from commerce.inventory.errors import BelowReserved, WarehouseNotFound
from commerce.inventory.models import Stock, StockMovement, Warehouse
from commerce.inventory.rows import lock_stocks_of

MAX_ON_HAND: Final = 1_000_000_000

_CREATE = """
    INSERT INTO inventory_stock (id, created_at, updated_at, warehouse_id, variant_id, on_hand, reserved, oversellable)
    SELECT a.id, now(), now(), a.warehouse_id, a.variant_id, 0, 0, v.backorder_allowed
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS a(id, warehouse_id, variant_id)
    JOIN catalog_productvariant v ON v.id = a.variant_id
    WHERE NOT EXISTS (SELECT FROM catalog_bundlecomponent part WHERE part.bundle_id = v.id)
    ORDER BY a.warehouse_id, a.variant_id
    ON CONFLICT (warehouse_id, variant_id) DO NOTHING
"""

# The rows are locked by then. One statement counts, writes the account of the change and says what was refused.
_SET = """
    WITH known AS (
        SELECT s.id, s.on_hand AS before, asked.quantity, (s.oversellable OR s.reserved <= asked.quantity) AS fits
        FROM inventory_stock s
        JOIN unnest(%s::uuid[], %s::uuid[], %s::int[]) AS asked(warehouse_id, variant_id, quantity)
            USING (warehouse_id, variant_id)
        WHERE NOT EXISTS (SELECT FROM catalog_bundlecomponent part WHERE part.bundle_id = s.variant_id)
    ),
    changed AS (
        UPDATE inventory_stock s SET on_hand = known.quantity, updated_at = now()
        FROM known WHERE s.id = known.id AND known.fits AND known.before <> known.quantity
        RETURNING s.id, s.warehouse_id, s.variant_id, s.on_hand, s.reserved, known.quantity - known.before AS delta
    ),
    noted AS (
        INSERT INTO inventory_stockmovement (stock_id, delta, reason, reference, actor_id, created_at)
        SELECT id, delta, %s, NULL, %s, now() FROM changed
    )
    SELECT true, warehouse_id, variant_id, on_hand, reserved FROM changed
    UNION ALL
    SELECT false, s.warehouse_id, s.variant_id, s.on_hand, s.reserved
    FROM inventory_stock s JOIN known ON known.id = s.id WHERE NOT known.fits
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


def set_on_hand(*, variant_id: UUID, warehouse_id: UUID, quantity: int, reason: str, actor: Actor) -> Stock:
    """Say that `quantity` units lie in the warehouse. `reason` is one of StockMovement.Reason.

    Raises PermissionDenied, VariantNotFound, WarehouseNotFound, InvalidInput (negative, absurd, or of a bundle, which
    has what its parts have) or BelowReserved.
    """
    with transaction.atomic():
        refused = set_on_hand_many(rows=[Count(variant_id, warehouse_id, quantity)], reason=reason, actor=actor)
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
        stock = Stock.objects.filter(variant_id=variant_id, warehouse_id=warehouse_id).first()
        if stock is None:
            raise VariantNotFound("There is no such variant.", path=("variantId",))
    return stock


def set_on_hand_many(*, rows: Iterable[Count], reason: str, actor: Actor) -> list[Refused]:
    """Write many counts in three statements, whatever their number; the last one wins if a stock is named twice.

    Returns the counts that were refused; all others are written. A variant that does not exist, and a bundle, is passed
    over.
    Raises PermissionDenied, WarehouseNotFound or InvalidInput, and then nothing is written.
    """
    actor.require(Permission.MANAGE_STOCK)
    StockMovement.Reason(reason)
    counts = {(row.warehouse_id, row.variant_id): row.quantity for row in rows}
    if not counts:
        return []
    if not all(0 <= quantity <= MAX_ON_HAND for quantity in counts.values()):
        raise InvalidInput("A stock is a whole number from 0 upwards.", path=("quantity",))
    warehouses, variants = [list(ids) for ids in zip(*counts, strict=True)]
    if Warehouse.objects.filter(id__in=set(warehouses)).count() != len(set(warehouses)):
        raise WarehouseNotFound("There is no such warehouse.", path=("warehouseId",))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CREATE, [[uuid7() for _ in counts], warehouses, variants])
        lock_stocks_of(variants)
        cursor.execute(_SET, [warehouses, variants, list(counts.values()), reason, actor.id])
        answers = cursor.fetchall()
        announce_changes(answer[1:] for answer in answers if answer[0])
    return [Refused(variant, warehouse, reserved) for ok, warehouse, variant, _, reserved in answers if not ok]
