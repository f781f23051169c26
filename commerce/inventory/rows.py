"""Locking and changing stock rows, any number of them at once, always in id order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

_TAKE_ONE = """
    UPDATE inventory_stock SET reserved = reserved + %(delta)s, updated_at = now()
    WHERE id = %(id)s AND (oversellable OR %(delta)s <= 0 OR reserved + %(delta)s <= on_hand)
"""

# Two statements, and no join in the one that locks: whoever has had to wait for a row has PostgreSQL look at the joined
# rows again one by one, which loses all but the first of them. An UPDATE that begins after the locks were taken sees
# the newest rows and has nothing to look at again.
_LOCK = """
    SELECT id, oversellable, on_hand - reserved FROM inventory_stock
    WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_TAKE_LOCKED = """
    UPDATE inventory_stock s SET reserved = s.reserved + asked.delta, updated_at = now()
    FROM unnest(%s::uuid[], %s::int[]) AS asked(id, delta)
    WHERE s.id = asked.id AND (s.oversellable OR asked.delta <= 0 OR s.reserved + asked.delta <= s.on_hand)
"""


def shift_reserved(deltas: Mapping[UUID, int]) -> bool:
    """Add each delta to its stock's `reserved`: to all of them, or (and then False) to none.

    False if one of them has not so many free units, or is gone. The rows stay locked until the transaction ends, so let
    this be its last statement where it can be. A single stock, the hot row of a flash sale, takes a single UPDATE.
    """
    wanted = {stock_id: delta for stock_id, delta in deltas.items() if delta}
    if not wanted:
        return True
    with connection.cursor() as cursor:
        if len(wanted) == 1:
            ((stock_id, delta),) = wanted.items()
            cursor.execute(_TAKE_ONE, {"id": stock_id, "delta": delta})
            return bool(cursor.rowcount == 1)
        cursor.execute(_LOCK, [list(wanted)])
        locked = cursor.fetchall()
        fitting = [stock_id for stock_id, endless, free in locked if endless or wanted[stock_id] <= max(0, free)]
        if len(fitting) != len(wanted):
            return False
        cursor.execute(_TAKE_LOCKED, [list(wanted), list(wanted.values())])
        if cursor.rowcount != len(wanted):
            raise AssertionError("locked rows cannot change")
    return True


def lock_stocks_of(variant_ids: Collection[UUID]) -> None:
    """Lock every stock of these variants. A statement after this one may change them as it likes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM inventory_stock WHERE variant_id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE",
            [list(variant_ids)],
        )
