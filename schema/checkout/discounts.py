"""What is taken off a cart, in one amount and one name."""

from __future__ import annotations

from commerce.checkout.priced import Quote
from commerce.core.money import Money
from commerce.promotions.basket import StepKind


def discount_of(quote: Quote) -> Money | None:
    """All that is taken off; None without any promotion or code."""
    return Money(quote.reduced, quote.currency) if quote.reductions else None


def discount_names(quote: Quote) -> str | None:
    """The voucher, else the promotions in the order in which they apply; None without any."""
    vouchers = [reduction.name for reduction in quote.reductions if reduction.kind is StepKind.VOUCHER]
    names = vouchers or [reduction.name for reduction in quote.reductions]
    return ", ".join(name for name in names if name) or None
