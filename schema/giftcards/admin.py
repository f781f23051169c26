"""Issuing and keeping gift cards, for staff and apps with MANAGE_GIFT_CARDS.

`version` is the one that the caller has read: if the card has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import strawberry
from django.db.models import QuerySet

from commerce.core.text import is_storable
from commerce.giftcards import cards, models
from commerce.giftcards.delivery import deliver_card
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.errors import below_input, renamed
from schema.fields import carried, query
from schema.giftcards.errors import GiftCardError, GiftCardErrorCode
from schema.giftcards.inputs import GiftCardCreateInput, GiftCardUpdateInput
from schema.giftcards.types import MANAGE, GiftCard
from schema.ids import id_of
from schema.pagination import CountableConnection, page_of
from schema.payloads import row_payload

change = partial(mutation, MANAGE, error=GiftCardError, codes=GiftCardErrorCode)
_PATHS: Final = {"amount": ("balance", "amount"), "currency": ("balance", "currency")}


def _card_now(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """The card as it is now, for those who may manage it."""
    return {"gift_card": _cards_of(info).filter(id=id_of("GiftCard", arguments["id"])).first()}


def _cards_of(info: Info) -> QuerySet[models.GiftCard]:
    """The cards that the caller may manage."""
    return cards.gift_cards_for_staff(info.context.actor)


@strawberry.type(description="The answer to giftCardCreate. The code is shown here and never again.")
class GiftCardCreate:
    """A card and its code."""

    gift_card: Any = carried(GiftCard | None, "The new card.")
    code: str | None = strawberry.field(default=None, description="Its code; keep it, nobody can read it again.")
    errors: list[GiftCardError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


@strawberry.type(description="The answer to giftCardBulkCreate. The codes are shown here and never again.")
class GiftCardBulkCreate:
    """Cards and their codes, in the same order."""

    gift_cards: Any = carried(list[GiftCard] | None, "The new cards.")
    codes: list[str] = strawberry.field(
        default_factory=list, description="Their codes in the same order; keep them, nobody can read them again."
    )
    count: int = strawberry.field(default=0, description="How many cards were issued.")
    errors: list[GiftCardError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


@strawberry.type(description="The answer to giftCardDeliver.")
class GiftCardDeliver:
    """A card, its code, and nothing of who gets it: that was in gift_card.bought."""

    gift_card: Any = carried(GiftCard | None, "The card.")
    code: str | None = strawberry.field(default=None, description="Its code, for the buyer's eyes alone.")
    errors: list[GiftCardError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _delivered(info: Any, delivered: cards.Issued) -> GiftCardDeliver:
    return GiftCardDeliver(gift_card=delivered.card, code=delivered.code)


def _one(info: Any, issued: list[cards.Issued]) -> GiftCardCreate:
    return GiftCardCreate(gift_card=issued[0].card, code=issued[0].code)


def _many(info: Any, issued: list[cards.Issued]) -> GiftCardBulkCreate:
    found = [each.card for each in issued]
    return GiftCardBulkCreate(gift_cards=found, codes=[each.code for each in issued], count=len(found))


@query(allow=MANAGE, returns=CountableConnection[GiftCard])
def gift_cards(
    info: Info,
    tag: str | None = None,
    code: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The gift cards of one's channels, the newest first: all, those with a tag, or the one with this full code."""
    rows = _cards_of(info)
    if tag is not None:
        rows = rows.filter(tag=tag) if is_storable(tag) else rows.none()
    if code is not None:
        rows = rows.filter(code_hash=cards.hash_of(code) or "")
    return page_of(rows, ("-created_at", "-id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=GiftCard | None)
def gift_card(info: Info, id: strawberry.ID) -> models.GiftCard | None:
    """A gift card by its id, with its account page by page; null if there is none."""
    return _cards_of(info).filter(id=id_of("GiftCard", id)).first()


@change(payload=_one)
def gift_card_create(info: Info, input: GiftCardCreateInput) -> list[cards.Issued]:
    """Issue a gift card. An answer that is lost is told again for 24 hours, with the code, to the same idempotency key.

    Without such a key: switch that card off.
    """
    with below_input(), renamed(**_PATHS):
        return cards.issue_cards(**input.read(info.context), actor=info.context.actor)


@change(payload=_many)
def gift_card_bulk_create(info: Info, count: int, input: GiftCardCreateInput) -> list[cards.Issued]:
    """Issue up to 1,000 gift cards of a kind, all or none. Sent again with its idempotency key it issues no others."""
    with below_input("count"), renamed(**_PATHS):
        return cards.issue_cards(count=count, **input.read(info.context), actor=info.context.actor)


@change(payload=row_payload("GiftCardUpdate", "gift_card", GiftCard | None, GiftCardError), current=_card_now)
def gift_card_update(info: Info, id: strawberry.ID, input: GiftCardUpdateInput, version: int | None = None) -> Any:
    """Change a gift card; another balance is an adjustment in its account."""
    key = id_of("GiftCard", id)
    currency = _cards_of(info).filter(id=key).values_list("currency", flat=True).first() or "USD"
    with below_input(), renamed(amount=("balance",)):
        return cards.change_card(card_id=key, changes=input.read(currency), version=version, actor=info.context.actor)


@change(payload=row_payload("GiftCardActivate", "gift_card", GiftCard | None, GiftCardError), current=_card_now)
def gift_card_activate(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Let a gift card be used."""
    return _switch(info, id, version, is_active=True)


@change(payload=row_payload("GiftCardDeactivate", "gift_card", GiftCard | None, GiftCardError), current=_card_now)
def gift_card_deactivate(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Let a gift card be used no more. What it has paid, or holds for payments under way, stays paid."""
    return _switch(info, id, version, is_active=False)


@change(payload=_delivered, current=_card_now)
def gift_card_deliver(info: Info, id: strawberry.ID) -> cards.Issued:
    """Take the code of a gift card that was bought, to send it to the buyer.

    Whoever follows `gift_card.bought` does. It can be taken again for a week after the first time, for a mail that has
    not arrived; later, and for a card that is switched off, the answer is CODE_GONE.
    """
    return deliver_card(card_id=id_of("GiftCard", id), actor=info.context.actor)


def _switch(info: Info, id: str, version: int | None, *, is_active: bool) -> Any:
    return cards.change_card(
        card_id=id_of("GiftCard", id),
        changes={"is_active": is_active},
        version=version,
        actor=info.context.actor,
    )
