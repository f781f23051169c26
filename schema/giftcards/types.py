"""Gift cards: as little of them as a shopper needs, and all as the merchant sees it. Nobody reads a code again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from commerce.channels.models import Channel as ChannelRow
from commerce.core import money
from commerce.core.permission import Permission
from commerce.giftcards import models
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import computed, leaf, nested
from schema.ids import global_id, to_global_id
from schema.money import Money
from schema.pagination import CountableConnection, Page, pages_of

MANAGE = Permission.MANAGE_GIFT_CARDS


@strawberry.enum(description="Why the balance of a gift card has changed.")
class GiftCardEntryKind(Enum):
    ISSUED = "issued"
    HELD = "held"
    REDEEMED = "redeemed"
    GIVEN_BACK = "given_back"
    ADJUSTED = "adjusted"


def _money(name: str) -> Loader:
    def load(cards: Sequence[models.GiftCard], context: RequestContext) -> list[money.Money]:
        return [money.Money(getattr(card, name), card.currency) for card in cards]

    return load


def _amounts(entries: Sequence[models.GiftCardEntry], context: RequestContext) -> list[money.Money]:
    currencies = dict(
        models.GiftCard.objects.filter(id__in={entry.card_id for entry in entries}).values_list("id", "currency")
    )
    return [money.Money(entry.amount, currencies[entry.card_id]) for entry in entries]


@strawberry.type(description="A line of a gift card's account.")
class GiftCardEntry:
    """Source: commerce.giftcards.models.GiftCardEntry."""

    id: strawberry.ID = global_id("GiftCardEntry")
    created_at: datetime = leaf("When it was written.")
    kind: GiftCardEntryKind = computed(lambda entry: GiftCardEntryKind(entry.kind), "Why the balance has changed.")
    amount: Money = nested(
        _amounts, "By how much; 0 where an order took over what had been held for its cart before, negative if taken."
    )
    order_id: strawberry.ID | None = computed(
        lambda entry: strawberry.ID(to_global_id("Order", entry.order_id)) if entry.order_id else None,
        "The order that it was for.",
    )


def _entries(
    cards: Sequence[models.GiftCard], context: RequestContext, first: int | None = None, after: str | None = None
) -> list[Page]:
    """Its account, the oldest line first: the sum of all lines is the balance."""
    rows = models.GiftCardEntry.objects.all()
    return pages_of(rows, "card_id", [card.id for card in cards], ("created_at", "id"), first=first, after=after)


def _channels(cards: Sequence[models.GiftCard], context: RequestContext) -> list[Any]:
    found = ChannelRow.objects.in_bulk({card.channel_id for card in cards if card.channel_id})
    return [found.get(card.channel_id) if card.channel_id else None for card in cards]


@strawberry.type(description="Money that was paid before; whoever knows the code can pay with it.")
class GiftCard:
    """Source: commerce.giftcards.models.GiftCard."""

    id: strawberry.ID = global_id("GiftCard")
    display_code: str = leaf("The last characters of its code.", source="last_characters")
    current_balance: Money = nested(_money("balance"), "What is left on it, without what is held for payments.")
    initial_balance: Money = nested(_money("initial_amount"), "What it was worth at first.", permission=MANAGE)
    version: int = leaf("Grows with every change by staff.", source="version", permission=MANAGE)
    created_at: datetime = leaf("When it was issued.", source="created_at", permission=MANAGE)
    is_active: bool = leaf("Whether it can be used.", source="is_active", permission=MANAGE)
    expires_at: datetime | None = leaf("It pays until then; null is for ever.", source="expires_at", permission=MANAGE)
    channel: Channel | None = nested(
        _channels, "The only one where it pays; null is every one with its currency.", permission=MANAGE
    )
    tag: str = leaf("What the merchant groups it by.", source="tag", permission=MANAGE)
    note: str = leaf("What staff have written.", source="note", permission=MANAGE)
    order_id: strawberry.ID | None = nested(
        lambda cards, context: [to_global_id("Order", card.order_id) if card.order_id else None for card in cards],
        "The order that it was bought with; null if staff issued it.",
        permission=MANAGE,
    )
    delivered_at: datetime | None = leaf(
        "When the code of a bought card was first taken to be sent to the buyer.",
        source="delivered_at",
        permission=MANAGE,
    )
    entries: CountableConnection[GiftCardEntry] = nested(_entries, permission=MANAGE)
