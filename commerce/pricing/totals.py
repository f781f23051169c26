"""What a cart or an order costs: pure functions over integers and fractions, no tables, no rounding left to chance.

Prices are entered with tax or without it, channel by channel. The entered side is exact: unit price times quantity.
The other side is worked out and rounded as the channel says, so that `gross = net + tax` holds for every line and,
because totals are sums of lines, for the total too. Half up, half down and half even round the side that is worked out;
down and up mean the tax.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar

from commerce.core.errors import InvalidInput
from commerce.core.money import TaxedMoney
from commerce.core.rounding import Rounding, divided
from commerce.core.values import quickly_made

T = TypeVar("T")

MOST_KNOWN_PRICES: Final = 10_000


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """How entered prices are read: currency, whether they include tax, the tax in percent, e.g. 19, and its rounding.

    `known` are prices that were worked out on these terms already, `made_of_known` is what callers have made of them:
    a catalog shows the same ones again and again.
    """

    currency: str
    prices_include_tax: bool
    tax_percent: Decimal
    rounding: Rounding = Rounding.HALF_UP
    known: dict[int, TaxedMoney] = field(default_factory=dict, init=False, compare=False, repr=False)
    made_of_known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


@lru_cache(maxsize=256)
def shared_terms(
    currency: str, prices_include_tax: bool, tax_percent: Decimal, rounding: Rounding = Rounding.HALF_UP
) -> PriceTerms:
    """The one PriceTerms of this process for these terms."""
    return PriceTerms(currency, prices_include_tax, tax_percent, rounding)


@quickly_made
@dataclass(frozen=True, slots=True)
class Totals:
    """total = subtotal (the sum of the lines) + shipping, on the net and on the gross side."""

    subtotal: TaxedMoney
    shipping: TaxedMoney
    total: TaxedMoney


def made_once(terms: PriceTerms, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` makes of prices on these terms: the same object for the same `key`, as far as so many are kept."""
    found: T | None = terms.made_of_known.get(key)
    if found is None:
        found = make()
        if len(terms.made_of_known) >= MOST_KNOWN_PRICES:
            terms.made_of_known.clear()
        terms.made_of_known[key] = found
    return found


def taxed(amount: int, terms: PriceTerms) -> TaxedMoney:
    """The price entered as `amount` minor units, with and without tax. InvalidInput below 0.

    From net: gross = net + round(net * percent / 100). From gross: net = round(gross * 100 / (100 + percent)).
    """
    price = terms.known.get(amount)
    if price is None:
        price = _taxed(amount, terms)
        if len(terms.known) >= MOST_KNOWN_PRICES:
            terms.known.clear()
        terms.known[amount] = price
    return price


def _taxed(amount: int, terms: PriceTerms) -> TaxedMoney:
    if amount < 0:
        raise InvalidInput("A price is 0 or more.")
    part, whole = _ratio(terms.tax_percent)
    if terms.prices_include_tax:
        return TaxedMoney.of(divided(amount * whole, whole + part, terms.rounding.opposite), amount, terms.currency)
    return TaxedMoney.of(amount, amount + divided(amount * part, whole, terms.rounding), terms.currency)


@lru_cache(maxsize=256)
def _ratio(percent: Decimal) -> tuple[int, int]:
    """`percent` as two integers, the tax and what it is put on: integers are reckoned with fast and exactly."""
    if percent < 0:
        raise InvalidInput("A tax is 0 % or more.")
    part, hundredth = percent.as_integer_ratio()
    return part, 100 * hundredth


def add_up(lines: Iterable[TaxedMoney], shipping: TaxedMoney) -> Totals:
    """The totals of line totals in any order. InvalidInput when currencies mix."""
    subtotal = sum(lines, start=TaxedMoney.of(0, 0, shipping.currency))
    return Totals(subtotal=subtotal, shipping=shipping, total=subtotal + shipping)
