"""What can be wrong about promotions."""

from __future__ import annotations

from commerce.core.errors import CommerceError, InvalidInput, NotFound


class PromotionNotFound(NotFound):
    """No such promotion, or none of the caller's channels."""


class PromotionRuleNotFound(NotFound):
    """No such rule, or one of a promotion that the caller may not know of."""


class GiftCardAsGift(InvalidInput):
    """A gift card among the variants that a rule gives for nothing."""


class PromotionUsedUp(CommerceError):
    """A promotion that a cart was priced with has no use or no budget left. Fact: `promotion_id`."""

    code = "PROMOTION_USED_UP"
