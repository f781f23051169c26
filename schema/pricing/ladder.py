"""Why a price is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import strawberry

from commerce.channels.models import Channel
from commerce.checkout.priced import QuoteLine
from commerce.core import money
from commerce.pricing.ladder import Rung, rungs, unit_steps
from commerce.pricing.public import public_prices
from commerce.promotions.basket import Step, StepKind
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum
from schema.fields import computed, nested
from schema.ids import to_global_id
from schema.money import Money
from schema.pricing.source import VariantPrice
from schema.promotions.names import Named, translated

# What the source of a step is to the API.
_SOURCES: Final = {
    StepKind.PRICE_LIST: "PriceList",
    StepKind.CATALOGUE_PROMOTION: "Promotion",
    StepKind.ORDER_PROMOTION: "Promotion",
    StepKind.VOUCHER: "Voucher",
}


@strawberry.enum(description="Where a step of a price comes from, in the order in which prices are resolved.")
class PriceStepKind(Enum):
    LIST_PRICE = "list_price"
    PRICE_LIST = "price_list"
    CATALOGUE_PROMOTION = "catalogue_promotion"
    ORDER_PROMOTION = "order_promotion"
    VOUCHER = "voucher"
    TAX = "tax"


@dataclass(slots=True, eq=False)
class ShownRung:
    """Source of PriceStep."""

    rung: Rung
    currency: str

    @property
    def amount(self) -> money.Money:
        """What the step adds."""
        return money.Money(self.rung.step.amount, self.currency)

    @property
    def total(self) -> money.Money:
        """What has come together."""
        return money.Money(self.rung.total, self.currency)


def _source_id(shown: ShownRung) -> strawberry.ID | None:
    """The rule that the step comes from, if there is one: a price list, a promotion or a voucher."""
    step = shown.rung.step
    name = _SOURCES.get(step.kind)
    return strawberry.ID(to_global_id(name, step.source_id)) if name and step.source_id is not None else None


def _reasons(
    steps: Sequence[ShownRung], context: RequestContext, language_code: LanguageCodeEnum | None = None
) -> list[str]:
    """Why: the name of the rule, of promotions in this language if they have one there; or the rate of the tax."""
    promotions = (StepKind.CATALOGUE_PROMOTION, StepKind.ORDER_PROMOTION)
    named = [
        Named(step.source_id if step.kind in promotions else None, step.reason, language_code)
        for step in (shown.rung.step for shown in steps)
    ]
    return translated(named, context)


@strawberry.type(description="One step of the way to a price.")
class PriceStep:
    """Source: ShownRung."""

    kind: PriceStepKind = computed(lambda root: PriceStepKind(root.rung.step.kind.value), "Where it comes from.")
    amount: Money = nested("amount", "What it adds; negative for what it takes off.")
    reason: str = nested(_reasons)
    source_id: strawberry.ID | None = computed(_source_id)
    code: str | None = computed(lambda root: root.rung.step.code, "The code that the buyer has entered for it.")
    running_total: Money = nested(
        "total",
        "What has come together after this step. The tax that a price includes already adds nothing.",
    )


def _shown(steps: Iterable[Step], channel: Channel) -> list[ShownRung]:
    found = rungs(steps, prices_include_tax=channel.prices_include_tax)
    return [ShownRung(rung, channel.currency_code) for rung in found]


def load_line_ladders(lines: Sequence[QuoteLine], context: RequestContext) -> list[list[ShownRung]]:
    """How the price of all units came about. The last running total is the total price with tax."""
    channels = context.channels_of(lines)
    if None in channels:
        raise RuntimeError("A line is always looked at in the channel of its checkout.")
    return [_shown(line.steps, channel) for line, channel in zip(lines, channels, strict=True) if channel is not None]


def load_unit_ladders(prices: Sequence[VariantPrice], context: RequestContext) -> list[list[ShownRung]]:
    """How the price of one unit came about, tax included: taxed as in the channel's default country."""
    found = public_prices([price.key for price in prices])
    answers = []
    for price in prices:
        public = found.get(price.key)
        # Between two statements it may have gone off sale: then there is nothing to explain.
        steps = () if public is None else unit_steps(public, price.own)
        tax = Step(StepKind.TAX, price.price.tax.amount, f"{price.terms.tax_percent.normalize():f} %")
        answers.append(_shown((*steps, tax), price.channel) if steps else [])
    return answers
