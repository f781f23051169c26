"""What gift cards can pay of carts: one statement for any number of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.giftcards.split import CardRefusal, CardTerms


class CardRow(NamedTuple):
    """A card in a cart."""

    place: int
    last_characters: str
    available: int
    is_valid: bool
    fits: bool


# What is held for the cart, or was taken by its order, counts as being on the card, and as good.
_TERMS: Final = Statement(
    "gift_cards_of_carts",
    CardRow,
    """
SELECT asked.place::int, card.last_characters, card.balance + coalesce(own.amount, 0),
       own.amount IS NOT NULL OR (
           card.is_active AND card.balance > 0
           AND (card.expires_at IS NULL OR card.expires_at > statement_timestamp())),
       card.currency = asked.currency AND (card.channel_id IS NULL OR card.channel_id = asked.channel_id)
  FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS asked(checkout_id, card_id, channel_id, currency, place)
  JOIN giftcards_giftcard AS card ON card.id = asked.card_id
  LEFT JOIN giftcards_giftcardhold AS own ON own.checkout_id = asked.checkout_id AND own.card_id = card.id
""",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "text[]",
)


@dataclass(frozen=True, slots=True)
class CardOfCart:
    """A gift card that a cart has, and the channel and the currency in which it would pay."""

    checkout_id: UUID
    card_id: UUID
    channel_id: UUID
    currency: str


def terms_of_cards(asked: Sequence[CardOfCart]) -> list[CardTerms]:
    """What each of these cards can pay, in the same order; one that is gone is not valid. One statement, or none."""
    if not asked:
        return []
    rows = _TERMS.all(
        uuid_array(each.checkout_id for each in asked),
        uuid_array(each.card_id for each in asked),
        uuid_array(each.channel_id for each in asked),
        [each.currency for each in asked],
    )
    found = {row.place - 1: row for row in rows}
    return [_terms(each.card_id, found.get(place)) for place, each in enumerate(asked)]


def _terms(card_id: UUID, row: CardRow | None) -> CardTerms:
    if row is None or not row.is_valid:
        return CardTerms(card_id, row.last_characters if row else "", 0, CardRefusal.NOT_VALID)
    return CardTerms(card_id, row.last_characters, row.available, None if row.fits else CardRefusal.ELSEWHERE)
