"""Reading warehouses and stock, for staff and apps with MANAGE_STOCK."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.inventory import models
from commerce.inventory.queries import whole_stocks
from schema.context import Info
from schema.fields import query
from schema.ids import id_of
from schema.inventory.types import Stock, StockMovement, StockMovementReasonEnum, Warehouse
from schema.pagination import CountableConnection, page_of

MANAGE = Permission.MANAGE_STOCK


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


@query(allow=MANAGE, returns=CountableConnection[StockMovement])
def stock_movements(
    info: Info,
    variant: strawberry.ID | None = None,
    warehouse: strawberry.ID | None = None,
    reasons: list[StockMovementReasonEnum] | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Why what lies in warehouses has changed, newest first: of one variant, in one warehouse, for some reasons."""
    rows = models.StockMovement.objects.all()
    if variant is not None:
        rows = rows.filter(stock__variant=id_of("ProductVariant", variant, path=("variant",)))
    if warehouse is not None:
        rows = rows.filter(stock__warehouse=id_of("Warehouse", warehouse, path=("warehouse",)))
    if reasons is not None:
        rows = rows.filter(reason__in=[reason.value for reason in reasons])
    return page_of(rows, ("-id",), first=first, after=after, last=last, before=before)
