"""What order promotions take off a basket. Pure: integers in, reductions out, no table and no clock.

Of all promotions that hold, the buyer gets what takes off most: the best exclusive one alone, or all stackable ones
together, each on what those before it have left (see Promotion). Of the rules of one promotion the best counts.
Whatever is taken off several lines is spread in proportion to what they cost (largest remainder), whatever their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.core.money import spread
from commerce.promotions.basket import Basket, Good, Reduction, StepKind
from commerce.promotions.cuts import share
from commerce.promotions.predicates import Predicate, terms_of

Matcher = Callable[[frozenset[str]], bool]


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
    """A basket on its way: what is left of each line and of the delivery. Gifts cost nothing and count for nothing."""

    basket: Basket
    facts: Facts
    goods: tuple[Good, ...]
    terms: Mapping[str, frozenset[str]]
    left: dict[str, int]
    shipping: int
    amount: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one condition (as it is stored) said of a basket: what was found, and whether that is enough."""

    condition: Mapping[str, Any]
    found: int | bool | None
    is_met: bool
    parts: tuple[Outcome, ...] = ()


Condition = Callable[["_Sum"], Outcome]


def order_reductions(
    basket: Basket, promotions: Sequence[OrderPromotion], facts: Facts = Facts()
) -> tuple[Reduction, ...]:
    """What the promotions take off, in the order in which they apply; nothing that takes off 0."""
    if not promotions or not basket.goods:
        return ()
    start = _start(basket, facts)
    stacked, together = _copy(start), list[Reduction]()
    alone: Reduction | None = None
    for promotion in sorted(promotions, key=lambda each: (-each.priority, each.id)):
        if promotion.is_exclusive:
            taken = _best(promotion, start)
            if taken is not None and (alone is None or taken.amount > alone.amount):
                alone = taken
        elif (taken := _best(promotion, stacked)) is not None:
            together.append(taken)
            for line_id, amount in taken.lines.items():
                stacked.left[line_id] -= amount
            stacked.shipping -= taken.shipping
    if alone is not None and alone.amount >= sum(each.amount for each in together):
        return (alone,)
    return tuple(together)


def explain_rule(
    rule: OrderRule, promotion: OrderPromotion, basket: Basket, facts: Facts
) -> tuple[Outcome, Reduction | None]:
    """What a rule alone says of a basket: its condition part by part, and what it would take off."""
    start = _start(basket, facts)
    outcome = rule.condition(start)
    return outcome, _taken(rule, promotion, start) if outcome.is_met else None


def _start(basket: Basket, facts: Facts) -> _Sum:
    goods = tuple(sorted((good for good in basket.goods if not good.is_gift), key=lambda good: good.line_id))
    return _Sum(
        basket=basket,
        facts=facts,
        goods=goods,
        terms={good.line_id: terms_of(good) for good in goods},
        left={good.line_id: good.amount for good in goods},
        shipping=basket.shipping,
        amount=sum(good.amount for good in goods),
    )


def _copy(start: _Sum) -> _Sum:
    return _Sum(start.basket, start.facts, start.goods, start.terms, dict(start.left), start.shipping, start.amount)


def _best(promotion: OrderPromotion, now: _Sum) -> Reduction | None:
    best: Reduction | None = None
    for rule in promotion.rules:
        if not rule.condition(now).is_met:
            continue
        taken = _taken(rule, promotion, now)
        if taken is not None and (best is None or taken.amount > best.amount):
            best = taken
    return best


def _taken(rule: OrderRule, promotion: OrderPromotion, now: _Sum) -> Reduction | None:
    lines: dict[str, int] = {}
    shipping = 0
    if rule.reward_type == "free_shipping":
        shipping = now.shipping
    elif rule.reward_type == "buy_get":
        lines = _buy_get(rule, now)
    else:
        lines = _of_goods(rule, now)
    lines = {line_id: amount for line_id, amount in lines.items() if amount}
    amount = sum(lines.values()) + shipping
    if not amount or (promotion.budget_left is not None and amount > promotion.budget_left):
        return None
    return Reduction(
        kind=StepKind.ORDER_PROMOTION,
        source_id=promotion.id,
        name=promotion.name,
        lines=lines,
        shipping=shipping,
    )


def _of_goods(rule: OrderRule, now: _Sum) -> dict[str, int]:
    meant = [good for good in now.goods if rule.goods(now.terms[good.line_id])]
    lefts = [now.left[good.line_id] for good in meant]
    whole = sum(lefts)
    if not whole:
        return {}
    if rule.reward_type == "percentage":
        return dict(
            zip((good.line_id for good in meant), spread(share(whole, rule.reward["basis_points"]), lefts), strict=True)
        )
    amount = rule.reward["amounts"].get(now.basket.channel_id)
    if amount is None:
        return {}
    if rule.reward_type == "fixed":
        return dict(zip((good.line_id for good in meant), spread(min(amount, whole), lefts), strict=True))
    return {good.line_id: max(0, left - amount * good.quantity) for good, left in zip(meant, lefts, strict=True)}


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
    """`predicates.holds` as a function of the terms, for what is asked many times."""
    if "ids" in predicate:
        ids = frozenset(predicate["ids"])
        return lambda terms: not ids.isdisjoint(terms)
    if "all" in predicate:
        every = [matcher(part) for part in predicate["all"]]
        return lambda terms: all(part(terms) for part in every)
    if "any" in predicate:
        some = [matcher(part) for part in predicate["any"]]
        return lambda terms: any(part(terms) for part in some)
    if "not" in predicate:
        inner = matcher(predicate["not"])
        return lambda terms: not inner(terms)
    return lambda terms: True


def condition(stored: Mapping[str, Any]) -> Condition:
    """A stored condition (conditions.py) as a function of the basket."""
    for name, decide in (("all", all), ("any", any)):
        if name in stored:
            parts = [condition(part) for part in stored[name]]

            def several(now: _Sum, parts: Sequence[Condition] = parts, decide: Any = decide) -> Outcome:
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
            units = sum(good.quantity for good in now.goods if meant(now.terms[good.line_id]))
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
