"""What may be sold before it is there: backorders and preorders, for staff and apps with MANAGE_STOCK."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import strawberry

from commerce.catalog import models as catalog
from commerce.core.permission import Permission
from commerce.inventory import services
from schema.catalog.errors import StockError, StockErrorCode
from schema.catalog.types import ProductVariant
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.ids import id_of
from schema.inventory.types import Preorder
from schema.payloads import current_row, row_payload

change = partial(mutation, Permission.MANAGE_STOCK, error=StockError, codes=StockErrorCode)
variant_now = current_row(catalog.ProductVariant, "variant", argument="variant_id")


@change(payload=row_payload("VariantBackorderSet", "variant", ProductVariant | None, StockError), current=variant_now)
def variant_backorder_set(
    info: Info, variant_id: strawberry.ID, allowed: bool, limit: int | None = None, version: int | None = None
) -> Any:
    """Say whether a variant may be sold beyond what is on hand, by `limit` units in each warehouse or any number.

    What was promised under an earlier rule stays promised. Refused with CONFLICT if the variant is no longer at
    `version`.
    """
    return services.set_backorders(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        is_allowed=allowed,
        limit=limit,
        version=version,
        actor=info.context.actor,
    )


@change(payload=row_payload("VariantPreorderSet", "preorder", Preorder | None, StockError))
def variant_preorder_set(
    info: Info,
    variant_id: strawberry.ID,
    warehouse_id: strawberry.ID,
    channel: str,
    end_date: datetime,
    limit: int | None = None,
) -> Any:
    """Let a channel (slug) sell a variant until `endDate` that will come into the warehouse, `limit` units at most.

    What is there is sold first. When it ends, what was promised waits for the goods like everything else that was sold.
    """
    return services.offer_preorder(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        warehouse_id=id_of("Warehouse", warehouse_id, path=("warehouseId",)),
        channel=named_channel(info.context, channel),
        end_date=end_date,
        limit=limit,
        actor=info.context.actor,
    )


@change(payload=row_payload("VariantPreorderEnd", "preorder", Preorder | None, StockError))
def variant_preorder_end(info: Info, variant_id: strawberry.ID, channel: str) -> None:
    """End a preorder before its day. What was promised stays promised."""
    services.end_preorder(
        variant_id=id_of("ProductVariant", variant_id, path=("variantId",)),
        channel=named_channel(info.context, channel),
        actor=info.context.actor,
    )
