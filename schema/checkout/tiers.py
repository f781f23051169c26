"""What a cart is short of for more of a promotion, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from commerce.checkout import models
from commerce.core import money
from commerce.promotions.next_tiers import NextTier
from schema.checkout.lines import load_quotes
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum
from schema.fields import computed, nested
from schema.ids import to_global_id
from schema.money import Money
from schema.promotions.names import Named, translated
from schema.promotions.types import PromotionRewardTypeEnum


@dataclass(slots=True, eq=False)
class ShownTier:
    """Source of CheckoutNextTier: the tier, and the currency and channel of its cart."""

    tier: NextTier
    currency: str
    channel_id: str

    @property
    def threshold(self) -> money.Money:
        """The subtotal from which it holds."""
        return money.Money(self.tier.threshold, self.currency)

    @property
    def missing(self) -> money.Money:
        """How much that is more than now."""
        return money.Money(self.tier.missing, self.currency)

    @property
    def amount(self) -> money.Money | None:
        """What it takes off, or what each unit costs with it, if that is an amount."""
        amount = self.tier.rule.reward.get("amounts", {}).get(self.channel_id)
        return None if amount is None else money.Money(amount, self.currency)

    @property
    def percentage(self) -> float | None:
        """The share that it takes off, if that is one."""
        basis_points = self.tier.rule.reward.get("basis_points")
        return None if basis_points is None else basis_points / 100


def load_next_tiers(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[ShownTier]]:
    """The next tier of each promotion in force that goods for so much more would reach, the nearest first, 5 at most.

    Only what would be more than the promotion gives now, beside all others. The quote of the cart decides it.
    """
    return [
        [ShownTier(tier, quote.currency, quote.basket.channel_id) for tier in quote.next_tiers]
        for quote in load_quotes(checkouts, context)
    ]


def _names(
    tiers: Sequence[ShownTier], context: RequestContext, language_code: LanguageCodeEnum | None = None
) -> list[str]:
    """The name of the promotion, in this language if it has one there."""
    promotions = [each.tier.promotion for each in tiers]
    return translated([Named(each.id, each.name, language_code) for each in promotions], context)


@strawberry.type(description="What goods for some more money would bring a cart by a promotion.")
class CheckoutNextTier:
    """Source: ShownTier."""

    promotion_id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("Promotion", root.tier.promotion.id)), "The promotion."
    )
    name: str = nested(_names)
    threshold: Money = nested(
        "threshold",
        "The subtotal from which it holds, before promotions and codes, on the side (net or gross) on which prices are "
        "entered; gift cards and presents do not count.",
    )
    missing: Money = nested("missing", "How much that is more than now.")
    reward_type: PromotionRewardTypeEnum = computed(
        lambda root: PromotionRewardTypeEnum(root.tier.rule.reward_type), "What it gives then."
    )
    percentage: float | None = computed(
        lambda root: root.percentage, "PERCENTAGE, BUY_GET: how many percent come off; null for others."
    )
    amount: Money | None = nested(
        "amount", "FIXED: what comes off; FIXED_PRICE: what each unit costs at most; null for others."
    )
