"""Keeping stock in step with which variants may be sold beyond what is on hand."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

# A rule that is taken back while more is promised than there is waits until that is sent or cancelled.
_FOLLOW = """
    WITH locked AS (
        SELECT s.id, v.backorder_allowed
        FROM inventory_stock s JOIN catalog_productvariant v ON v.id = s.variant_id
        WHERE s.variant_id = ANY(%s::uuid[]) AND s.oversellable <> v.backorder_allowed
          AND (v.backorder_allowed OR s.reserved <= s.on_hand)
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_stock s SET oversellable = locked.backorder_allowed, updated_at = now()
    FROM locked WHERE s.id = locked.id
"""


def follow_backorder_rule(variant_ids: Collection[UUID]) -> None:
    """Copy `backorder_allowed` of these variants to their stock, where that keeps nothing oversold.

    Call it in the transaction that changed the rule.
    """
    if not variant_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [list(variant_ids)])
