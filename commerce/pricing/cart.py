"""The one way from goods to a total: product pages, carts, draft orders and order edits all lead here.

Pure: no table and no clock. Reductions have been decided (commerce.promotions); here they are taken off line by line,
then each line is taxed as a whole, and totals are sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.core.errors import InvalidInput
from commerce.core.money import TaxedMoney
from commerce.pricing.totals import PriceTerms, add_up, shared_terms, taxed
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.taxes.rates import Rates


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A good with its price. `reduced` is what reductions of the cart take off all units, on the entered side.

    `unit` is for show: `total` is taxed as a whole and may differ from quantity x unit by rounding.
    """

    good: Good
    unit: TaxedMoney
    undiscounted_unit: TaxedMoney
    total: TaxedMoney
    reduced: int
    tax_percent: Decimal
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """total = subtotal (the sum of the lines) + shipping, on both sides. `reduced` is what all reductions take off."""

    lines: tuple[PricedLine, ...]
    subtotal: TaxedMoney
    shipping: TaxedMoney
    undiscounted_shipping: TaxedMoney
    total: TaxedMoney
    reduced: int
    reductions: tuple[Reduction, ...]


def price_cart(
    basket: Basket, reductions: Sequence[Reduction], rates: Rates, *, prices_include_tax: bool
) -> PricedCart:
    """What these goods cost. InvalidInput for a reduction of more than there is, or of a line that is not there."""
    taken: dict[str, int] = defaultdict(int)
    steps: dict[str, list[Step]] = defaultdict(list)
    for reduction in reductions:
        for line_id, amount in reduction.lines.items():
            taken[line_id] += amount
            steps[line_id].append(
                Step(reduction.kind, -amount, reduction.name, reduction.source_id, reduction.code),
            )
    if taken.keys() - {good.line_id for good in basket.goods}:
        raise InvalidInput("Nothing can be taken off a line that is not there.")
    lines = tuple(
        _line(
            good,
            taken[good.line_id],
            steps[good.line_id],
            _terms(basket, rates.of(good.tax_class_id), prices_include_tax),
        )
        for good in basket.goods
    )
    shipping_terms = _terms(basket, rates.shipping, prices_include_tax)
    off_shipping = sum(reduction.shipping for reduction in reductions)
    totals = add_up((line.total for line in lines), taxed(basket.shipping - off_shipping, shipping_terms))
    return PricedCart(
        lines=lines,
        subtotal=totals.subtotal,
        shipping=totals.shipping,
        undiscounted_shipping=taxed(basket.shipping, shipping_terms),
        total=totals.total,
        reduced=sum(taken.values()) + off_shipping,
        reductions=tuple(reductions),
    )


def _terms(basket: Basket, percent: Decimal, prices_include_tax: bool) -> PriceTerms:
    return shared_terms(basket.currency, prices_include_tax, percent)


def _line(good: Good, reduced: int, steps: Sequence[Step], terms: PriceTerms) -> PricedLine:
    if good.quantity < 1:
        raise InvalidInput("A line has at least one unit.")
    total = taxed(good.amount - reduced, terms)
    unit = taxed(good.unit, terms) if not reduced else taxed(_nearest(good.amount - reduced, good.quantity), terms)
    of_all_units = (Step(step.kind, step.amount * good.quantity, step.reason, step.source_id) for step in good.steps)
    tax = Step(StepKind.TAX, total.gross.amount - total.net.amount, f"{terms.tax_percent.normalize():f} %")
    return PricedLine(
        good=good,
        unit=unit,
        undiscounted_unit=taxed(good.undiscounted, terms),
        total=total,
        reduced=reduced,
        tax_percent=terms.tax_percent,
        steps=(*of_all_units, *steps, tax),
    )


def _nearest(amount: int, divisor: int) -> int:
    return (2 * amount + divisor) // (2 * divisor)
