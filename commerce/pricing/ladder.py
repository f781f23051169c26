"""How a price came about, step by step, so that support can answer "why this price?". Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.core.values import quickly_made
from commerce.pricing.lists import ListPrice
from commerce.promotions.basket import Step, StepKind


@quickly_made
@dataclass(frozen=True, slots=True)
class PublicPrice:
    """The price that everybody sees: what the channel lists, which list for everybody says otherwise, what is left.

    `cuts` are what catalogue promotions have taken off.
    """

    listed: int
    amount: int
    list_id: str | None = None
    list_name: str | None = None
    cuts: tuple[Step, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class Rung:
    """A step, and what has come together with it. Tax that is contained in a price adds nothing."""

    step: Step
    total: int


def unit_steps(price: PublicPrice, own: ListPrice | None = None) -> tuple[Step, ...]:
    """The steps to the price of one unit; they sum to `own`, if that is what is paid, else to what everybody pays.

    What catalogue promotions do not explain of a reduction is shown as one.
    """
    steps = [Step(StepKind.LIST_PRICE, price.listed, "The price in this channel")]
    if own is not None:
        reason = own.name if own.minimum_quantity == 1 else f"{own.name}, from {own.minimum_quantity} units"
        steps.append(Step(StepKind.PRICE_LIST, own.amount - price.listed, reason, own.list_id))
        return tuple(steps)
    rest = price.amount - price.listed - sum(step.amount for step in price.cuts)
    if price.list_id is not None:
        steps.append(Step(StepKind.PRICE_LIST, rest, price.list_name or "", price.list_id))
    elif rest:
        steps.append(Step(StepKind.CATALOGUE_PROMOTION, rest, "A reduction"))
    return (*steps, *price.cuts)


def rungs(steps: Iterable[Step], *, prices_include_tax: bool) -> list[Rung]:
    """The steps with what has come together after each; the last total is the price that is paid.

    The tax of a net price is added. That of a gross price is in it already: it only informs, unless it is taken away.
    """
    total = 0
    found = []
    for step in steps:
        if step.kind is not StepKind.TAX or not prices_include_tax or step.amount < 0:
            total += step.amount
        found.append(Rung(step, total))
    return found
