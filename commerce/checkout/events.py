"""What happens to carts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AbandonedLine:
    """A line of CheckoutAbandoned."""

    variant_id: UUID
    sku: str
    product_name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CheckoutAbandoned:
    """Nobody has touched a cart for as long as its channel says, and it has an e-mail address.

    `recovery_token` is for a link in a mail: `checkoutRecover` gives its holder the goods, and nothing else of it.
    """

    type: ClassVar[str] = "checkout.abandoned"
    checkout_id: UUID
    channel: str
    email: str
    language_code: str
    recovery_token: str
    lines: tuple[AbandonedLine, ...]
