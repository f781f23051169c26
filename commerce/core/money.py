"""Money: an integer of minor units and a currency. No float ever, and no rounding that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from commerce.core.errors import InvalidInput
from commerce.core.values import quickly_made

# ISO 4217 table A.1: every active currency that does not have two minor digits.
_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_AMOUNT: Final = re.compile(r"(?P<whole>\d{1,16})(?:\.(?P<part>\d{1,18}))?\Z", re.ASCII)

MAX_MINOR: Final = 10**15
"""No single amount is larger: far above any price, far below what a bigint or a JSON number can hold exactly."""


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many minor digits `currency` has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. InvalidInput if malformed."""
    if not _CURRENCY.match(currency):
        raise InvalidInput(f"{currency!r} is not a currency code.")
    return _EXPONENTS.get(currency, 2)


@lru_cache(maxsize=512)
def scale(currency: str) -> int:
    """How many minor units make a major one: 100 for EUR, 1 for JPY. InvalidInput if the code is malformed."""
    units: int = 10 ** exponent(currency)
    return units


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a plain decimal such as `12.50`. Never negative, never more digits than the currency has.

    Raises InvalidInput for anything else: signs, exponents, thousands separators, NaN, too many digits.
    """
    digits = exponent(currency)
    found = _AMOUNT.match(text.strip())
    if found is None:
        raise InvalidInput(f"{text!r} is not an amount of money.")
    part = (found["part"] or "").rstrip("0")
    if len(part) > digits:
        raise InvalidInput(f"{text!r} has more digits than {currency} allows ({digits}).")
    minor: int = int(found["whole"]) * 10**digits + int(part.ljust(digits, "0") or 0)
    if minor > MAX_MINOR:
        raise InvalidInput(f"{text!r} is too large an amount.")
    return minor


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero, as invoices do it."""
    doubled = abs(value) * 2
    magnitude = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return magnitude if value >= 0 else -magnitude


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units in proportion to `weights`, so that the parts sum to it exactly.

    Largest remainder (Hamilton) method: whole shares first, the rest to the largest remainders, ties to the first.
    With all weights 0 the parts are as equal as can be. Raises InvalidInput without any weight to give a rest to.
    """
    if any(weight < 0 for weight in weights):
        raise InvalidInput("A weight cannot be negative.")
    if not weights:
        if total:
            raise InvalidInput("An amount cannot be spread over nothing.")
        return []
    effective = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(effective)
    sign, magnitude = (-1, -total) if total < 0 else (1, total)
    parts = [magnitude * weight // whole for weight in effective]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(magnitude * effective[i] % whole), i))
    for index in by_remainder[: magnitude - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@quickly_made
@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`amount` minor units of `currency`. Arithmetic between two currencies raises InvalidInput."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.amount * quantity, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise InvalidInput(f"{other.currency} cannot be reckoned with {self.currency}.")
        return other.amount

    @property
    def decimal(self) -> str:
        """The amount in major units as exact decimal text: `12.50`, `1300` (JPY), `-0.005` (KWD)."""
        digits = exponent(self.currency)
        sign = "-" if self.amount < 0 else ""
        if digits == 0:
            return f"{sign}{abs(self.amount)}"
        whole, part = divmod(abs(self.amount), 10**digits)
        return f"{sign}{whole}.{part:0{digits}d}"


@quickly_made
@dataclass(frozen=True, slots=True)
class TaxedMoney:
    """A price with and without tax; `gross = net + tax` always holds because tax is derived."""

    net: Money
    gross: Money

    @property
    def tax(self) -> Money:
        """gross - net."""
        return self.gross - self.net

    @property
    def currency(self) -> str:
        """The one currency of both sides."""
        return self.net.currency

    def __add__(self, other: TaxedMoney) -> TaxedMoney:
        return TaxedMoney(self.net + other.net, self.gross + other.gross)

    @classmethod
    def of(cls, net: int, gross: int, currency: str) -> TaxedMoney:
        """From two integers of minor units."""
        return cls(Money(net, currency), Money(gross, currency))
