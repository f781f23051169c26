"""Facts that stop the payment or the completion of a cart."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError


class TotalChanged(CommerceError):
    """It costs something else than the shopper was shown. Nothing was charged. Fact: `current_total` (TaxedMoney)."""

    code: ClassVar[str] = "TOTAL_CHANGED"


class NotFullyPaid(CommerceError):
    """The cart is not paid for, or was changed after it was. What was paid for another total is being given back."""

    code: ClassVar[str] = "CHECKOUT_NOT_FULLY_PAID"
