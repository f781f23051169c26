"""Gift cards for tests."""

from __future__ import annotations

from typing import Any

from commerce.core.actor import SYSTEM
from commerce.giftcards.cards import Issued, issue_cards
from commerce.giftcards.models import GiftCard


def make_gift_card(amount: int = 1000, *, currency: str = "USD", **fields: Any) -> Issued:
    """A card with `amount` minor units on it, and its code. `fields` may break rules that issuing keeps."""
    (issued,) = issue_cards(amount=amount, currency=currency, channel=fields.pop("channel", None), actor=SYSTEM)
    if fields:
        GiftCard.objects.filter(id=issued.card.id).update(**fields)
        issued.card.refresh_from_db()
    return issued


def balance_of(issued: Issued) -> int:
    """What is left on it now, in minor units."""
    return GiftCard.objects.values_list("balance", flat=True).get(id=issued.card.id)
