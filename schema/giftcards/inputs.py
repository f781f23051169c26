"""What staff and apps send to issue and change gift cards."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.core.errors import InvalidInput
from commerce.core.money import exponent
from commerce.giftcards.cards import CardChanges
from schema.channels.scope import named_channel
from schema.context import RequestContext
from schema.given import given, texts
from schema.money import minor_units
from schema.scalars import PositiveDecimal


@strawberry.input(description="An amount of money to put on a gift card.")
class GiftCardAmountInput:
    """Major units."""

    amount: PositiveDecimal = strawberry.field(description="Major units of the currency.")
    currency: str = strawberry.field(description="ISO 4217 code.")


@strawberry.input(description="What new gift cards are.")
class GiftCardCreateInput:
    """A card, or many of a kind."""

    balance: GiftCardAmountInput = strawberry.field(description="What each of them is worth.")
    channel: str | None = strawberry.field(
        default=None, description="Slug of the only channel where it pays; null is every one with the currency."
    )
    expires_at: datetime | None = strawberry.field(default=None, description="It pays until then; null is for ever.")
    is_active: bool = strawberry.field(default=True, description="Whether it can be used at once.")
    tag: str = strawberry.field(default="", description="To group cards by.")
    note: str = strawberry.field(default="", description="For staff.")

    def read(self, context: RequestContext) -> dict[str, Any]:
        """As the domain takes it. Raises ChannelNotFound or InvalidInput at its place."""
        channel = named_channel(context, self.channel) if self.channel is not None else None
        currency = self.balance.currency
        _require_currency(currency)
        return {
            "amount": minor_units(self.balance.amount, currency, path=("balance", "amount")),
            "currency": currency,
            "channel": channel,
            "expires_at": self.expires_at,
            "is_active": self.is_active,
            "tag": self.tag,
            "note": self.note,
        }


@strawberry.input(description="What should be different about a gift card.")
class GiftCardUpdateInput:
    """What is left out stays as it is."""

    balance: PositiveDecimal | None = strawberry.field(
        default=UNSET, description="What should be left on it, in major units of its currency: an adjustment."
    )
    expires_at: datetime | None = strawberry.field(default=UNSET, description="It pays until then; null is for ever.")
    tag: str | None = strawberry.field(default=UNSET, description="To group cards by.")
    note: str | None = strawberry.field(default=UNSET, description="For staff.")

    def read(self, currency: str) -> CardChanges:
        """As the domain takes it. Raises InvalidInput at its place."""
        values: dict[str, Any] = {**texts(self, "tag", "note"), **given(self, "expires_at")}
        if self.balance is not None and self.balance is not UNSET:
            values["amount"] = minor_units(self.balance, currency, path=("balance",))
        return cast(CardChanges, values)


def _require_currency(currency: str) -> None:
    try:
        exponent(currency)
    except InvalidInput as error:
        raise error.at("balance", "currency") from None
