"""The one way from goods to a total: product pages, carts, draft orders and order edits all lead here.

Pure: no table and no clock. Reductions have been decided (commerce.promotions); here they are taken off line by line,
then lines and delivery are taxed as the channel wants it, or as a tax service has said, and totals are sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commerce.core.errors import InvalidInput
from commerce.core.money import TaxedMoney
from commerce.core.rounding import divided
from commerce.core.values import quickly_made
from commerce.pricing.taxing import Part, Taxing
from commerce.pricing.totals import add_up
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.taxes.provider import ServiceTaxes, TaxedAmount
from commerce.taxes.rates import UNTAXED, Rates

_SHIPPING = ""  # the key of the delivery among the parts: no line has it
_NOTHING = TaxedAmount(0, 0, Decimal(0))


@quickly_made
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


@quickly_made
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
    basket: Basket,
    reductions: Sequence[Reduction],
    rates: Rates,
    *,
    prices_include_tax: bool,
    service: ServiceTaxes | None = None,
) -> PricedCart:
    """What these goods cost, taxed by `rates`, or by `service` if one has said what this very cart bears: what is
    UNTAXED it was not asked about.

    InvalidInput for a reduction of more than there is, or of a line that is not there.
    """
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
    off_shipping = sum(reduction.shipping for reduction in reductions)
    parts = [
        Part(good.line_id, good.amount - taken[good.line_id], rates.of(good.tax_class_id)) for good in basket.goods
    ]
    parts.append(Part(_SHIPPING, basket.shipping - off_shipping, rates.shipping))
    if any(part.amount < 0 for part in parts):
        raise InvalidInput("Nothing can be cheaper than free.")
    gifts = {good.line_id for good in basket.goods if good.is_gift}
    taxing = Taxing(basket.currency, prices_include_tax, rates)
    if service is None:
        *totals, shipping = taxing.all(parts)
    else:
        # Gifts cost nothing, and what is untaxed bears nothing, so that no service is asked about either.
        untaxed = {good.line_id for good in basket.goods if good.tax_class_id == UNTAXED}
        said = {
            part.key: _NOTHING
            if part.key in gifts
            else TaxedAmount(part.amount, part.amount, Decimal(0))
            if part.key in untaxed
            else _said(service, part.key)
            for part in parts
        }
        parts = [replace(part, percent=said[part.key].percent) for part in parts]
        *totals, shipping = (_price(said[part.key], basket.currency) for part in parts)
    lines = tuple(
        _line(good, taken[good.line_id], steps[good.line_id], part, total, taxing)
        for good, part, total in zip(basket.goods, parts, totals, strict=False)
    )
    added = add_up(totals, shipping)
    return PricedCart(
        lines=lines,
        subtotal=added.subtotal,
        shipping=added.shipping,
        undiscounted_shipping=taxing.one(basket.shipping, parts[-1].percent) if off_shipping else shipping,
        total=added.total,
        reduced=sum(taken.values()) + off_shipping,
        reductions=tuple(reductions),
    )


def _said(service: ServiceTaxes, key: str) -> TaxedAmount:
    return service.lines[key] if key != _SHIPPING else service.shipping


def _price(said: TaxedAmount, currency: str) -> TaxedMoney:
    return TaxedMoney.of(said.net, said.gross, currency)


def _line(good: Good, reduced: int, steps: Sequence[Step], part: Part, total: TaxedMoney, taxing: Taxing) -> PricedLine:
    if good.quantity < 1:
        raise InvalidInput("A line has at least one unit.")
    unit = good.unit if not reduced else divided(part.amount, good.quantity)
    of_all_units = (Step(step.kind, step.amount * good.quantity, step.reason, step.source_id) for step in good.steps)
    exempt = taxing.rates.exempt
    if exempt:  # what a gross price loses; a net one has nothing to lose
        tax = Step(StepKind.TAX, total.net.amount - part.amount, exempt)
    else:
        tax = Step(StepKind.TAX, total.tax.amount, f"{part.percent.normalize():f} %")
    return PricedLine(
        good=good,
        unit=taxing.one(unit, part.percent),
        undiscounted_unit=taxing.one(good.undiscounted, part.percent),
        total=total,
        reduced=reduced,
        tax_percent=Decimal(0) if exempt else part.percent,
        steps=(*of_all_units, *steps, tax),
    )
