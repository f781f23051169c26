"""What one promotion does to a cart, and why not more: for whoever set it up and wonders. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final
from uuid import UUID

from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.checkout.catalogue_dry_run import UnitFinding, unit_findings
from commerce.checkout.errors import QuantityTooSmall, TooManyLines
from commerce.checkout.gift_dry_run import GiftFinding, gifts_of_dry_run
from commerce.checkout.lines import MAX_LINES_PER_CALL
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.order_promotions import buyer_of
from commerce.checkout.priced import Quote
from commerce.checkout.promotion_checks import Check, budget_check, checks_of, limit_check, written_check
from commerce.checkout.quote import quotes
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.promotions.basket import Reduction
from commerce.promotions.evaluate import OrderPromotion, order_reductions
from commerce.promotions.explaining import ConditionFinding, explain
from commerce.promotions.gifts import Gift
from commerce.promotions.loading import active_order_promotions, parsed_promotion
from commerce.promotions.models import Promotion, PromotionRule

MOST_UNITS: Final = 1_000_000
_OF_NO_LINE: Final = {PromotionRule.RewardType.FREE_SHIPPING, PromotionRule.RewardType.GIFT}


class Verdict(Enum):
    """What comes of a promotion in a cart, in one word."""

    APPLIES = "applies"
    NOT_IN_FORCE = "not_in_force"
    """One of its checks fails."""
    NO_RULES = "no_rules"
    NOT_MET = "not_met"
    """No rule has its conditions fulfilled, or none means any goods of the cart."""
    NOTHING_TO_REDUCE = "nothing_to_reduce"
    """A rule holds, but takes nothing off: its goods or the delivery cost nothing, or it has no amount for here."""
    GIFT_UNAVAILABLE = "gift_unavailable"
    """A rule holds, but none of its gifts can be had, or not within the budget."""
    GIFT_DECLINED = "gift_declined"
    OUTDONE = "outdone"
    """Other promotions, or a price list of the buyer, leave nothing to it."""


@dataclass(frozen=True, slots=True)
class LineFinding:
    """A line of the cart under one rule, or under the whole promotion. `amount` is for all units, minor units.

    `unit_before` and `unit_after` are prices of a unit: of the catalogue for catalogue promotions, else of the cart.
    """

    place: int
    line: CheckoutLine
    currency: str
    is_meant: bool
    amount: int
    unit_before: int
    unit_after: int


@dataclass(frozen=True, slots=True)
class RuleDryRun:
    """A rule alone, as if nothing else reduced the cart and the promotion were in force."""

    rule: PromotionRule
    currency: str
    is_met: bool
    conditions: tuple[ConditionFinding, ...]
    lines: tuple[LineFinding, ...]
    shipping: int
    amount: int
    is_best: bool
    hint: str | None = None
    gifts: tuple[GiftFinding, ...] = ()
    """Each variant that it gives one of, if it gives any; then `amount` is what that costs otherwise."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A promotion in force beside it, in the order in which they are asked: alone, and in the cart as it is now."""

    promotion_id: str
    name: str
    currency: str
    priority: int
    is_exclusive: bool
    alone: int
    amount: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """`amount` is what it takes off the cart now, `would_take` what it would in force, both among all others.

    `lines` and `shipping` are the parts of `amount`. Minor units, on the side on which the channel enters prices.
    """

    promotion: Promotion
    currency: str
    verdict: Verdict
    checks: tuple[Check, ...]
    rules: tuple[RuleDryRun, ...]
    lines: tuple[LineFinding, ...]
    shipping: int
    amount: int
    would_take: int
    rivals: tuple[Rival, ...] = field(default=())


def drafted_lines(checkout: Checkout, wanted: Sequence[tuple[UUID, int]]) -> list[CheckoutLine]:
    """Lines (variant, units) of a cart that is not stored.

    Raises Required, TooManyLines, QuantityTooSmall, InvalidInput or NotFound, with the path to the line.
    """
    if not wanted:
        raise Required("Name at least one variant.", path=("lines",))
    if len(wanted) > MAX_LINES_PER_CALL:
        text = f"At most {MAX_LINES_PER_CALL} lines."
        raise TooManyLines(text, path=("lines",), limit=MAX_LINES_PER_CALL)
    found = ProductVariant.objects.select_related("product").in_bulk([key for key, _ in wanted])
    lines = []
    for place, (key, quantity) in enumerate(wanted):
        if quantity < 1:
            raise QuantityTooSmall("At least one unit.", path=("lines", str(place), "quantity"))
        if quantity > MOST_UNITS:
            raise InvalidInput(f"At most {MOST_UNITS} units.", path=("lines", str(place), "quantity"))
        if key not in found:
            raise NotFound("There is no such variant.", path=("lines", str(place), "variantId"))
        lines.append(CheckoutLine(checkout=checkout, variant=found[key], quantity=quantity))
    return lines


def dry_run_of_lines(promotion: Promotion, channel: Channel, wanted: Sequence[tuple[UUID, int]]) -> DryRun:
    """What the promotion does to these goods for a buyer whom nobody knows. Raises as `drafted_lines` and `quotes`."""
    checkout = Checkout(channel=channel, expires_at=timezone.now())
    return _dry_run(promotion, checkout, drafted_lines(checkout, wanted))


def dry_run_of_cart(promotion: Promotion, checkout: Checkout) -> DryRun:
    """What the promotion does to this cart as it is now. Raises VariantNotSold as `quotes` does."""
    return _dry_run(promotion, checkout, None)


def _dry_run(promotion: Promotion, checkout: Checkout, lines: list[CheckoutLine] | None) -> DryRun:
    quote = quotes([checkout], None if lines is None else {checkout.id: lines})[checkout.id]
    checks = checks_of(promotion, checkout.channel, timezone.now())
    rules = list(PromotionRule.objects.filter(promotion=promotion).order_by("sort_order", "id"))
    if promotion.kind == Promotion.Kind.CATALOGUE:
        return _of_catalogue(promotion, checkout, quote, checks, rules)
    return _of_order(promotion, checkout, quote, checks, rules)


def _of_order(
    promotion: Promotion, checkout: Checkout, quote: Quote, checks: list[Check], rules: list[PromotionRule]
) -> DryRun:
    basket, buyer, key = quote.basket, buyer_of(checkout), str(promotion.id)
    free = parsed_promotion(promotion)
    active = active_order_promotions([checkout.channel_id]).of_channel[str(checkout.channel_id)]
    others = tuple(each for each in active if each.id != key)
    findings = explain(free, basket, buyer)
    reductions = order_reductions(basket, (*others, free), buyer)
    gifts = gifts_of_dry_run(free, others, checkout, quote, buyer, reductions)
    would = _part_of(key, reductions) or gifts.would_give
    now = _part_of(key, quote.reductions)
    worth = {each.id: gifts.worth(each) for each in free.rules}
    amounts = {each.rule_id: each.amount or (worth[each.rule_id] if each.is_met else 0) for each in findings}
    checks.append(limit_check(promotion))
    checks.append(budget_check(promotion, quote.currency, would or max(amounts.values(), default=0), now))
    best = max(findings, key=lambda each: (each.amount, amounts[each.rule_id]), default=None)
    known = {str(rule.id): rule for rule in rules}
    of_rules = tuple(
        RuleDryRun(
            rule=known[finding.rule_id],
            currency=quote.currency,
            is_met=finding.is_met,
            conditions=finding.conditions,
            lines=_lines(quote, finding.meant, finding.reduction),
            shipping=0 if finding.reduction is None else finding.reduction.shipping,
            amount=amounts[finding.rule_id],
            is_best=finding is best and amounts[finding.rule_id] > 0,
            hint=finding.hint,
            gifts=gifts.of_rules.get(finding.rule_id, ()),
        )
        for finding in findings
        if finding.rule_id in known  # it may have come or gone between the two statements
    )
    taken = next((each for each in quote.reductions if each.source_id == key), None)
    return DryRun(
        promotion=promotion,
        currency=quote.currency,
        verdict=_verdict(now, would, checks, of_rules, gifts.would),
        checks=tuple(checks),
        rules=of_rules,
        lines=_lines(quote, frozenset().union(*(each.meant for each in findings)), taken),
        shipping=0 if taken is None else taken.shipping,
        amount=now,
        would_take=would,
        rivals=tuple(
            Rival(
                promotion_id=each.id,
                name=each.name,
                currency=quote.currency,
                priority=each.priority,
                is_exclusive=each.is_exclusive,
                alone=_part_of(each.id, order_reductions(basket, (each,), buyer)),
                amount=_part_of(each.id, quote.reductions),
            )
            for each in _in_order(others)
        ),
    )


def _of_catalogue(
    promotion: Promotion, checkout: Checkout, quote: Quote, checks: list[Check], rules: list[PromotionRule]
) -> DryRun:
    checks.append(written_check(promotion))
    found = unit_findings(promotion, rules, quote.basket)
    of_rules = []
    for rule in rules:
        lines = tuple(
            _of_unit(place, quote, unit, unit.by_rule.get(str(rule.id))) for place, unit in enumerate(found.units)
        )
        of_rules.append(
            RuleDryRun(
                rule=rule,
                currency=quote.currency,
                is_met=any(line.is_meant for line in lines),
                conditions=(),
                lines=lines,
                shipping=0,
                amount=sum(line.amount for line in lines),
                is_best=False,
            )
        )
    highest = max((each.amount for each in of_rules), default=0)
    best = next((each for each in of_rules if each.amount == highest > 0), None)
    of_rules = [replace(each, is_best=each is best) for each in of_rules]
    whole = tuple(
        LineFinding(
            place=place,
            line=quote.lines[place].line,
            currency=quote.currency,
            is_meant=bool(unit.by_rule),
            amount=unit.taken * quote.lines[place].quantity,
            unit_before=unit.base,
            unit_after=unit.paid,
        )
        for place, unit in enumerate(found.units)
    )
    now = sum(line.amount for line in whole)
    would = sum(unit.would_take * line.quantity for unit, line in zip(found.units, quote.lines, strict=True))
    return DryRun(
        promotion=promotion,
        currency=quote.currency,
        verdict=_verdict(now, would, checks, of_rules),
        checks=tuple(checks),
        rules=tuple(of_rules),
        lines=whole,
        shipping=0,
        amount=now,
        would_take=would,
        rivals=tuple(
            Rival(
                promotion_id=key,
                name=name,
                currency=quote.currency,
                priority=priority,
                is_exclusive=is_exclusive,
                alone=sum(
                    unit.alone.get(key, 0) * line.quantity for unit, line in zip(found.units, quote.lines, strict=True)
                ),
                amount=sum(
                    unit.others.get(key, 0) * line.quantity for unit, line in zip(found.units, quote.lines, strict=True)
                ),
            )
            for key, name, priority, is_exclusive in found.rivals
        ),
    )


def _of_unit(place: int, quote: Quote, unit: UnitFinding, after: int | None) -> LineFinding:
    left = unit.base if after is None else after
    line = quote.lines[place]
    amount = (unit.base - left) * line.quantity
    return LineFinding(place, line.line, quote.currency, after is not None, amount, unit.base, left)


def _lines(quote: Quote, meant: Collection[str], reduction: Reduction | None) -> tuple[LineFinding, ...]:
    taken = {} if reduction is None else reduction.lines
    found = []
    for place, (good, line) in enumerate(zip(quote.basket.goods, quote.lines, strict=True)):
        amount = taken.get(good.line_id, 0)
        after = (good.amount - amount) // good.quantity
        found.append(LineFinding(place, line.line, quote.currency, good.line_id in meant, amount, good.unit, after))
    return tuple(found)


def _part_of(promotion_id: str, reductions: Sequence[Reduction]) -> int:
    return sum(each.amount for each in reductions if each.source_id == promotion_id)


def _in_order(promotions: Sequence[OrderPromotion]) -> list[OrderPromotion]:
    return sorted(promotions, key=lambda each: (-each.priority, each.id))


def _verdict(
    now: int, would: int, checks: Sequence[Check], rules: Sequence[RuleDryRun], gift: Gift | None = None
) -> Verdict:
    if now:
        return Verdict.APPLIES
    if not all(check.is_met for check in checks):
        return Verdict.NOT_IN_FORCE
    if not rules:
        return Verdict.NO_RULES
    if not any(rule.is_met and (rule.amount or _means_something(rule)) for rule in rules):
        return Verdict.NOT_MET
    if gift is not None and gift.given is None:
        return Verdict.GIFT_DECLINED if gift.is_declined else Verdict.GIFT_UNAVAILABLE
    if not any(rule.amount for rule in rules):
        return Verdict.NOTHING_TO_REDUCE
    return Verdict.OUTDONE


def _means_something(rule: RuleDryRun) -> bool:
    return rule.rule.reward_type in _OF_NO_LINE or any(line.is_meant for line in rule.lines)
