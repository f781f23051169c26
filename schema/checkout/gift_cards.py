"""The gift cards of a cart."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.checkout import models
from commerce.checkout.priced import Quote
from commerce.core.money import Money
from commerce.giftcards.models import GiftCard
from schema.context import RequestContext


def cards_pay(quote: Quote) -> Money:
    """What the cards of a cart pay of it."""
    return Money(sum(card.amount for card in quote.gift_cards), quote.currency)


def load_cards(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[GiftCard]]:
    """The cards of each cart in the order in which they pay. No statement where no cart has one."""
    keys = {key for checkout in checkouts for key in checkout.gift_card_ids}
    found = GiftCard.objects.in_bulk(keys) if keys else {}
    return [[found[key] for key in checkout.gift_card_ids if key in found] for checkout in checkouts]
