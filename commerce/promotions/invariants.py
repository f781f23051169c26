"""What must always be true of vouchers, asked of the whole table."""

from __future__ import annotations

from django.db import connection

_BROKEN = """
    SELECT 'voucher ' || v.id, v.used, v.usage_limit,
           (SELECT count(*) FROM promotions_voucherredemption r WHERE r.voucher_id = v.id) AS live
      FROM promotions_voucher v WHERE v.usage_limit IS NOT NULL
    UNION ALL
    SELECT 'code ' || c.id, c.used, c.usage_limit,
           (SELECT count(*) FROM promotions_voucherredemption r WHERE r.code_id = c.id)
      FROM promotions_vouchercode c WHERE c.usage_limit IS NOT NULL
"""


def broken_vouchers() -> list[str]:
    """One sentence for each voucher or code whose `used` is not the number of its live redemptions, or too many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({_BROKEN}) AS every WHERE used <> live OR used > usage_limit")  # noqa: S608
        return [f"{what}: used {used} of {limit}, redeemed {live}" for what, used, limit, live in cursor.fetchall()]
