"""What must always be true of payments, asked of the whole table."""

from __future__ import annotations

from django.db import connection

_BROKEN = """
    SELECT a.id, a.state, a.authorized_amount, a.charged_amount, a.refunded_amount,
           coalesce(e.authorized, 0), coalesce(e.charged, 0), coalesce(e.refunded, 0)
    FROM payments_paymentattempt a
    LEFT JOIN (
        SELECT attempt_id,
               sum(amount) FILTER (WHERE type = 'authorized') AS authorized,
               sum(amount) FILTER (WHERE type = 'charged') AS charged,
               sum(amount) FILTER (WHERE type = 'refunded') AS refunded
        FROM payments_paymentevent GROUP BY 1
    ) e ON e.attempt_id = a.id
    WHERE (a.authorized_amount, a.charged_amount, a.refunded_amount)
          <> (coalesce(e.authorized, 0), coalesce(e.charged, 0), coalesce(e.refunded, 0))
       OR a.refunded_amount > a.charged_amount
    ORDER BY a.id
"""


def broken_payments() -> list[str]:
    """One sentence for each payment whose balances are not the sums of its ledger; empty in a healthy shop."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        return [
            f"payment {row[0]} ({row[1]}): balances {row[2:5]}, ledger {tuple(int(sum_) for sum_ in row[5:8])}"
            for row in cursor.fetchall()
        ]
