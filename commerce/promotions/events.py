"""What happens to promotions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


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
