"""Which card pays how much of a total, and what is left to pay. Integers in, integers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from commerce.core.money import TaxedMoney
from commerce.core.rounding import divided


class CardRefusal(Enum):
    """Why a card pays nothing."""

    NOT_VALID = "not_valid"
    """Gone, switched off, expired or empty."""
    ELSEWHERE = "elsewhere"
    """Of another currency, or for another channel."""


MESSAGES: Final = {
    CardRefusal.NOT_VALID: "This code cannot be used.",
    CardRefusal.ELSEWHERE: "This gift card cannot be used for this cart.",
}


@dataclass(frozen=True, slots=True)
class CardTerms:
    """A card in a cart: what it could pay, in minor units, with what it holds for this cart already."""

    card_id: UUID
    last_characters: str
    available: int
    refusal: CardRefusal | None = None


@dataclass(frozen=True, slots=True)
class CardPart:
    """What a card pays of a total; 0 if others pay all of it, or because of the refusal."""

    card_id: UUID
    amount: int
    last_characters: str = ""
    refusal: CardRefusal | None = None


def split(total: int, cards: Iterable[CardTerms]) -> tuple[CardPart, ...]:
    """Let the cards pay `total` one after the other, each as much as it can."""
    parts = []
    for card in cards:
        amount = 0 if card.refusal is not None else min(total, card.available)
        total -= amount
        parts.append(CardPart(card.card_id, amount, card.last_characters, card.refusal))
    return tuple(parts)


def left_of(total: TaxedMoney, covered: int) -> TaxedMoney:
    """What is left of `total` once cards have paid `covered` minor units of it; net in proportion, half up."""
    if not covered:
        return total
    gross = total.gross.amount - covered
    net = divided(total.net.amount * gross, total.gross.amount)
    return TaxedMoney.of(net, gross, total.gross.currency)
