"""What happens to gift cards. No code is in any event: whoever reads a webhook's log must not be able to use one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GiftCardCreated:
    """A gift card was issued. Amounts are minor units of `currency`."""

    type: ClassVar[str] = "gift_card.created"
    gift_card_id: UUID
    last_characters: str
    currency: str
    initial_amount: int
    is_active: bool
    expires_at: str | None


@dataclass(frozen=True, slots=True)
class GiftCardBought:
    """A buyer has paid for this card and waits for its code: take it with `giftCardDeliver` and send it to `email`.

    `product_name` and `sku` are what was bought, as the order keeps it; `gift_message` is the order's, "" for none.
    """

    type: ClassVar[str] = "gift_card.bought"
    gift_card_id: UUID
    last_characters: str
    currency: str
    initial_amount: int
    order_id: UUID
    order_number: str
    line_id: UUID
    product_name: str
    sku: str
    email: str
    language_code: str
    gift_message: str


@dataclass(frozen=True, slots=True)
class GiftCardUpdated:
    """A gift card was switched on or off, or changed by the merchant; what is paid with it is in its orders."""

    type: ClassVar[str] = "gift_card.updated"
    gift_card_id: UUID
    last_characters: str
    currency: str
    initial_amount: int
    is_active: bool
    expires_at: str | None
