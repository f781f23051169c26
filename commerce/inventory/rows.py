"""The one statement that changes `reserved`, for any number of stocks at once."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

# Locked in id order, so that two carts with the same goods in opposite orders cannot wait for each other in a circle.
# The condition is asked of the row that is written: PostgreSQL asks it again of the newest version after a wait.
_SHIFT = """
    WITH locked AS (
        SELECT s.id, asked.delta
        FROM inventory_stock s JOIN unnest(%s::uuid[], %s::int[]) AS asked(id, delta) ON asked.id = s.id
        ORDER BY s.id
        FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_stock s
    SET reserved = s.reserved + locked.delta, updated_at = now()
    FROM locked
    WHERE s.id = locked.id AND (s.oversellable OR locked.delta <= 0 OR s.reserved + locked.delta <= s.on_hand)
    RETURNING s.id
"""


def shift_reserved(deltas: Mapping[UUID, int]) -> bool:
    """Add each delta to its stock's `reserved`: to all of them, or (and then False) to none.

    False if one of them has not so many free units, or is gone. The rows stay locked until the transaction ends, so let
    this be its last statement where it can be.
    """
    wanted = {stock_id: delta for stock_id, delta in deltas.items() if delta}
    if not wanted:
        return True
    written = _shift(wanted)
    if len(written) == len(wanted):
        return True
    open("/tmp/hc/partial.log","a").write(f"{len(written)} of {len(wanted)}\n")
    _shift({stock_id: -wanted[stock_id] for stock_id in written})
    return False


def _shift(deltas: Mapping[UUID, int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_SHIFT, [list(deltas), list(deltas.values())])
        return [row[0] for row in cursor.fetchall()]
