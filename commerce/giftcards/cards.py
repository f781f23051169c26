"""Issuing gift cards and keeping them. Codes are shown once, when they are made, and kept as hashes only.

A code has 16 letters of 31, which is 79 bits: nobody finds one by trying, not even with the hashes in hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.codes import LONGEST_CODE, code_key, generated_code
from commerce.core.errors import Conflict, InvalidInput
from commerce.core.money import MAX_MINOR, exponent
from commerce.core.permission import Permission
from commerce.core.sealing import Secret
from commerce.core.text import is_storable
from commerce.events.emit import emit, emit_many
from commerce.giftcards.errors import GiftCardNotFound
from commerce.giftcards.events import GiftCardCreated, GiftCardUpdated
from commerce.giftcards.models import GiftCard, GiftCardEntry

MOST_CARDS: Final = 1_000
"""In one call."""
_LETTERS: Final = 16
_SHOWN: Final = 4
_LONGEST_TAG: Final = 100
_LONGEST_NOTE: Final = 10_000
_MANAGE: Final = Permission.MANAGE_GIFT_CARDS


class CardChanges(TypedDict, total=False):
    """What a merchant says of a card. `amount` is what should be left on it, in minor units."""

    amount: int
    expires_at: datetime | None
    is_active: bool
    tag: str
    note: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A new card with its code, which nobody can read again."""

    card: GiftCard
    code: Secret


def hash_of(code: str) -> str | None:
    """What a card with this code is found by, however it is typed; None for what cannot be a code."""
    if len(code) > LONGEST_CODE or not is_storable(code) or not (key := code_key(code)):
        return None
    return hashlib.sha256(f"gift card {key}".encode()).hexdigest()


def gift_cards_for_staff(actor: Actor) -> QuerySet[GiftCard]:
    """The cards that the actor may manage: those of their channels. Cards for all channels need all of them."""
    allowed = actor.channels_with(_MANAGE)
    rows = GiftCard.objects.all()
    return rows if allowed is None else rows.filter(Q(channel__in=allowed))


def issue_cards(
    *,
    count: int = 1,
    amount: int,
    currency: str,
    channel: Channel | None = None,
    expires_at: datetime | None = None,
    is_active: bool = True,
    tag: str = "",
    note: str = "",
    actor: Actor,
) -> list[Issued]:
    """Issue `count` cards of `amount` minor units each, for one channel or all with the currency.

    Raises InvalidInput or PermissionDenied.
    """
    if channel is None:
        actor.require_everywhere(_MANAGE)
    else:
        actor.require(_MANAGE, channel.id)
    if not 1 <= count <= MOST_CARDS:
        raise InvalidInput(f"1 to {MOST_CARDS} cards in one call.", path=("count",))
    _check_currency(currency, channel)
    _check(CardChanges(amount=amount, expires_at=expires_at, tag=tag, note=note))
    if amount == 0:
        raise InvalidInput("A gift card has something on it.", path=("amount",))
    issued = [
        new_card(
            amount=amount,
            currency=currency,
            channel=channel,
            expires_at=expires_at,
            is_active=is_active,
            tag=tag,
            note=note,
            created_by_id=actor.user_id,
        )
        for _ in range(count)
    ]
    with transaction.atomic():
        GiftCard.objects.bulk_create(each.card for each in issued)
        GiftCardEntry.objects.bulk_create(
            GiftCardEntry(card=each.card, kind=GiftCardEntry.Kind.ISSUED, amount=amount) for each in issued
        )
        emit_many(
            [(created_event(each.card), ("gift_card", each.card.id), 1) for each in issued],
            channel=channel.slug if channel else None,
        )
    return issued


def change_card(*, card_id: UUID, changes: CardChanges, version: int | None = None, actor: Actor) -> GiftCard:
    """Change a card. Another `amount` is an adjustment, of what is left and of what the card was worth.

    Raises GiftCardNotFound, Conflict if it is no longer at `version`, InvalidInput or PermissionDenied.
    """
    actor.require(_MANAGE)
    _check(changes)
    with transaction.atomic():
        cards = gift_cards_for_staff(actor).select_for_update(no_key=True, of=("self",))
        card = cards.filter(id=card_id).first()
        if card is None:
            raise GiftCardNotFound("There is no such gift card.", path=("id",))
        if version is not None and card.version != version:
            raise Conflict("The gift card has been changed since it was read.", path=("version",))
        values: dict[str, Any] = dict(changes)
        amount = values.pop("amount", None)
        if amount is not None and amount != card.balance:
            delta = amount - card.balance
            if card.initial_amount + delta > MAX_MINOR:
                raise InvalidInput("This is too much money.", path=("amount",))
            GiftCardEntry.objects.create(card=card, kind=GiftCardEntry.Kind.ADJUSTED, amount=delta)
            card.initial_amount += delta
            card.balance = amount
        for name, value in values.items():
            setattr(card, name, value)
        card.version += 1
        card.save()
        emit(
            updated_event(card),
            aggregate=("gift_card", card.id),
            sequence=card.version,
            channel=card.channel.slug if card.channel else None,
        )
    return card


def new_card(*, amount: int, currency: str, channel: Channel | None, **fields: Any) -> Issued:
    """A card in memory with a code by chance; whoever stores it writes the first line of its account."""
    code = Secret(generated_code(length=_LETTERS))
    card = GiftCard(
        code_hash=hash_of(code) or "",
        last_characters=code[-_SHOWN:],
        currency=currency,
        initial_amount=amount,
        balance=amount,
        channel=channel,
        **fields,
    )
    return Issued(card, code)


def created_event(card: GiftCard) -> GiftCardCreated:
    """What partners are told of a new card."""
    return GiftCardCreated(**_told(card))


def updated_event(card: GiftCard) -> GiftCardUpdated:
    """What partners are told of a changed card."""
    return GiftCardUpdated(**_told(card))


def _check_currency(currency: str, channel: Channel | None) -> None:
    try:
        exponent(currency)
    except InvalidInput as error:
        raise error.at("currency") from None
    if channel is not None and channel.currency_code != currency:
        raise InvalidInput(f"This channel sells in {channel.currency_code}.", path=("currency",))


def _check(changes: Mapping[str, Any] | CardChanges) -> None:
    if not 0 <= changes.get("amount", 0) <= MAX_MINOR:
        raise InvalidInput("This is no amount of a gift card.", path=("amount",))
    expires_at = changes.get("expires_at")
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput("This is over already.", path=("expires_at",))
    for name, longest in (("tag", _LONGEST_TAG), ("note", _LONGEST_NOTE)):
        text = str(changes.get(name, ""))
        if len(text) > longest or not is_storable(text):
            raise InvalidInput(f"At most {longest} plain characters.", path=(name,))


def _told(card: GiftCard) -> dict[str, Any]:
    return {
        "gift_card_id": card.id,
        "last_characters": card.last_characters,
        "currency": card.currency,
        "initial_amount": card.initial_amount,
        "is_active": card.is_active,
        "expires_at": card.expires_at.isoformat() if card.expires_at else None,
    }
