"""Putting tax on the parts of a cart: each by itself, or all that bear one rate together. Pure, integers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.core.money import TaxedMoney, spread
from commerce.core.values import quickly_made
from commerce.pricing.totals import PriceTerms, shared_terms, taxed
from commerce.taxes.rates import Rates, TaxMode


@quickly_made
@dataclass(frozen=True, slots=True)
class Part:
    """A line or the delivery: `amount` minor units as they are entered, all reductions off. `key` is unique."""

    key: str
    amount: int
    percent: Decimal


@quickly_made
@dataclass(frozen=True, slots=True)
class Taxing:
    """How the prices of one cart are taxed."""

    currency: str
    prices_include_tax: bool
    rates: Rates

    def terms(self, percent: Decimal) -> PriceTerms:
        """How an entered price with this rate is read."""
        return shared_terms(self.currency, self.prices_include_tax, percent, self.rates.rounding)

    def one(self, amount: int, percent: Decimal) -> TaxedMoney:
        """A single price, taxed by itself."""
        return self._exempted(taxed(amount, self.terms(percent)))

    def all(self, parts: Sequence[Part]) -> list[TaxedMoney]:
        """The price of each part. Their order does not matter: what is left over in spreading goes by amount and key.

        Raises InvalidInput for an amount below 0.
        """
        if self.rates.mode is TaxMode.PER_LINE:
            return [self.one(part.amount, part.percent) for part in parts]
        groups: dict[Decimal, list[Part]] = defaultdict(list)
        for part in sorted(parts, key=lambda part: part.key):
            groups[part.percent].append(part)
        found: dict[str, TaxedMoney] = {}
        for percent, members in groups.items():
            found.update(self._together(members, percent))
        return [self._exempted(found[part.key]) for part in parts]

    def _together(self, parts: Sequence[Part], percent: Decimal) -> dict[str, TaxedMoney]:
        whole = taxed(sum(part.amount for part in parts), self.terms(percent))
        shares = spread(whole.tax.amount, [part.amount for part in parts])
        return {part.key: self._pair(part.amount, share) for part, share in zip(parts, shares, strict=True)}

    def _pair(self, amount: int, tax: int) -> TaxedMoney:
        if self.prices_include_tax:
            return TaxedMoney.of(amount - tax, amount, self.currency)
        return TaxedMoney.of(amount, amount + tax, self.currency)

    def _exempted(self, price: TaxedMoney) -> TaxedMoney:
        return TaxedMoney(price.net, price.net) if self.rates.exempt else price
