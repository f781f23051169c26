"""What order promotions take off a basket. Pure: integers in, reductions out, no table and no clock.

Of all promotions that hold, the buyer gets what takes off most: the best exclusive one alone, or all stackable ones
together, each on what those before it have left (see Promotion). Of the rules of one promotion the best counts.
Whatever is taken off several lines is spread in proportion to what they cost (largest remainder), whatever their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from commerce.core.money import spread
from commerce.core.values import quickly_made
from commerce.promotions.basket import Basket, Good, Reduction, StepKind
from commerce.promotions.cuts import share
from commerce.promotions.predicates import Predicate, terms_of

Matcher = Callable[[frozenset[str]], bool]


@quickly_made
@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the buyer besides the basket. A fact that no promotion asks for may be left at its default."""

    is_first_order: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OrderRule:
    """A rule of an order promotion, its questions made into functions once."""

    id: str
    name: str
    goods: Matcher
    condition: Condition
    reward_type: str
    reward: Mapping[str, Any]
    buy: Matcher
    get: Matcher


@dataclass(frozen=True, slots=True)
class OrderPromotion:
    """An order promotion that holds. `budget_left` is what it may still take off, None for any amount."""

    id: str
    name: str
    priority: int
    is_exclusive: bool
    rules: tuple[OrderRule, ...]
    budget_left: int | None = None


@dataclass(slots=True)
class _Sum:
    """A basket on its way: what is left of each line and of the delivery. Gifts and gift cards count for nothing.

    `meant` are the goods that a question has found: many rules ask the same, and no reduction changes the answer.
    """

    basket: Basket
    facts: Facts
    goods: tuple[Good, ...]
    terms: Mapping[str, frozenset[str]]
    left: dict[str, int]
    shipping: int
    amount: int
    whole: int
    """What is left of all lines."""
    meant: dict[Matcher, tuple[Good, ...]]
    explains: bool = False
    """Whether every part of a condition is looked at, or only as many as decide it."""


class Outcome(NamedTuple):
    """What one condition (as it is stored) said of a basket: what was found, and whether that is enough."""

    condition: Mapping[str, Any]
    found: int | bool | None
    is_met: bool
    parts: tuple[Outcome, ...] = ()


Condition = Callable[["_Sum"], Outcome]


def order_reductions(
    basket: Basket, promotions: Sequence[OrderPromotion], facts: Facts = Facts(), *, subtotal: int | None = None
) -> tuple[Reduction, ...]:
    """What the promotions take off, in the order in which they apply; nothing that takes off 0.

    With `subtotal`, what they would take off if conditions found that amount (minor units) and not what goods cost.
    """
    if not promotions or not basket.goods:
        return ()
    start = _start(basket, facts)
    if subtotal is not None:
        start.amount = subtotal
    stacked, together = _copy(start), list[Reduction]()
    alone, amount_alone = None, 0
    for promotion in sorted(promotions, key=lambda each: (-each.priority, each.id)):
        now = start if promotion.is_exclusive else stacked
        rule, amount = _best(promotion, now)
        if rule is None:
            continue
        if not promotion.is_exclusive:
            taken = _reduction(rule, promotion, now)
            together.append(taken)
            for line_id, part in taken.lines.items():
                stacked.left[line_id] -= part
            stacked.whole -= taken.amount - taken.shipping
            stacked.shipping -= taken.shipping
        elif amount > amount_alone:
            alone, amount_alone = (rule, promotion), amount
    if alone is not None and amount_alone >= sum(each.amount for each in together):
        return (_reduction(*alone, start),)
    return tuple(together)


def explain_rule(
    rule: OrderRule, promotion: OrderPromotion, basket: Basket, facts: Facts
) -> tuple[Outcome, Reduction | None]:
    """What a rule alone says of a basket: its condition part by part, and what it would take off."""
    start = _start(basket, facts)
    start.explains = True
    outcome = rule.condition(start)
    if not outcome.is_met or not _is_given(_worth(rule, start), promotion):
        return outcome, None
    return outcome, _reduction(rule, promotion, start)


def met_rules(rules: Sequence[OrderRule], basket: Basket, facts: Facts) -> list[OrderRule]:
    """Those of these rules whose conditions a basket fulfils."""
    if not rules:
        return []
    start = _start(basket, facts)
    return [rule for rule in rules if rule.condition(start).is_met]


def subtotals_to_meet(rules: Sequence[OrderRule], basket: Basket, facts: Facts) -> list[tuple[int, int] | None]:
    """For each rule the lowest higher subtotal that would fulfil it, and what it would take off the goods as they are.

    None for a rule that is fulfilled, or that no subtotal would be enough for.
    """
    start = _start(basket, facts)
    higher = _copy(start)
    return [_to_meet(rule, start, higher) for rule in rules]


def _to_meet(rule: OrderRule, start: _Sum, higher: _Sum) -> tuple[int, int] | None:
    outcome = rule.condition(start)
    if outcome.is_met:
        return None
    turns = {each for each in _turns(outcome.condition, start.basket.channel_id) if each > start.amount}
    for amount in sorted(turns):
        higher.amount = amount
        if rule.condition(higher).is_met:
            return amount, _worth(rule, start)
    return None


def _turns(stored: Mapping[str, Any], channel_id: str) -> Iterator[int]:
    """The subtotals at which a condition may become another one."""
    for part in (*stored.get("all", ()), *stored.get("any", ()), *([stored["not"]] if "not" in stored else ())):
        yield from _turns(part, channel_id)
    if stored.get("kind") == "subtotal":
        for name, beyond in (("gte", 0), ("lte", 1)):
            bound = stored.get(name, {}).get(channel_id)
            if bound is not None:
                yield bound + beyond


def _start(basket: Basket, facts: Facts) -> _Sum:
    goods = tuple(sorted((good for good in basket.goods if good.counts), key=lambda good: good.line_id))
    amount = sum(good.amount for good in goods)
    return _Sum(
        basket=basket,
        facts=facts,
        goods=goods,
        terms={good.line_id: terms_of(good) for good in goods},
        left={good.line_id: good.amount for good in goods},
        shipping=basket.shipping,
        amount=amount,
        whole=amount,
        meant={},
    )


def _copy(start: _Sum) -> _Sum:
    return replace(start, left=dict(start.left))


def _best(promotion: OrderPromotion, now: _Sum) -> tuple[OrderRule | None, int]:
    """The rule that takes off most, and how much. Nothing is spread over lines for those that do not count."""
    best, highest = None, 0
    for rule in promotion.rules:
        if not rule.condition(now).is_met:
            continue
        amount = _worth(rule, now)
        if amount > highest and _is_given(amount, promotion):
            best, highest = rule, amount
    return best, highest


def _is_given(amount: int, promotion: OrderPromotion) -> bool:
    return amount > 0 and (promotion.budget_left is None or amount <= promotion.budget_left)


def _worth(rule: OrderRule, now: _Sum) -> int:
    """What `_reduction` takes off in all."""
    if rule.reward_type == "free_shipping":
        return now.shipping
    if rule.reward_type == "percentage":
        return share(_left_of(rule.goods, now), rule.reward["basis_points"])
    if rule.reward_type == "fixed":
        amount: int | None = rule.reward["amounts"].get(now.basket.channel_id)
        return 0 if amount is None else min(amount, _left_of(rule.goods, now))
    return sum(_lines(rule, now).values())


def _reduction(rule: OrderRule, promotion: OrderPromotion, now: _Sum) -> Reduction:
    return Reduction(
        kind=StepKind.ORDER_PROMOTION,
        source_id=promotion.id,
        name=promotion.name,
        lines={line_id: amount for line_id, amount in _lines(rule, now).items() if amount},
        shipping=now.shipping if rule.reward_type == "free_shipping" else 0,
    )


def _lines(rule: OrderRule, now: _Sum) -> dict[str, int]:
    if rule.reward_type in ("free_shipping", "gift"):  # gifts.py: they take nothing off the goods
        return {}
    if rule.reward_type == "buy_get":
        return _buy_get(rule, now)
    meant = _meant(rule.goods, now)
    lefts = [now.left[good.line_id] for good in meant]
    if rule.reward_type in ("percentage", "fixed"):
        amount = _worth(rule, now)
        return dict(zip((good.line_id for good in meant), spread(amount, lefts), strict=True)) if amount else {}
    amount = rule.reward["amounts"].get(now.basket.channel_id)
    if amount is None:
        return {}
    return {good.line_id: max(0, left - amount * good.quantity) for good, left in zip(meant, lefts, strict=True)}


def _meant(asks: Matcher, now: _Sum) -> tuple[Good, ...]:
    found = now.meant.get(asks)
    if found is None:
        found = now.meant[asks] = tuple(good for good in now.goods if asks(now.terms[good.line_id]))
    return found


def _left_of(asks: Matcher, now: _Sum) -> int:
    meant = _meant(asks, now)
    if len(meant) == len(now.goods):
        return now.whole
    return sum([now.left[good.line_id] for good in meant])


def _buy_get(rule: OrderRule, now: _Sum) -> dict[str, int]:
    """The cheapest units that may be got, as many times as there are enough units to buy beside them."""
    bought, got = rule.reward["buy_quantity"], rule.reward["get_quantity"]
    only_buy = only_get = both = 0
    candidates: list[tuple[int, str, Good, bool]] = []
    for good in now.goods:
        terms = now.terms[good.line_id]
        is_bought, is_got = rule.buy(terms), rule.get(terms)
        if is_bought and is_got:
            both += good.quantity
        elif is_bought:
            only_buy += good.quantity
        elif is_got:
            only_get += good.quantity
        if is_got:
            candidates.append((good.unit, good.line_id, good, is_bought))
    times = _most(only_buy, only_get, both, bought, got)
    if rule.reward["most_times"] is not None:
        times = min(times, rule.reward["most_times"])
    wanted = times * got
    shared = both - max(0, times * bought - only_buy)
    lines: dict[str, int] = {}
    for _, line_id, good, is_shared in sorted(candidates, key=lambda each: each[:2]):
        units = min(wanted, good.quantity, shared) if is_shared else min(wanted, good.quantity)
        if not units:
            continue
        wanted -= units
        shared -= units if is_shared else 0
        lines[line_id] = share(now.left[line_id] * units // good.quantity, rule.reward["basis_points"])
    return lines


def _most(only_buy: int, only_get: int, both: int, bought: int, got: int) -> int:
    """How often `bought` and `got` units fit into what there is, no unit counting for both."""
    low, high = 0, (only_buy + only_get + both) // (bought + got)
    while low < high:
        middle = (low + high + 1) // 2
        missing = max(0, middle * bought - only_buy) + max(0, middle * got - only_get)
        if missing <= both:
            low = middle
        else:
            high = middle - 1
    return low


def matcher(predicate: Predicate) -> Matcher:
    """`predicates.holds` as a function of the terms, for what is asked many times. The same question, one function."""
    return _matcher(json.dumps(predicate, sort_keys=True))


@lru_cache(maxsize=4_000)
def _matcher(text: str) -> Matcher:
    return _made(json.loads(text))


def _made(predicate: Predicate) -> Matcher:
    if "ids" in predicate:
        ids = frozenset(predicate["ids"])
        return lambda terms: not ids.isdisjoint(terms)
    if "all" in predicate:
        every = [_made(part) for part in predicate["all"]]
        return lambda terms: all(part(terms) for part in every)
    if "any" in predicate:
        some = [_made(part) for part in predicate["any"]]
        return lambda terms: any(part(terms) for part in some)
    if "not" in predicate:
        inner = _made(predicate["not"])
        return lambda terms: not inner(terms)
    return lambda terms: True


def condition(stored: Mapping[str, Any]) -> Condition:
    """A stored condition (conditions.py) as a function of the basket."""
    for name, decide in (("all", all), ("any", any)):
        if name in stored:
            parts = [condition(part) for part in stored[name]]

            def several(now: _Sum, parts: Sequence[Condition] = parts, decide: Any = decide) -> Outcome:
                if not now.explains:
                    return Outcome(stored, None, decide(part(now).is_met for part in parts))
                outcomes = tuple(part(now) for part in parts)
                return Outcome(stored, None, decide(each.is_met for each in outcomes), outcomes)

            return several
    if "not" in stored:
        inner = condition(stored["not"])

        def inverted(now: _Sum) -> Outcome:
            outcome = inner(now)
            return Outcome(stored, None, not outcome.is_met, (outcome,))

        return inverted
    kind = stored.get("kind")
    if kind == "subtotal":
        return lambda now: Outcome(stored, now.amount, _is_amount(stored, now))
    if kind == "quantity":
        meant = matcher(stored["goods"])

        def counted(now: _Sum) -> Outcome:
            units = sum([good.quantity for good in _meant(meant, now)])
            return Outcome(stored, units, stored.get("gte", 0) <= units <= stored.get("lte", units))

        return counted
    if kind == "first_order":
        return lambda now: Outcome(stored, now.facts.is_first_order, now.facts.is_first_order)
    if kind == "customer_group":
        groups = frozenset(stored["ids"])

        def is_in(now: _Sum) -> Outcome:
            found = not groups.isdisjoint(now.facts.groups)
            return Outcome(stored, found, found)

        return is_in
    return lambda now: Outcome(stored, None, True)


def _is_amount(stored: Mapping[str, Any], now: _Sum) -> bool:
    for name, is_met in (("gte", int.__le__), ("lte", int.__ge__)):
        if name in stored:
            bound = stored[name].get(now.basket.channel_id)
            if bound is None or not is_met(bound, now.amount):
                return False
    return True
