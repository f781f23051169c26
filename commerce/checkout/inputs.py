"""What callers hand to the verbs of the cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from commerce.accounts.addresses import STRICT, AddressData, AddressRules
from commerce.core.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class NewLine:
    """So many more units of a variant. They join a line of the same variant and metadata, unless `force_new_line`.

    `price` and `price_override_reason` are refused: prices are the shop's.
    """

    variant_id: UUID
    quantity: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    force_new_line: bool = False
    price: Decimal | None = None
    price_override_reason: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class LineChange:
    """A line's new quantity (0 removes it, None leaves it), and metadata to add or replace."""

    line_id: UUID
    quantity: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    price_override_reason: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address, how strictly it is read, and whether it shall also go to the customer's address book.

    `save` None leaves that wish as it is (a new cart wishes it).
    """

    data: AddressData
    rules: AddressRules = STRICT
    save: bool | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class CheckoutChanges:
    """Everything that one call can change in a cart, applied in this order; None leaves a thing as it is."""

    email: str | None = None
    language_code: str | None = None
    customer_note: str | None = None
    is_gift: bool | None = None
    gift_message: str | None = None
    shipping_address: NewAddress | None = None
    billing_address: NewAddress | None = None
    remove_line_ids: Sequence[UUID] = ()
    update_lines: Sequence[LineChange] = ()
    add_lines: Sequence[NewLine] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    delivery_id: UUID | None = None
    remove_promo_codes: Sequence[str] = ()
    promo_codes: Sequence[str] = ()
