"""Why an order promotion reduces a basket, or does not: its conditions one by one, and the goods that its rules mean.

Pure, and made of what evaluate.py itself decides with, so that an explanation cannot say anything else than a quote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commerce.core.money import Money
from commerce.promotions.basket import Basket, Reduction
from commerce.promotions.evaluate import Facts, OrderPromotion, OrderRule, Outcome, explain_rule
from commerce.promotions.predicates import terms_of


@dataclass(frozen=True, slots=True)
class ConditionFinding:
    """One condition of a rule. `path` leads to it in the stored condition, `kind` is "any_cart" for the empty one.

    `needed` and `found` are sentences for staff, amounts in major units of the basket's currency.
    """

    path: tuple[str, ...]
    kind: str
    needed: str
    found: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule alone: its conditions from the outside in, the lines that it means, and what it would take off.

    `hint` says what more in the cart would fulfil it, and for what; None if it is fulfilled, or if nothing more would.
    """

    rule_id: str
    is_met: bool
    conditions: tuple[ConditionFinding, ...]
    meant: frozenset[str]
    reduction: Reduction | None
    hint: str | None = None

    @property
    def amount(self) -> int:
        """What it would take off in all."""
        return 0 if self.reduction is None else self.reduction.amount


def explain(promotion: OrderPromotion, basket: Basket, facts: Facts) -> tuple[RuleFinding, ...]:
    """Each rule of the promotion alone, as if nothing else reduced the basket."""
    return tuple(_rule(rule, promotion, basket, facts) for rule in promotion.rules)


def _rule(rule: OrderRule, promotion: OrderPromotion, basket: Basket, facts: Facts) -> RuleFinding:
    outcome, reduction = explain_rule(rule, promotion, basket, facts)
    return RuleFinding(
        rule_id=rule.id,
        is_met=outcome.is_met,
        conditions=tuple(_findings(outcome, basket, ())),
        meant=frozenset(good.line_id for good in basket.goods if not good.is_gift and _means(rule, terms_of(good))),
        reduction=reduction,
        hint=None if outcome.is_met else _hint(rule, outcome, basket),
    )


def _hint(rule: OrderRule, outcome: Outcome, basket: Basket) -> str | None:
    """`spend 50.00 USD more for 25.00 USD off`."""
    missing = _missing(outcome, basket)
    given = _reward_text(rule, basket)
    return f"{' and '.join(missing)} for {given}" if missing and given else None


def _missing(outcome: Outcome, basket: Basket) -> list[str] | None:
    """What more of goods would fulfil a condition; None if no goods would."""
    stored = outcome.condition
    if outcome.is_met:
        return []
    if "all" in stored:
        parts = [_missing(part, basket) for part in outcome.parts]
        return None if None in parts else [text for part in parts for text in part or ()]
    if stored.get("kind") not in ("subtotal", "quantity"):
        return None
    is_money = stored["kind"] == "subtotal"
    bounds = {
        name: stored[name].get(basket.channel_id) if is_money else stored[name]
        for name in ("gte", "lte")
        if name in stored
    }
    least, most, found = bounds.get("gte"), bounds.get("lte"), int(outcome.found or 0)
    if least is None or least <= found or None in bounds.values() or (most is not None and most < least):
        return None
    short = least - found
    return [f"spend {amount_text(short, basket.currency)} more" if is_money else f"add {short} more units"]


def _reward_text(rule: OrderRule, basket: Basket) -> str | None:
    if rule.reward_type == "percentage":
        return f"{Decimal(rule.reward['basis_points']) / 100:f} % off"
    if rule.reward_type in ("fixed", "fixed_price"):
        amount = rule.reward["amounts"].get(basket.channel_id)
        text = None if amount is None else amount_text(amount, basket.currency)
        return text and (f"{text} off" if rule.reward_type == "fixed" else f"units at {text}")
    return {"free_shipping": "free delivery", "gift": "a gift"}.get(rule.reward_type, "cheaper units")


def _means(rule: OrderRule, terms: frozenset[str]) -> bool:
    if rule.reward_type in ("free_shipping", "gift"):
        return False
    if rule.reward_type == "buy_get":
        return rule.buy(terms) or rule.get(terms)
    return rule.goods(terms)


def _findings(outcome: Outcome, basket: Basket, path: tuple[str, ...]) -> Iterator[ConditionFinding]:
    stored = outcome.condition
    for name, needed in (("all", "all of them"), ("any", "one of them")):
        if name in stored:
            met = sum(part.is_met for part in outcome.parts)
            yield ConditionFinding(path, name, needed, f"{met} of {len(outcome.parts)}", outcome.is_met)
            for place, part in enumerate(outcome.parts):
                yield from _findings(part, basket, (*path, name, str(place)))
            return
    if "not" in stored:
        (part,) = outcome.parts
        yield ConditionFinding(path, "not", "not met", "met" if part.is_met else "not met", outcome.is_met)
        yield from _findings(part, basket, (*path, "not"))
        return
    kind = stored.get("kind", "any_cart")
    needed, found = _texts(kind, stored, outcome, basket)
    yield ConditionFinding(path, kind, needed, found, outcome.is_met)


def _texts(kind: str, stored: Mapping[str, Any], outcome: Outcome, basket: Basket) -> tuple[str, str]:
    if kind == "subtotal":
        bounds = {name: stored[name].get(basket.channel_id) for name in ("gte", "lte") if name in stored}
        if None in bounds.values():
            needed = "an amount for this channel, which the rule does not name"
        else:
            needed = _bounds({name: amount_text(each, basket.currency) for name, each in bounds.items()})
        return needed, amount_text(int(outcome.found or 0), basket.currency)
    if kind == "quantity":
        bounds = {name: f"{stored[name]} units" for name in ("gte", "lte") if name in stored}
        return _bounds(bounds), f"{outcome.found} units"
    if kind == "first_order":
        known = basket.user_id is not None or bool(basket.email)
        if outcome.found or known:
            return "a buyer without an order", "no order yet" if outcome.found else "an earlier order"
        return "a buyer without an order", "a buyer whom nobody knows yet"
    if kind == "customer_group":
        return "a customer in one of the groups", "in one of them" if outcome.found else "in none of them"
    return "nothing", "nothing"


def amount_text(amount: int, currency: str) -> str:
    """`12.50 USD`."""
    return f"{Money(amount, currency).decimal} {currency}"


def _bounds(bounds: Mapping[str, str]) -> str:
    words = {"gte": "at least", "lte": "at most"}
    return ", ".join(f"{words[name]} {text}" for name, text in bounds.items())
