"""What must always be true of stock, asked of the whole table."""

from __future__ import annotations

from django.db import connection

_BROKEN = """
    SELECT s.id, s.on_hand, s.reserved, coalesce(r.units, 0), coalesce(a.units, 0), coalesce(m.units, 0)
    FROM inventory_stock s
    LEFT JOIN (SELECT stock_id, sum(quantity) AS units FROM inventory_reservation GROUP BY 1) r ON r.stock_id = s.id
    LEFT JOIN (SELECT stock_id, sum(quantity) AS units FROM inventory_allocation GROUP BY 1) a ON a.stock_id = s.id
    LEFT JOIN (SELECT stock_id, sum(delta) AS units FROM inventory_stockmovement GROUP BY 1) m ON m.stock_id = s.id
    WHERE s.reserved <> coalesce(r.units, 0) + coalesce(a.units, 0)
       OR s.on_hand <> coalesce(m.units, 0)
       OR (NOT s.oversellable AND s.reserved > s.on_hand)
    ORDER BY s.id
"""


def broken_stock() -> list[str]:
    """One sentence for each stock whose figures do not add up; empty in a healthy shop.

    `reserved` is the sum of reservations and allocations, `on_hand` the sum of movements, and nothing is oversold.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        return [
            f"stock {stock}: {on_hand} on hand (moved {moved}), {reserved} reserved (carts {carts}, orders {orders})"
            for stock, on_hand, reserved, carts, orders, moved in cursor.fetchall()
        ]
