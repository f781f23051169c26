"""Where a tax service comes in: before a cart is shown and before it is paid for, never while it is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

from commerce.checkout.known import taken_from
from commerce.checkout.models import Checkout
from commerce.checkout.priced import Quote
from commerce.checkout.quote import quotes
from commerce.core.transactions import retry_on_deadlock
from commerce.taxes.asking import ask
from commerce.taxes.errors import TaxesUnavailable
from commerce.taxes.questions import Question, Standing
from commerce.taxes.rates import Fallback

MOST_ASKED: Final = 3
"""For so many carts of one request the service is asked; further ones are shown with the merchant's own rates."""
_TRIES: Final = 3

T = TypeVar("T")


class TaxesDue(Exception):
    """The service has to be asked first; the transaction that found it out is rolled back."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key)
        self.question = question


def taxed_quotes(checkouts: Sequence[Checkout]) -> dict[UUID, Quote]:
    """`quotes`, after the tax services of their channels were asked where they have not been asked of this very cart.

    No transaction may be open. A cart that has become an order is not asked about. The answer to a change has what was
    read for it (`known.leave_with`).
    """
    known = taken_from(checkouts[0]) if len(checkouts) == 1 else None
    found = quotes(checkouts, known=known)
    due = [checkout for checkout in checkouts if checkout.order_id is None and _is_due(found[checkout.id])]
    if not due:
        return found
    for checkout in due[:MOST_ASKED]:
        question = found[checkout.id].told.question
        if question is not None:
            ask(question)
    return found | quotes(due)


def require_taxes(quoted: Quote) -> None:
    """Let nothing be paid for before its taxes are known.

    Raises TaxesDue if the service has to be asked first, and TaxesUnavailable if it has just failed and the channel
    does not sell by its own rates then.
    """
    if quoted.told.standing is Standing.DUE and quoted.told.question is not None:
        raise TaxesDue(quoted.told.question)
    if quoted.told.standing is Standing.FAILED and quoted.fallback is Fallback.REFUSE:
        raise unavailable()


def asking_for_taxes(verb: Callable[[], T]) -> T:
    """Run `verb`, which opens its own transaction, and again after the service was asked if it raises TaxesDue.

    Deadlocks are tried again, too. Raises what `verb` raises, and TaxesUnavailable for a cart that changes so fast that
    no answer fits.
    """
    for _ in range(_TRIES):
        try:
            return retry_on_deadlock(verb)
        except TaxesDue as due:
            ask(due.question)
    raise unavailable()


def unavailable() -> TaxesUnavailable:
    """What the shopper is told."""
    return TaxesUnavailable("Taxes cannot be worked out at the moment. Nothing was charged.", path=("id",))


def _is_due(quoted: Quote) -> bool:
    return quoted.told.standing is Standing.DUE
