"""What must always be true of stock, asked of the whole table."""

from __future__ import annotations

from django.db import connection

_BROKEN = """
    SELECT s.id, s.on_hand, s.reserved, coalesce(r.units, 0), coalesce(a.units, 0)
    FROM inventory_stock s
    LEFT JOIN (SELECT stock_id, sum(quantity) AS units FROM inventory_reservation GROUP BY 1) r ON r.stock_id = s.id
    LEFT JOIN (SELECT stock_id, sum(quantity) AS units FROM inventory_allocation GROUP BY 1) a ON a.stock_id = s.id
    WHERE s.reserved <> coalesce(r.units, 0) + coalesce(a.units, 0)
       OR (NOT s.oversellable AND s.reserved > s.on_hand + s.backorder_limit + s.overdrawn)
       OR s.overdrawn > greatest(0, s.reserved - s.on_hand - s.backorder_limit)
    ORDER BY s.id
"""
_UNACCOUNTED = """
    SELECT whole.variant_id, whole.warehouse_id, whole.on_hand, coalesce(account.units, 0)
    FROM (
        SELECT variant_id, warehouse_id, sum(on_hand) AS on_hand FROM inventory_stock GROUP BY 1, 2
    ) AS whole
    LEFT JOIN (
        SELECT s.variant_id, s.warehouse_id, sum(m.delta) AS units
        FROM inventory_stockmovement m JOIN inventory_stock s ON s.id = m.stock_id GROUP BY 1, 2
    ) AS account USING (variant_id, warehouse_id)
    WHERE whole.on_hand <> coalesce(account.units, 0)
    ORDER BY 1, 2
"""


def broken_stock() -> list[str]:
    """One sentence for each stock whose figures do not add up; empty in a healthy shop.

    `reserved` of each row is the sum of its reservations and allocations, within what it may promise; `on_hand` of a
    stock, all its shards together, is the sum of its movements.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        found = [
            f"stock {stock}: {on_hand} on hand, {reserved} reserved (carts {carts}, orders {orders})"
            for stock, on_hand, reserved, carts, orders in cursor.fetchall()
        ]
        cursor.execute(_UNACCOUNTED)
        return found + [
            f"stock of {variant} in {warehouse}: {on_hand} on hand, but {moved} in its account"
            for variant, warehouse, on_hand, moved in cursor.fetchall()
        ]
