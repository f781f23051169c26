"""What is left of the price of a unit under catalogue promotions, as PostgreSQL reckons it (`promotions_cut`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A rule that holds for a unit. `value`: minor units, or hundredths of a percent for `percentage`."""

    promotion_id: str
    rule_id: str
    priority: int
    is_exclusive: bool
    reward_type: str
    value: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What one promotion took off a unit."""

    promotion_id: str
    rule_id: str
    amount: int


def share(amount: int, basis_points: int) -> int:
    """So many hundredths of a percent of an amount that is not negative, rounded half up."""
    return (amount * basis_points + 5_000) // 10_000


def after(amount: int, reward_type: str, value: int) -> int:
    """What is left of `amount`; never less than 0, never more than before."""
    if reward_type == "percentage":
        return amount - share(amount, value)
    if reward_type == "fixed":
        return max(0, amount - value)
    return min(amount, value)


def cut(base: int, rules: Iterable[UnitRule]) -> tuple[int, tuple[Cut, ...]]:
    """The price that is left of `base`, and who took what. See Promotion for what applies beside what."""
    stacked, together = base, list[Cut]()
    alone: tuple[int, tuple[Cut, ...]] = (base, ())
    for promotion_id, own in groupby(sorted(rules, key=_order), key=lambda rule: rule.promotion_id):
        group = list(own)
        before = base if group[0].is_exclusive else stacked
        left, rule_id = _best(before, group)
        if group[0].is_exclusive:
            if left < alone[0]:
                alone = (left, (Cut(promotion_id, rule_id, before - left),))
        elif left < before:
            together.append(Cut(promotion_id, rule_id, before - left))
            stacked = left
    return alone if alone[0] <= stacked else (stacked, tuple(together))


def _order(rule: UnitRule) -> tuple[int, str, str]:
    return (-rule.priority, rule.promotion_id, rule.rule_id)


def _best(before: int, rules: Sequence[UnitRule]) -> tuple[int, str]:
    return min((after(before, rule.reward_type, rule.value), rule.rule_id) for rule in rules)
