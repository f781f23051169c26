"""What must always be true of gift cards, asked of the whole table."""

from __future__ import annotations

from django.db import connection

_BROKEN = """
    SELECT card.id, card.initial_amount, card.balance,
           (SELECT coalesce(sum(amount), 0) FROM giftcards_giftcardentry e WHERE e.card_id = card.id) AS account,
           (SELECT coalesce(sum(amount), 0) FROM giftcards_giftcardhold h WHERE h.card_id = card.id) AS used
      FROM giftcards_giftcard card
"""


def broken_gift_cards() -> list[str]:
    """One sentence for each card whose balance is not its account's, or not what is left of its initial amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({_BROKEN}) AS every "  # noqa: S608 - a constant
            "WHERE balance <> account OR used + balance <> initial_amount OR balance < 0"
        )
        return [
            f"gift card {key}: {balance} of {initial} left, its account says {account}, {used} used"
            for key, initial, balance, account, used in cursor.fetchall()
        ]
