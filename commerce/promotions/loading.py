"""The order promotions that hold now. Each version of a promotion is read and parsed once in a process.

A quote asks for ids and versions in one statement; only where a version is new here is it asked again, for its rules.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.core.values import quickly_made
from commerce.promotions.conditions import asks_for
from commerce.promotions.evaluate import OrderPromotion, OrderRule, condition, matcher
from commerce.promotions.models import Promotion, PromotionRule

MOST_ACTIVE: Final = 200
"""Of more than so many that hold in a channel at once, those of the highest priority count."""


MOST_KNOWN: Final = 2_000
"""Of more versions than so many, those that were read first are read again."""


class ActiveRow(NamedTuple):
    """A promotion in a channel; `compiled` is what `compiled_rules` wrote of this very version, if asked for."""

    channel_id: str
    id: str
    version: int
    changed_at: str
    name: str
    priority: int
    is_exclusive: bool
    compiled: str | None
    budget_left: int | None


ACTIVE: Final = Statement(
    "active_order_promotions",
    ActiveRow,
    """
SELECT place.channel_id::text, promotion.id::text, promotion.version, promotion.updated_at::text, promotion.name,
       promotion.priority, promotion.stacking = 'exclusive',
       CASE WHEN promotion.id = ANY($2) THEN promotion.compiled::text END,
       (SELECT budget.amount - budget.spent
          FROM promotions_promotionbudget AS budget
         WHERE budget.promotion_id = promotion.id
           AND budget.currency = (SELECT currency_code FROM channels_channel WHERE id = place.channel_id))
  FROM promotions_promotion AS promotion
  JOIN promotions_promotion_channels AS place
    ON place.promotion_id = promotion.id AND place.channel_id = ANY($1)
 WHERE promotion.is_active AND promotion.kind = 'order' AND promotion.starts_at <= statement_timestamp()
   AND (promotion.ends_at IS NULL OR promotion.ends_at > statement_timestamp())
   AND (promotion.usage_limit IS NULL OR promotion.used < promotion.usage_limit)
""",
    "uuid[]",
    "uuid[]",
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A version of a promotion, and which facts of the buyer it asks for."""

    promotion: OrderPromotion
    asks_for_orders: bool
    asks_for_groups: bool


@quickly_made
@dataclass(frozen=True, slots=True)
class ActivePromotions:
    """By channel id, and whether one of them asks for the buyer's orders or groups."""

    of_channel: Mapping[str, tuple[OrderPromotion, ...]]
    ask_for_orders: bool
    ask_for_groups: bool


Version = tuple[str, int, str]
"""The id, the version and when that was written: a version that was rolled back comes again with another content."""

_known: Final[dict[Version, Parsed]] = {}


def active_order_promotions(channel_ids: Collection[UUID], rows: Sequence[ActiveRow] | None = None) -> ActivePromotions:
    """What holds at this moment in these channels, from the highest priority to the lowest.

    `rows` are those of ACTIVE, asked without the rules of any, if somebody has them already.
    """
    found: dict[str, list[OrderPromotion]] = {str(channel_id): [] for channel_id in channel_ids}
    orders = groups = False
    for row, parsed in _active(channel_ids, rows):
        known = found[row.channel_id]
        if len(known) == MOST_ACTIVE:
            continue
        orders, groups = orders or parsed.asks_for_orders, groups or parsed.asks_for_groups
        promotion = parsed.promotion
        known.append(promotion if row.budget_left is None else replace(promotion, budget_left=row.budget_left))
    return ActivePromotions({key: tuple(each) for key, each in found.items()}, orders, groups)


def _active(channel_ids: Collection[UUID], rows: Sequence[ActiveRow] | None) -> list[tuple[ActiveRow, Parsed]]:
    """Every row of one and the same statement, with its rules: asked again until all versions in it are known.

    From the highest priority to the lowest. (There are few, and mostly none: PostgreSQL would set up a sort each time.)
    """
    asked: set[str] = set()
    while True:
        found: list[tuple[ActiveRow, Parsed]] = []
        new: set[str] = set()
        for row in ACTIVE.all(uuid_array(channel_ids), uuid_array(asked)) if rows is None else rows:
            parsed = _parsed(row)
            if parsed is None:
                new.add(row.id)
            else:
                found.append((row, parsed))
        if not new:
            return sorted(found, key=lambda one: (-one[0].priority, one[0].id))
        asked, rows = asked | new, None


def _parsed(row: ActiveRow) -> Parsed | None:
    """The rules of this version; None if they are not known and did not come along."""
    version = (row.id, row.version, row.changed_at)
    known = _known.get(version)
    if known is None and row.compiled is not None:
        known = _parse(row.id, row.name, row.priority, row.is_exclusive, json.loads(row.compiled))
        for first in list(_known)[: len(_known) - MOST_KNOWN + 1]:
            _known.pop(first, None)
        _known[version] = known
    return known


def compiled_rules(promotion: Promotion) -> list[dict[str, Any]]:
    """The rules of an order promotion as one value, so that nobody reads half of a change."""
    return [
        {
            "id": str(rule.id),
            "name": rule.name,
            "goods": rule.goods,
            "condition": rule.condition,
            "reward_type": rule.reward_type,
            "reward": rule.reward,
        }
        for rule in PromotionRule.objects.filter(promotion=promotion).order_by("sort_order", "id")
    ]


def parsed_promotion(promotion: Promotion) -> OrderPromotion:
    """A promotion as it is evaluated, whether it holds now or not."""
    return _parse(
        str(promotion.id),
        promotion.name,
        promotion.priority,
        promotion.stacking == Promotion.Stacking.EXCLUSIVE,
        compiled_rules(promotion),
    ).promotion


def _parse(key: str, name: str, priority: int, is_exclusive: bool, rules: list[dict[str, Any]]) -> Parsed:
    return Parsed(
        OrderPromotion(key, name, priority, is_exclusive, tuple(_rule(rule) for rule in rules)),
        asks_for_orders=any(asks_for(rule["condition"], "first_order") for rule in rules),
        asks_for_groups=any(asks_for(rule["condition"], "customer_group") for rule in rules),
    )


def _rule(stored: Mapping[str, Any]) -> OrderRule:
    reward = stored["reward"]
    return OrderRule(
        id=stored["id"],
        name=stored["name"],
        goods=matcher(stored["goods"]),
        condition=condition(stored["condition"]),
        reward_type=stored["reward_type"],
        reward=reward,
        buy=matcher(reward.get("buy", {})),
        get=matcher(reward.get("get", {})),
    )
