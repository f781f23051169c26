"""Keeping stock in step with which variants may be sold beyond what is on hand."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from commerce.inventory.rows import lock_stocks_of

# A rule that is taken back while more is promised than there is waits until that is sent or cancelled.
_FOLLOW = """
    UPDATE inventory_stock s SET oversellable = v.backorder_allowed, updated_at = now()
    FROM catalog_productvariant v
    WHERE v.id = s.variant_id AND s.variant_id = ANY(%s::uuid[]) AND s.oversellable <> v.backorder_allowed
      AND (v.backorder_allowed OR s.reserved <= s.on_hand)
"""


def follow_backorder_rule(variant_ids: Collection[UUID]) -> None:
    """Copy `backorder_allowed` of these variants to their stock, where that keeps nothing oversold.

    Call it in the transaction that changed the rule.
    """
    if not variant_ids:
        return
    lock_stocks_of(variant_ids)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [list(variant_ids)])
