"""Selling goods of which there are none yet, until a day and up to a number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commerce.catalog.bundle_models import BundleComponent
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM, Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.inventory.account import MAX_ON_HAND, write_entries
from commerce.inventory.errors import PreorderNotFound, WarehouseNotFound
from commerce.inventory.models import Stock, StockMovement, WarehouseChannel
from commerce.inventory.rows import Entry, WholeStock, lock_stocks_of
from commerce.inventory.services.on_hand import open_stocks


def offer_preorder(
    *,
    variant_id: UUID,
    warehouse_id: UUID,
    channel: Channel,
    end_date: datetime,
    limit: int | None = None,
    actor: Actor,
) -> Stock:
    """Let `channel` sell a variant until `end_date` that will come into the warehouse, `limit` units at most if given.

    Whatever the warehouse has is sold first. Said again it changes the day and the limit; what is promised stays
    promised. Raises VariantNotFound, WarehouseNotFound (also for one that does not sell to the channel), InvalidInput
    or PermissionDenied.
    """
    actor.require(Permission.MANAGE_STOCK, channel.id)
    if timezone.is_naive(end_date):
        raise InvalidInput("A moment has a time zone.", path=("endDate",))
    if end_date <= timezone.now():
        raise InvalidInput("A preorder ends in the future.", path=("endDate",))
    if limit is not None and not 1 <= limit <= MAX_ON_HAND:
        raise InvalidInput(f"A limit is from 1 to {MAX_ON_HAND} units.", path=("limit",))
    _require_countable(variant_id)
    if not WarehouseChannel.objects.filter(warehouse=warehouse_id, channel=channel).exists():
        raise WarehouseNotFound("There is no such warehouse that the channel sells from.", path=("warehouseId",))
    with transaction.atomic():
        open_stocks([(warehouse_id, variant_id)])
        row = _preorder(variant_id, channel.id, _lock_all(variant_id))
        if row is None:
            last = Stock.objects.filter(variant=variant_id, warehouse=warehouse_id).aggregate(last=Max("shard"))["last"]
            row = Stock(warehouse_id=warehouse_id, variant_id=variant_id, shard=last + 1, channel=channel)
        elif row.warehouse_id != warehouse_id:
            raise InvalidInput("What is promised is to come into another warehouse.", path=("warehouseId",))
        row.preorder_until = end_date
        row.oversellable = limit is None
        row.backorder_limit = limit or 0
        row.overdrawn = 0 if limit is None else max(0, row.reserved - limit)
        row.save()
    return row


def end_preorder(*, variant_id: UUID, channel: Channel, actor: Actor) -> None:
    """End a preorder now: what was promised waits for the goods like everything else that was sold.

    Raises PreorderNotFound or PermissionDenied.
    """
    actor.require(Permission.MANAGE_STOCK, channel.id)
    if not _ended(variant_id, channel.id, actor):
        raise PreorderNotFound("The channel has no preorder of this variant.", path=("variantId",))


def end_due_preorders() -> int:
    """End the preorders whose day has come; how many. Run it every few seconds."""
    due = Stock.objects.filter(channel__isnull=False, preorder_until__lte=timezone.now())
    keys = [(row.variant_id, row.channel_id) for row in due if row.channel_id is not None]
    return sum(_ended(variant_id, channel_id, SYSTEM) for variant_id, channel_id in keys)


def _ended(variant_id: UUID, channel_id: UUID, actor: Actor) -> bool:
    """Make a closed shard of the warehouse's stock of the preorder; its promises stay in their row."""
    with transaction.atomic():
        row = _preorder(variant_id, channel_id, _lock_all(variant_id))
        if row is None:
            return False
        if not row.reserved:
            row.delete()
            return True
        row.channel = row.preorder_until = None
        row.is_closed = True
        row.backorder_limit, row.overdrawn = 0, row.reserved
        base = Stock.objects.get(variant=variant_id, warehouse=row.warehouse_id, shard=0)
        row.oversellable, row.low_stock_threshold = base.oversellable, base.low_stock_threshold
        row.save()
        stock: WholeStock = lock_stocks_of([variant_id])[row.warehouse_id, variant_id]
        stock.set()
        write_entries([Entry(stock, 0, StockMovement.Reason.SET)], actor)
    return True


def _lock_all(variant_id: UUID) -> list[Stock]:
    return list(Stock.objects.select_for_update(no_key=True).filter(variant=variant_id).order_by("id"))


def _preorder(variant_id: UUID, channel_id: UUID, rows: list[Stock]) -> Stock | None:
    return next((row for row in rows if row.channel_id == channel_id), None)


def _require_countable(variant_id: UUID) -> None:
    variant = ProductVariant.objects.filter(id=variant_id).first()
    if variant is None:
        raise VariantNotFound("There is no such variant.", path=("variantId",))
    if not variant.track_inventory:
        raise InvalidInput("There is always enough of what is not counted.", path=("variantId",))
    if BundleComponent.objects.filter(bundle=variant_id).exists():
        raise InvalidInput("Of a bundle, its parts are sold ahead.", path=("variantId",))
