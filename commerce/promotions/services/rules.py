"""Making, changing and deleting the rules of a promotion. The promotion's version counts them."""

from __future__ import annotations

from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.text import require_text
from commerce.promotions.conditions import checked_condition
from commerce.promotions.errors import PromotionRuleNotFound
from commerce.promotions.models import Promotion, PromotionRule
from commerce.promotions.predicates import checked_predicate
from commerce.promotions.rewards import checked_reward
from commerce.promotions.services.changing import locked_promotion, settle

MOST_RULES: Final = 50
"""Of one promotion."""


class RuleChanges(TypedDict, total=False):
    """What can be changed of a rule; `reward` goes with `reward_type`. The shapes are checked where they are read."""

    name: str
    goods: object
    condition: object
    reward_type: str
    reward: object


def create_rule(*, promotion_id: UUID, changes: RuleChanges, version: int | None = None, actor: Actor) -> PromotionRule:
    """Add a rule to a promotion; `version` is the promotion's.

    Raises PromotionNotFound, Conflict, Required, InvalidInput, NotFound or PermissionDenied.
    """
    with transaction.atomic():
        promotion = locked_promotion(promotion_id, version=version, actor=actor)
        count = PromotionRule.objects.filter(promotion=promotion).count()
        if count >= MOST_RULES:
            raise InvalidInput(f"A promotion has {MOST_RULES} rules at most.", path=("promotion",))
        rule = PromotionRule(promotion=promotion, sort_order=count)
        _apply(rule, promotion, {"reward_type": "", "reward": {}, **changes})
        rule.save(force_insert=True)
        settle(promotion)
    return rule


def update_rule(*, rule_id: UUID, changes: RuleChanges, version: int | None = None, actor: Actor) -> PromotionRule:
    """Change a rule; `version` is the promotion's. Raises PromotionRuleNotFound and what `create_rule` raises."""
    with transaction.atomic():
        promotion, rule = _locked(rule_id, version, actor)
        _apply(rule, promotion, changes)
        rule.save()
        settle(promotion)
    return rule


def delete_rule(*, rule_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Take a rule away; `version` is the promotion's. Raises PromotionRuleNotFound, Conflict or PermissionDenied."""
    with transaction.atomic():
        promotion, rule = _locked(rule_id, version, actor)
        rule.delete()
        settle(promotion)


def _locked(rule_id: UUID, version: int | None, actor: Actor) -> tuple[Promotion, PromotionRule]:
    promotion_id = PromotionRule.objects.filter(id=rule_id).values_list("promotion_id", flat=True).first()
    if promotion_id is None:
        raise PromotionRuleNotFound("There is no such rule.", path=("id",))
    promotion = locked_promotion(promotion_id, version=version, actor=actor)
    rule = PromotionRule.objects.filter(id=rule_id).first()
    if rule is None:
        raise PromotionRuleNotFound("There is no such rule.", path=("id",))
    rule.promotion = promotion
    return promotion, rule


def _apply(rule: PromotionRule, promotion: Promotion, changes: RuleChanges) -> None:
    values: dict[str, Any] = dict(changes)
    if "name" in values:
        rule.name = (values["name"] or "").strip()
        require_text(rule.name, 250, path=("name",))
    if "goods" in values:
        rule.goods = checked_predicate(values["goods"], ("goods",))
    if "condition" in values:
        rule.condition = checked_condition(values["condition"], ("condition",))
        if rule.condition and promotion.kind == Promotion.Kind.CATALOGUE:
            raise InvalidInput("A promotion of the catalogue knows no cart.", path=("condition",))
    if "reward_type" in values or "reward" in values:
        rule.reward_type = values.get("reward_type", rule.reward_type)
        given = values.get("reward", rule.reward)
        rule.reward = checked_reward(rule.reward_type, given, kind=promotion.kind, path=("reward",))
