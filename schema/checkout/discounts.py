"""What is taken off a cart, in one amount and one name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commerce.checkout import models
from commerce.checkout.priced import Quote
from commerce.core.money import Money
from commerce.promotions.basket import Reduction, StepKind
from schema.checkout.lines import load_quotes
from schema.context import RequestContext
from schema.enums import language_enum
from schema.promotions.names import Named, translated


def discount_of(quote: Quote) -> Money | None:
    """All that is taken off; None without any promotion or code."""
    return Money(quote.reduced, quote.currency) if quote.reductions else None


def discount_names(quote: Quote) -> str | None:
    """The voucher, else the promotions in the order in which they apply; None without any."""
    return _joined(reduction.name for reduction in _named(quote))


def translated_names(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[str | None]:
    """`discount_names` with the promotions in the language of each checkout, as far as they are translated."""
    taken = [_named(quote) for quote in load_quotes(checkouts, context)]
    named = [
        Named(
            each.source_id if each.kind is StepKind.ORDER_PROMOTION else None,
            each.name,
            language_enum(checkout.language_code),
        )
        for checkout, reductions in zip(checkouts, taken, strict=True)
        for each in reductions
    ]
    names = iter(translated(named, context))
    return [_joined([next(names) for _ in reductions]) for reductions in taken]


def _named(quote: Quote) -> Sequence[Reduction]:
    return [each for each in quote.reductions if each.kind is StepKind.VOUCHER] or quote.reductions


def _joined(names: Iterable[str]) -> str | None:
    return ", ".join(name for name in names if name) or None
