"""What can be wrong about gift cards."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound


class GiftCardNotFound(NotFound):
    """No such gift card, or one of a channel that the caller may not manage."""


class GiftCardNotValid(InvalidInput):
    """No such gift card, or switched off, expired or empty: all look the same."""


class GiftCardCodeGone(Conflict):
    """The code of this card cannot be read again."""

    code: ClassVar[str] = "CODE_GONE"


class GiftCardNotApplicable(CommerceError):
    """The card is good, but not for this cart, or what was on it was spent meanwhile."""

    code: ClassVar[str] = "GIFT_CARD_NOT_APPLICABLE"
