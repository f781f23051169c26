"""What a promotion must be before anybody looks at its rules, in words for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commerce.channels.models import Channel
from commerce.promotions.explaining import amount_text
from commerce.promotions.models import PriceChange, Promotion, PromotionBudget


class CheckKind(Enum):
    """What a promotion must be before anybody looks at its rules."""

    ACTIVE = "active"
    STARTED = "started"
    NOT_ENDED = "not_ended"
    CHANNEL = "channel"
    USAGE_LIMIT = "usage_limit"
    BUDGET = "budget"
    PRICES_WRITTEN = "prices_written"
    """The prices of the catalogue follow its last change already."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of them, in words for staff."""

    kind: CheckKind
    needed: str
    found: str
    is_met: bool


def checks_of(promotion: Promotion, channel: Channel, now: datetime) -> list[Check]:
    """What holds of every promotion."""
    in_channels = sorted(promotion.channels.values_list("slug", flat=True))
    ends = promotion.ends_at
    has_begun, is_over = promotion.starts_at <= now, ends is not None and ends <= now
    return [
        Check(CheckKind.ACTIVE, "active", "active" if promotion.is_active else "switched off", promotion.is_active),
        Check(
            CheckKind.STARTED,
            f"from {promotion.starts_at.isoformat()} on",
            "begun" if has_begun else "not begun yet",
            has_begun,
        ),
        Check(
            CheckKind.NOT_ENDED,
            "no end" if ends is None else f"before {ends.isoformat()}",
            "over" if is_over else "not over",
            not is_over,
        ),
        Check(CheckKind.CHANNEL, ", ".join(in_channels) or "no channel", channel.slug, channel.slug in in_channels),
    ]


def limit_check(promotion: Promotion) -> Check:
    """Whether an order promotion has a use left."""
    limit = promotion.usage_limit
    return Check(
        CheckKind.USAGE_LIMIT,
        "any number of orders" if limit is None else f"fewer than {limit} orders",
        f"{promotion.used} orders",
        limit is None or promotion.used < limit,
    )


def budget_check(promotion: Promotion, currency: str, wanted: int, now: int) -> Check:
    """Whether its budget suffices; also where a lesser rule fits into what is left, and applies."""
    budget = PromotionBudget.objects.filter(promotion=promotion, currency=currency).first()
    if budget is None:
        return Check(CheckKind.BUDGET, "no budget", "no budget", True)
    left = budget.amount - budget.spent
    needed = f"{amount_text(wanted, currency)} left"
    return Check(CheckKind.BUDGET, needed, f"{amount_text(left, currency)} left", wanted <= left or now > 0)


def written_check(promotion: Promotion) -> Check:
    """Whether prices follow the last change of a promotion of the catalogue."""
    late = PriceChange.objects.filter(promotion_id=promotion.id, is_second_look=False).order_by("-switches_at").first()
    found = "written"
    if late is not None:
        found = "being written" if late.switches_at is None else f"new prices from {late.switches_at.isoformat()} on"
    return Check(CheckKind.PRICES_WRITTEN, "written", found, late is None)
