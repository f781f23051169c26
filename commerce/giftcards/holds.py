"""Taking money from gift cards and putting it back: a card's balance and what is held of it are always its worth.

Locks are taken in one order: holds by id, then cards by id; vouchers and stock come after them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from commerce.core.errors import CommerceError, Rejected
from commerce.core.ids import uuid7
from commerce.giftcards.errors import GiftCardNotApplicable
from commerce.giftcards.models import GiftCardEntry, GiftCardHold

# No join in the statement that locks: whoever has had to wait for a row would lose all joined rows but the first.
_LOCK: Final = "SELECT id FROM giftcards_giftcard WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
# What is put back comes back to a card that has expired since, too. A card gives only what is on it.
_SHIFT: Final = """
    WITH moved AS (
        UPDATE giftcards_giftcard AS card SET balance = card.balance + asked.delta, updated_at = now()
          FROM unnest(%s::uuid[], %s::bigint[]) AS asked(id, delta)
         WHERE card.id = asked.id
           AND (asked.delta >= 0 OR (
                card.balance >= -asked.delta AND card.is_active
                AND (card.expires_at IS NULL OR card.expires_at > statement_timestamp())))
        RETURNING card.id
    ), noted AS (
        INSERT INTO giftcards_giftcardentry (id, created_at, card_id, kind, amount, checkout_id, order_id)
        SELECT line.id, clock_timestamp(), line.card_id, line.kind, line.amount, line.checkout_id, line.order_id
          FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::uuid[], %s::uuid[])
               AS line(id, card_id, kind, amount, checkout_id, order_id)
          JOIN moved ON moved.id = line.card_id
    )
    SELECT id FROM moved
"""
_BATCH: Final = 500
Kind = GiftCardEntry.Kind


@dataclass(frozen=True, slots=True)
class CardAmount:
    """So many minor units of a card."""

    card_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class _Line:
    card_id: UUID
    kind: Kind
    amount: int
    checkout_id: UUID | None
    order_id: UUID | None


def take_from_cards(
    *,
    checkout_id: UUID,
    cards: Sequence[CardAmount],
    expires_at: datetime | None = None,
    order_id: UUID | None = None,
) -> None:
    """Take these amounts for a cart: held until `expires_at`, or for good by its order. All of them, or none.

    What the cart holds already is not taken twice, even if the card has expired since; what it holds otherwise is put
    back. Call it in a transaction that holds the cart's row, before vouchers and stock, and let it fail when this
    raises: Rejected with a GiftCardNotApplicable for each card that has not so much any more, at ("gift_cards", place).
    """
    if not cards:
        return
    held = list(GiftCardHold.objects.select_for_update().filter(checkout_id=checkout_id).order_by("id"))
    wanted = {each.card_id: each.amount for each in cards}
    kept = [row for row in held if wanted.get(row.card_id) == row.amount]
    lost = [row for row in held if row not in kept]
    missing = [each for each in cards if each.card_id not in {row.card_id for row in kept}]
    lines = [_back(row) for row in lost]
    kind = Kind.HELD if order_id is None else Kind.REDEEMED
    lines += [_Line(each.card_id, kind, -each.amount, checkout_id, order_id) for each in missing]
    if order_id is not None:
        lines += [_Line(row.card_id, kind, 0, checkout_id, order_id) for row in kept if row.order_id is None]
    moved = _shifted(lines)
    faults: list[CommerceError] = [
        _spent(place) for place, each in enumerate(cards) if each in missing and each.card_id not in moved
    ]
    if faults:
        raise Rejected(faults)
    GiftCardHold.objects.filter(id__in=[row.id for row in lost]).delete()
    GiftCardHold.objects.bulk_create(
        GiftCardHold(
            card_id=each.card_id,
            checkout_id=checkout_id,
            amount=each.amount,
            order_id=order_id,
            expires_at=expires_at,
        )
        for each in missing
    )
    if kept:
        GiftCardHold.objects.filter(id__in=[row.id for row in kept]).update(
            order_id=order_id, expires_at=expires_at, updated_at=Now()
        )


def release_holds(*checkout_ids: UUID) -> None:
    """Put back what carts hold without an order. Call it in a transaction that holds the carts' rows."""
    held = GiftCardHold.objects.select_for_update().filter(checkout_id__in=checkout_ids, order_id=None)
    _release(list(held.order_by("id")))


def give_back_to_cards(order_id: UUID) -> int:
    """Put back what an order was paid with, in minor units; how much. Call it in a transaction that holds the order."""
    rows = list(GiftCardHold.objects.select_for_update().filter(order_id=order_id).order_by("id"))
    _release(rows)
    return sum(row.amount for row in rows)


def release_expired_holds(limit: int = _BATCH) -> int:
    """Put back what was held for too long, `limit` at a time; how many. Run it every few seconds."""
    released = 0
    while True:
        with transaction.atomic(durable=True):
            expired = GiftCardHold.objects.select_for_update(skip_locked=True).filter(expires_at__lt=Now())
            rows = list(expired.order_by("expires_at")[:limit])
            _release(rows)
        released += len(rows)
        if len(rows) < limit:
            return released


def _release(rows: Sequence[GiftCardHold]) -> None:
    if not rows:
        return
    _shifted([_back(row) for row in rows])
    GiftCardHold.objects.filter(id__in=[row.id for row in rows]).delete()


def _back(row: GiftCardHold) -> _Line:
    return _Line(row.card_id, Kind.GIVEN_BACK, row.amount, row.checkout_id, row.order_id)


def _shifted(lines: Iterable[_Line]) -> Collection[UUID]:
    """Write these lines and move the balances of their cards; the cards that had enough. The others stay as they are.

    A single card takes a single UPDATE, several are locked in id order first.
    """
    lines = list(lines)
    deltas: dict[UUID, int] = {}
    for line in lines:
        deltas[line.card_id] = deltas.get(line.card_id, 0) + line.amount
    return _written(deltas, lines) if lines else ()


def _written(deltas: Mapping[UUID, int], lines: Sequence[_Line]) -> Collection[UUID]:
    with connection.cursor() as cursor:
        if len(deltas) > 1:
            cursor.execute(_LOCK, [list(deltas)])
        cursor.execute(
            _SHIFT,
            [
                list(deltas),
                list(deltas.values()),
                [uuid7() for _ in lines],
                [line.card_id for line in lines],
                [line.kind.value for line in lines],
                [line.amount for line in lines],
                [line.checkout_id for line in lines],
                [line.order_id for line in lines],
            ],
        )
        return {card_id for (card_id,) in cursor.fetchall()}


def _spent(place: int) -> GiftCardNotApplicable:
    said = "There is not so much on this gift card any more."
    return GiftCardNotApplicable(said, path=("gift_cards", str(place)))
