"""What a cart is short of for the next tier of a promotion: "spend 40.00 USD more for 10 % off". Pure.

Decided with what evaluate.py itself decides with: a tier is ahead if its promotion would give more at its subtotal than
now, and more than without it, beside all other promotions as they would be there. What else would be in the cart then
nobody knows: more of what is in it already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from commerce.promotions.basket import Basket, Reduction
from commerce.promotions.evaluate import (
    Facts,
    OrderPromotion,
    OrderRule,
    met_rules,
    order_reductions,
    subtotals_to_meet,
)
from commerce.promotions.gifts import GIFT

MOST_SHOWN: Final = 5
MOST_TRIED: Final = 20
"""Tiers are tried from the nearest on."""


@dataclass(frozen=True, slots=True)
class NextTier:
    """The nearest rule of a promotion that goods for `missing` more would fulfil, and that would give more than now.

    `threshold` is the subtotal from which it holds. Minor units, on the side on which the channel enters prices.
    """

    promotion: OrderPromotion
    rule: OrderRule
    threshold: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Ahead:
    promotion: OrderPromotion
    place: int
    threshold: int
    worth: int


def next_tiers(basket: Basket, promotions: Sequence[OrderPromotion], facts: Facts) -> tuple[NextTier, ...]:
    """At most one for each promotion, the nearest first; none for a cart without goods that count."""
    subtotal = sum(good.amount for good in basket.goods if good.counts)
    if not subtotal:
        return ()
    now = order_reductions(basket, promotions, facts)
    found: dict[str, NextTier] = {}
    for each in _ahead(basket, promotions, facts)[:MOST_TRIED]:
        if each.promotion.id not in found and _gives_more(each, basket, promotions, facts, now, subtotal):
            rule = each.promotion.rules[each.place]
            found[each.promotion.id] = NextTier(each.promotion, rule, each.threshold, each.threshold - subtotal)
        if len(found) == MOST_SHOWN:
            break
    return tuple(found.values())


def _ahead(basket: Basket, promotions: Sequence[OrderPromotion], facts: Facts) -> list[_Ahead]:
    """The rules that more goods would fulfil: the nearest first, of equals those of the highest priority and worth."""
    places = [(promotion, place) for promotion in promotions for place in range(len(promotion.rules))]
    subtotals = subtotals_to_meet([promotion.rules[place] for promotion, place in places], basket, facts)
    found = [
        _Ahead(promotion, place, *ahead)
        for (promotion, place), ahead in zip(places, subtotals, strict=True)
        if ahead is not None
    ]
    return sorted(
        found,
        key=lambda each: (each.threshold, -each.promotion.priority, each.promotion.id, -each.worth, each.place),
    )


def _gives_more(
    ahead: _Ahead,
    basket: Basket,
    promotions: Sequence[OrderPromotion],
    facts: Facts,
    now: Collection[Reduction],
    subtotal: int,
) -> bool:
    promotion, rule = ahead.promotion, ahead.promotion.rules[ahead.place]
    more = _grown(basket, ahead.threshold, subtotal)
    there = order_reductions(more, promotions, facts, subtotal=ahead.threshold)
    if rule.reward_type != GIFT and (rule.reward_type != "free_shipping" or basket.shipping):
        if _part_of(promotion, there) <= _part_of(promotion, now):
            return False
        others = tuple(each for each in promotion.rules if each is not rule)
        without = [replace(each, rules=others) if each is promotion else each for each in promotions]
        least = order_reductions(more, without, facts, subtotal=ahead.threshold)
        return _part_of(promotion, there) > _part_of(promotion, least)
    # What takes nothing off the goods: a gift, or a delivery of which nobody knows the price yet.
    sources = {each.source_id for each in there}
    exclusive = {each.id for each in promotions if each.is_exclusive}
    if promotion.id in sources or sources & exclusive or (promotion.is_exclusive and sources):
        return False
    # Of gifts the first rule counts, and a delivery cannot be free twice.
    rivals = promotion.rules[: ahead.place] if rule.reward_type == GIFT else promotion.rules
    return not met_rules([each for each in rivals if each.reward_type == rule.reward_type], basket, facts)


def _grown(basket: Basket, threshold: int, subtotal: int) -> Basket:
    """The basket with as many more units of everything as reach the threshold."""
    goods = tuple(replace(good, quantity=-(-good.quantity * threshold // subtotal)) for good in basket.goods)
    return replace(basket, goods=goods)


def _part_of(promotion: OrderPromotion, reductions: Collection[Reduction]) -> int:
    return sum(each.amount for each in reductions if each.source_id == promotion.id)
