"""Gift cards that an order has bought: issued once for each unit when it is paid, switched off when it is not any more.

Their codes are made by chance, as all are, and not from the order and a secret: whoever learned that secret one day
could make every code that was ever sold. Until it is sent to the buyer a code lies sealed beside its card, and nowhere
else (commerce.giftcards.delivery).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.core.ids import uuid7
from commerce.core.money import spread
from commerce.events.emit import DomainEvent, emit_many
from commerce.giftcards.cards import created_event, new_card, updated_event
from commerce.giftcards.delivery import sealed_code
from commerce.giftcards.events import GiftCardBought
from commerce.giftcards.models import GiftCard, GiftCardEntry, GiftCardHold

# Which units have become cards is the table's to say: whoever comes second inserts nothing.
_INSERT: Final = """
    INSERT INTO giftcards_giftcard
           (id, created_at, updated_at, version, code_hash, last_characters, currency, initial_amount, balance,
            is_active, channel_id, tag, note, order_id, order_line_id, order_unit, sealed_code)
    SELECT card.id, %(now)s, %(now)s, 1, card.code_hash, card.last_characters, %(currency)s, card.amount, card.amount,
           true, %(channel)s, '', '', %(order)s, card.line_id, card.unit, card.sealed
      FROM unnest(%(ids)s::uuid[], %(hashes)s::text[], %(shown)s::text[], %(amounts)s::bigint[], %(lines)s::uuid[],
                  %(units)s::int[], %(sealed)s::text[])
           AS card(id, code_hash, last_characters, amount, line_id, unit, sealed)
        ON CONFLICT (order_line_id, order_unit) DO NOTHING
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """The order that has been paid, and whom the codes are for. The channel is the only one where its cards pay."""

    id: UUID
    number: str
    channel: Channel
    currency: str
    email: str
    language_code: str
    gift_message: str


@dataclass(frozen=True, slots=True)
class PaidLine:
    """So many units of a gift card for `amount` in all, with tax: what was paid is what is on the cards."""

    id: UUID
    quantity: int
    amount: int
    product_name: str
    sku: str


def issue_bought_cards(order: PaidOrder, lines: Sequence[PaidLine]) -> list[GiftCard]:
    """Issue a card for each unit that has none yet; those that were issued, with their events.

    Call it in the transaction that makes the order a paid one and holds its row. A unit that cost nothing becomes none.
    """
    bought = [
        (_card(order, line, unit, amount), line)
        for line in lines
        for unit, amount in enumerate(spread(line.amount, [1] * line.quantity), 1)
        if amount
    ]
    new = _inserted(order, [card for card, _ in bought])
    issued = [(card, line) for card, line in bought if card.id in new]
    GiftCardEntry.objects.bulk_create(
        GiftCardEntry(card=card, kind=GiftCardEntry.Kind.ISSUED, amount=card.initial_amount) for card, _ in issued
    )
    told: list[tuple[DomainEvent, tuple[str, UUID], int]] = []
    for card, line in issued:
        told.append((created_event(card), ("gift_card", card.id), 1))
        told.append((_bought(order, line, card), ("gift_card", card.id), 1))
    if told:
        emit_many(told, channel=order.channel.slug)
    return [card for card, _ in issued]


def switch_off_bought_cards(order_id: UUID) -> int:
    """Switch off the cards that an order has bought, with all that is still on them; how many.

    Call it in a transaction that holds the order's row, before other cards.
    """
    return switch_off([card for card in locked_bought_cards(order_id) if card.is_active])


def switch_off(cards: Sequence[GiftCard]) -> int:
    """Switch off these cards, which are locked, and say so; how many."""
    for card in cards:
        card.is_active = False
        card.version += 1
        card.save(update_fields=["is_active", "version", "updated_at"])
    events = [(updated_event(card), ("gift_card", card.id), card.version) for card in cards]
    if cards:
        emit_many(events, channel=cards[0].channel.slug if cards[0].channel else None)
    return len(cards)


def locked_bought_cards(order_id: UUID) -> list[GiftCard]:
    """The cards that an order has bought, locked: nobody pays with them meanwhile.

    Those that have paid for it are locked, too, for all cards of a transaction are locked in id order at once.
    """
    paying = GiftCardHold.objects.filter(order_id=order_id).values("card_id")
    rows = GiftCard.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.filter(Q(order_id=order_id) | Q(id__in=paying)).select_related("channel").order_by("id")
    return [card for card in rows if card.order_id == order_id]


def cards_bought_by(order_ids: Collection[UUID]) -> dict[UUID, list[GiftCard]]:
    """The cards that each order has bought by its id, in the order of its lines' units."""
    found: dict[UUID, list[GiftCard]] = {order_id: [] for order_id in order_ids}
    for card in GiftCard.objects.filter(order_id__in=found).order_by("id"):
        if card.order_id is not None:
            found[card.order_id].append(card)
    return found


def _card(order: PaidOrder, line: PaidLine, unit: int, amount: int) -> GiftCard:
    issued = new_card(amount=amount, currency=order.currency, channel=order.channel)
    card = issued.card
    card.id = uuid7()
    card.order_id, card.order_line_id, card.order_unit = order.id, line.id, unit
    card.sealed_code = sealed_code(card, issued.code)
    return card


def _inserted(order: PaidOrder, cards: Sequence[GiftCard]) -> Collection[UUID]:
    if not cards:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "now": timezone.now(),
                "currency": order.currency,
                "channel": order.channel.id,
                "order": order.id,
                "ids": [card.id for card in cards],
                "hashes": [card.code_hash for card in cards],
                "shown": [card.last_characters for card in cards],
                "amounts": [card.initial_amount for card in cards],
                "lines": [card.order_line_id for card in cards],
                "units": [card.order_unit for card in cards],
                "sealed": [card.sealed_code for card in cards],
            },
        )
        return {card_id for (card_id,) in cursor.fetchall()}


def _bought(order: PaidOrder, line: PaidLine, card: GiftCard) -> GiftCardBought:
    return GiftCardBought(
        gift_card_id=card.id,
        last_characters=card.last_characters,
        currency=card.currency,
        initial_amount=card.initial_amount,
        order_id=order.id,
        order_number=order.number,
        line_id=line.id,
        product_name=line.product_name,
        sku=line.sku,
        email=order.email,
        language_code=order.language_code,
        gift_message=order.gift_message,
    )
