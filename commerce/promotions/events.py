"""What happens to promotions and vouchers.

No code is in any of them: whoever reads the log of a webhook must not be able to use one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VoucherCreated:
    """A voucher exists, still without codes."""

    type: ClassVar[str] = "voucher.created"
    voucher_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class VoucherUpdated:
    """The voucher, its codes or what it is worth in channels changed."""

    type: ClassVar[str] = "voucher.updated"
    voucher_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class VoucherDeleted:
    """The voucher is gone, with its codes; orders keep what it took off."""

    type: ClassVar[str] = "voucher.deleted"
    voucher_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PromotionCreated:
    """A promotion exists; it takes something off while it is active, between its two moments."""

    type: ClassVar[str] = "promotion.created"
    promotion_id: UUID
    name: str
    kind: str
    is_active: bool
    starts_at: str
    ends_at: str | None


@dataclass(frozen=True, slots=True)
class PromotionUpdated:
    """A promotion, one of its rules, its channels or its budgets changed."""

    type: ClassVar[str] = "promotion.updated"
    promotion_id: UUID
    name: str
    kind: str
    is_active: bool
    starts_at: str
    ends_at: str | None


@dataclass(frozen=True, slots=True)
class PromotionDeleted:
    """A promotion is gone; orders keep what it has taken off them."""

    type: ClassVar[str] = "promotion.deleted"
    promotion_id: UUID
    name: str
