"""Keeping stock in step with which variants may be sold beyond what is on hand, and how far."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import VariantNotFound
from commerce.catalog.events import VariantUpdated
from commerce.catalog.models import ProductVariant
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.events.emit import emit
from commerce.inventory.account import MAX_ON_HAND
from commerce.inventory.rows import lock_stocks_of, write_stocks


def set_backorders(
    *, variant_id: UUID, is_allowed: bool, limit: int | None = None, version: int | None = None, actor: Actor
) -> ProductVariant:
    """Say whether a variant may be sold beyond what is on hand: by `limit` units in each warehouse, None for any.

    What was promised under an earlier rule stays promised, and nothing more is until it has been covered. Raises
    VariantNotFound, Conflict (no longer at `version`), InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_STOCK)
    if limit is not None and not is_allowed:
        raise InvalidInput("There is no limit where nothing may be sold beyond the stock.", path=("limit",))
    if limit is not None and not 1 <= limit <= MAX_ON_HAND:
        raise InvalidInput(f"A limit is from 1 to {MAX_ON_HAND} units.", path=("limit",))
    with transaction.atomic():
        variant = changed_row(
            ProductVariant, variant_id, expected_version=version, backorder_allowed=is_allowed, backorder_limit=limit
        )
        if variant is None:
            raise VariantNotFound("There is no such variant.", path=("variantId",))
        emit(
            VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku),
            aggregate=("variant", variant.id),
            sequence=variant.version,
        )
        follow_backorder_rule([variant_id])
    return variant


def follow_backorder_rule(variant_ids: Collection[UUID]) -> None:
    """Bring the rule of these variants to their stock. Call it in the transaction that changed the rule."""
    if not variant_ids:
        return
    rows = ProductVariant.objects.filter(id__in=variant_ids)
    rules = {
        variant_id: (is_allowed and limit is None, (limit or 0) if is_allowed else 0)
        for variant_id, is_allowed, limit in rows.values_list("id", "backorder_allowed", "backorder_limit")
    }
    changed = []
    for (_, variant_id), stock in lock_stocks_of(variant_ids).items():
        is_endless, limit = rules[variant_id]
        if (stock.base.oversellable, stock.backorder_limit) != (is_endless, limit):
            stock.set(backorder_limit=limit, endless=is_endless)
            changed.append(stock)
    write_stocks(changed)
