"""Using codes up, and giving them back: `used` of what has a limit is always the number of live redemptions.

Locks are taken in one order: redemptions, then codes by id, then vouchers by id; stock comes after all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from commerce.accounts.email import normalised
from commerce.core.errors import Rejected
from commerce.core.ids import uuid7
from commerce.promotions.voucher_errors import VoucherNotApplicable
from commerce.promotions.voucher_models import VoucherRedemption

# Whoever comes second waits for the first one's transaction, and then inserts nothing.
_INSERT: Final = """
    INSERT INTO promotions_voucherredemption
           (id, created_at, updated_at, voucher_id, code_id, checkout_id, order_id, customer, is_only_one, expires_at)
    SELECT asked.id, now(), now(), voucher.id, code.id, %s::uuid, %s::uuid, %s, voucher.once_per_customer,
           %s::timestamptz
      FROM unnest(%s::uuid[], %s::uuid[]) AS asked(id, code_id)
      JOIN promotions_vouchercode AS code ON code.id = asked.code_id
      JOIN promotions_voucher AS voucher ON voucher.id = code.voucher_id
     ORDER BY voucher.id
        ON CONFLICT DO NOTHING
    RETURNING code_id, voucher_id
"""
# Asked after the insert, whose foreign keys keep whoever sets a limit waiting until it can be counted in.
_LIMITED: Final = """
    SELECT ARRAY(SELECT id FROM promotions_vouchercode WHERE id = ANY(%s::uuid[]) AND usage_limit IS NOT NULL),
           ARRAY(SELECT id FROM promotions_voucher WHERE id = ANY(%s::uuid[]) AND usage_limit IS NOT NULL)
"""
_LOCK: Final = "SELECT id FROM {table} WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_TAKE: Final = "UPDATE {table} SET used = used + 1 WHERE id = ANY(%s::uuid[]) AND used < usage_limit"
_GIVE_BACK: Final = """
    UPDATE {table} AS t SET used = t.used - back.units FROM unnest(%s::uuid[], %s::int[]) AS back(id, units)
     WHERE t.id = back.id AND t.usage_limit IS NOT NULL
"""
_CODES: Final = "promotions_vouchercode"
_VOUCHERS: Final = "promotions_voucher"
_BATCH: Final = 500


def redeem(
    *,
    checkout_id: UUID,
    code_ids: Sequence[UUID],
    email: str,
    expires_at: datetime | None = None,
    order_id: UUID | None = None,
) -> None:
    """Use these codes for a cart: held until `expires_at`, or for good by its order. All of them, or none.

    What the cart holds already is not taken twice; what it holds of other codes is given back. Call it in a transaction
    that holds the cart's row, before stock is touched, and let it fail when this raises: Rejected with a
    VoucherNotApplicable for each code that is used up, or that this customer has had, at ("voucher_codes", place).
    """
    if not code_ids:
        return
    customer = normalised(email)
    held = list(VoucherRedemption.objects.select_for_update().filter(checkout_id=checkout_id).order_by("id"))
    kept = [row for row in held if row.code_id in code_ids and row.customer == customer]
    _release([row for row in held if row not in kept])
    missing = [code_id for code_id in code_ids if code_id not in {row.code_id for row in kept}]
    if missing:
        lost = _taken(checkout_id, missing, customer, expires_at, order_id)
        if lost:
            raise Rejected([_used_up(code_ids.index(code_id)) for code_id in lost])
    if kept:
        VoucherRedemption.objects.filter(id__in=[row.id for row in kept]).update(
            order_id=order_id, expires_at=expires_at, updated_at=Now()
        )


def release_redemptions(checkout_id: UUID) -> None:
    """Give back what a cart holds without an order. Call it in a transaction that holds the cart's row."""
    held = VoucherRedemption.objects.select_for_update().filter(checkout_id=checkout_id, order_id=None)
    _release(list(held.order_by("id")))


def release_redemptions_of_order(order_id: UUID) -> None:
    """Give back what an order has used. Call it in a transaction that holds the order's row, before its stock."""
    _release(list(VoucherRedemption.objects.select_for_update().filter(order_id=order_id).order_by("id")))


def release_expired_redemptions(limit: int = _BATCH) -> int:
    """Give back what was held for too long, `limit` at a time; how many. Run it every few seconds."""
    released = 0
    while True:
        with transaction.atomic(durable=True):
            expired = VoucherRedemption.objects.select_for_update(skip_locked=True).filter(expires_at__lt=Now())
            rows = list(expired.order_by("expires_at")[:limit])
            _release(rows)
        released += len(rows)
        if len(rows) < limit:
            return released


def _taken(
    checkout_id: UUID, code_ids: Sequence[UUID], customer: str, expires_at: datetime | None, order_id: UUID | None
) -> list[UUID]:
    """Insert a redemption for each code and count it; the codes that could not be had, if any."""
    with connection.cursor() as cursor:
        ids = [uuid7() for _ in code_ids]
        cursor.execute(_INSERT, [checkout_id, order_id, customer, expires_at, ids, list(code_ids)])
        vouchers = dict(cursor.fetchall())
        lost = [code_id for code_id in code_ids if code_id not in vouchers]
        if lost:
            return lost
        cursor.execute(_LIMITED, [list(code_ids), list(vouchers.values())])
        limited_codes, limited_vouchers = cursor.fetchone()
        if not _count_up(cursor, _CODES, limited_codes):
            return [code_id for code_id in code_ids if code_id in limited_codes]
        if not _count_up(cursor, _VOUCHERS, limited_vouchers):
            return [code_id for code_id in code_ids if vouchers[code_id] in limited_vouchers]
    return []


def _count_up(cursor: Any, table: str, ids: Sequence[UUID]) -> bool:
    """Whether there was one left of each. A single row takes a single UPDATE, several are locked in id order first."""
    if not ids:
        return True
    if len(ids) > 1:
        cursor.execute(_LOCK.format(table=table), [list(ids)])
    cursor.execute(_TAKE.format(table=table), [list(ids)])
    return bool(cursor.rowcount == len(ids))


def _release(rows: Iterable[VoucherRedemption]) -> None:
    rows = list(rows)
    if not rows:
        return
    VoucherRedemption.objects.filter(id__in=[row.id for row in rows]).delete()
    with connection.cursor() as cursor:
        _count_down(cursor, _CODES, Counter(row.code_id for row in rows))
        _count_down(cursor, _VOUCHERS, Counter(row.voucher_id for row in rows))


def _count_down(cursor: Any, table: str, units: Counter[UUID]) -> None:
    # Locked whether it has a limit or not: somebody may be about to set one, and count what is there.
    cursor.execute(_LOCK.format(table=table), [list(units)])
    cursor.execute(_GIVE_BACK.format(table=table), [list(units), list(units.values())])


def _used_up(place: int) -> VoucherNotApplicable:
    return VoucherNotApplicable("This code cannot be used any more.", path=("voucher_codes", str(place)))
