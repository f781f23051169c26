"""The percentages and the rules that hold at one place, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from commerce.core.rounding import Rounding
from commerce.core.values import quickly_made

UNTAXED: Final = "untaxed"
"""Stands for the tax class of what bears no tax when it is sold: gift cards without a class of their own.

A card that may pay for goods of any rate is a multi-purpose voucher: tax is due on what is bought with it, not on the
card (articles 30a and 30b of Directive 2006/112/EC, by Directive (EU) 2016/1065; US states do the same). One whose tax
is known when it is sold, a single-purpose voucher, gets a tax class from the merchant, and bears its rate.
"""


class TaxMode(StrEnum):
    """What tax is worked out of."""

    PER_LINE = "per_line"
    """Of each line, rounded there. The tax of the total is the sum of those."""
    PER_TOTAL = "per_total"
    """Of the sum of all that bears one rate, rounded once and spread over the lines, largest remainder first."""


class Fallback(StrEnum):
    """What a channel does when its tax service cannot be asked."""

    OWN_RATES = "own_rates"
    REFUSE = "refuse"


@quickly_made
@dataclass(frozen=True, slots=True)
class Rates:
    """What a place puts on goods, in percent: `default`, or the tax class's own. `shipping` is what delivery bears.

    `exempt` is why nothing is put on this buyer's prices, "" if it is: net prices stay what they would be anyway.
    """

    default: Decimal
    shipping: Decimal
    by_class: Mapping[str, Decimal] = field(default_factory=dict)
    mode: TaxMode = TaxMode.PER_LINE
    rounding: Rounding = Rounding.HALF_UP
    exempt: str = ""

    def of(self, tax_class_id: str | None) -> Decimal:
        """The percentage of a tax class; the default one for goods without a class or for a class without its own."""
        if tax_class_id == UNTAXED:
            return Decimal(0)
        return self.by_class.get(tax_class_id, self.default) if tax_class_id else self.default
