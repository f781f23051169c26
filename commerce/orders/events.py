"""What happens to orders. The access token of an order is in none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commerce.core.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class BoughtLine:
    """A line of OrderPlaced. Amounts are minor units of the order's currency; a promotion gives what `is_gift`."""

    line_id: UUID
    variant_id: UUID | None
    sku: str
    product_name: str
    quantity: int
    total_net: int
    total_gross: int
    is_gift: bool
    is_gift_card: bool


@quickly_made
@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A checkout has become an order. Amounts are minor units of `currency`."""

    type: ClassVar[str] = "order.placed"
    order_id: UUID
    number: str
    channel: str
    email: str
    language_code: str
    currency: str
    total_net: int
    total_gross: int
    shipping_net: int
    shipping_gross: int
    charged_amount: int
    authorized_amount: int
    gift_card_amount: int
    lines: tuple[BoughtLine, ...]


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """All of the order's total is charged, or paid by gift cards."""

    type: ClassVar[str] = "order.paid"
    order_id: UUID
    number: str
    currency: str
    charged_amount: int
    gift_card_amount: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The order will not be sent; what it held is free, and its money is on the way back."""

    type: ClassVar[str] = "order.cancelled"
    order_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line of OrderFulfilled."""

    line_id: UUID
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderFulfilled:
    """A parcel was sent. `status` says whether anything is still to come."""

    type: ClassVar[str] = "order.fulfilled"
    order_id: UUID
    number: str
    status: str
    fulfillment_id: UUID
    tracking_number: str
    lines: tuple[SentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderTaxesUpdated:
    """Tax was taken off an unpaid order, or put on it. Amounts are minor units; `tax_exemption` is "" with tax."""

    type: ClassVar[str] = "order.taxes_updated"
    order_id: UUID
    number: str
    currency: str
    total_net: int
    total_gross: int
    tax_exemption: str
