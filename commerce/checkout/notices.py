"""What was done to a cart that its shopper has yet to see, and what else they should know before they pay.

A warning never keeps a cart from becoming an order; what does is a problem (commerce.checkout.problems).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.checkout.gifts import GivenGift
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.priced import Quote, QuoteLine


class WarningCode(StrEnum):
    """What there is to know."""

    PRICE_CHANGED = "PRICE_CHANGED"
    QUANTITY_REDUCED = "QUANTITY_REDUCED"
    CODE_REMOVED = "CODE_REMOVED"
    GIFT_OUT_OF_STOCK = "GIFT_OUT_OF_STOCK"


@dataclass(frozen=True, slots=True)
class CartWarning:
    """One fact. `before` and `now` are minor units for a price, units for a quantity."""

    code: WarningCode
    line: QuoteLine | None = None
    before: int | None = None
    now: int | None = None
    promo_code: str | None = None
    gift: GivenGift | None = None


def quantity_reduced(line: CheckoutLine, wanted: int) -> dict[str, Any]:
    """A notice that `line` holds fewer units than the `wanted` ones that were put in."""
    return {"code": WarningCode.QUANTITY_REDUCED, "line": str(line.id), "before": wanted, "now": line.quantity}


def code_removed(promo_code: str) -> dict[str, Any]:
    """A notice that a code was taken out of the cart because it no longer counts."""
    return {"code": WarningCode.CODE_REMOVED, "promo_code": promo_code}


def added(checkout: Checkout, notices: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The notices of a cart with some more, at most one of a kind for each line or code."""
    found = {_subject(notice): notice for notice in [*checkout.notices, *notices]}
    return list(found.values())


def warnings_of(checkout: Checkout, quote: Quote) -> list[CartWarning]:
    """What a shopper should know. No statement."""
    lines = {str(line.line.id): line for line in quote.lines}
    found = []
    for notice in checkout.notices:
        line = lines.get(notice.get("line", ""))
        if notice["code"] == WarningCode.CODE_REMOVED:
            found.append(CartWarning(WarningCode.CODE_REMOVED, promo_code=notice["promo_code"]))
        elif line is not None and line.quantity == notice["now"]:
            found.append(CartWarning(WarningCode.QUANTITY_REDUCED, line, notice["before"], notice["now"]))
    found += [
        CartWarning(WarningCode.PRICE_CHANGED, line, line.line.last_price_amount, line.offered)
        for line in quote.lines
        if is_repriced(line)
    ]
    return found + [
        CartWarning(WarningCode.GIFT_OUT_OF_STOCK, gift=each) for each in quote.gifts if each.gift.is_missed
    ]


def is_repriced(line: QuoteLine) -> bool:
    """Whether a unit costs something else than when the line was last changed or seen."""
    before = line.line.last_price_amount
    return line.offered is not None and before is not None and before != line.offered


def _subject(notice: dict[str, Any]) -> tuple[str, str | UUID | None]:
    return notice["code"], notice.get("line") or notice.get("promo_code")
