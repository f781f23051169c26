"""What must always be true of orders, asked of the whole table."""

from __future__ import annotations

from typing import Final

from django.db import connection

_BROKEN: Final = {
    "the lines and the delivery do not make the total": """
        SELECT o.number FROM orders_order o
        LEFT JOIN (
            SELECT order_id, sum(total_net) AS net, sum(total_gross) AS gross FROM orders_orderline GROUP BY 1
        ) l ON l.order_id = o.id
        WHERE (o.total_net, o.total_gross)
              <> (coalesce(l.net, 0) + o.shipping_net, coalesce(l.gross, 0) + o.shipping_gross)
           OR (o.subtotal_net, o.subtotal_gross) <> (coalesce(l.net, 0), coalesce(l.gross, 0))
    """,
    "what lies ready is not what is still to be sent": """
        SELECT o.number FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        JOIN catalog_productvariant v ON v.id = l.variant_id AND v.track_inventory
        LEFT JOIN (
            SELECT order_line_id, sum(quantity) AS units FROM inventory_allocation GROUP BY 1
        ) a ON a.order_line_id = l.id
        WHERE NOT EXISTS (SELECT FROM catalog_bundlecomponent part WHERE part.bundle_id = v.id)
          AND coalesce(a.units, 0)
              <> CASE WHEN o.status = 'canceled' THEN 0 ELSE l.quantity - l.quantity_fulfilled END
    """,
    "parcels do not hold what was sent": """
        SELECT o.number FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        LEFT JOIN (
            SELECT order_line_id, sum(quantity) AS units FROM orders_fulfillmentline GROUP BY 1
        ) f ON f.order_line_id = l.id
        WHERE coalesce(f.units, 0) <> l.quantity_fulfilled
    """,
    "its address is another order's too": """
        SELECT min(number) FROM (
            SELECT number, shipping_address_id AS address_id FROM orders_order
            UNION ALL SELECT number, billing_address_id FROM orders_order
        ) used WHERE address_id IS NOT NULL GROUP BY address_id HAVING count(*) > 1
    """,
    "gift cards have paid something else": """
        SELECT o.number FROM orders_order o
        WHERE o.gift_card_amount - o.gift_card_refunded_amount
              <> (SELECT coalesce(sum(amount), 0) FROM giftcards_giftcardhold h WHERE h.order_id = o.id)
    """,
    "its payment is of another checkout": """
        SELECT o.number FROM orders_order o JOIN payments_paymentattempt p ON p.order_id = o.id
        WHERE p.checkout_id <> o.checkout_id
    """,
}


def broken_orders() -> list[str]:
    """One sentence for each order that contradicts itself, its goods or its payments; empty in a healthy shop.

    Goods that were not tracked when they were bought, and are now, count as missing.
    """
    with connection.cursor() as cursor:
        found = []
        for what, query in _BROKEN.items():
            cursor.execute(query)
            found += [f"order {number}: {what}" for (number,) in cursor.fetchall()]
        return found
