"""What a catalogue promotion does to the price of a unit, beside all others that hold. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from commerce.checkout.offers import NOT_OFFERED, Offer, offers_in
from commerce.promotions.basket import Basket, Good
from commerce.promotions.cuts import UnitRule, after, cut
from commerce.promotions.models import CatalogueRule, Promotion, PromotionRule
from commerce.promotions.predicates import holds, terms_of


@dataclass(frozen=True, slots=True)
class UnitFinding:
    """A unit of one good: what everybody is asked before promotions (`base`), and what this buyer pays (`paid`).

    `by_rule` is what each rule of the promotion that means it would leave alone. `taken` is what the promotion takes
    off now, `would_take` what it would if it were in force; `others` is what other promotions take off now, `alone`
    what each of those would without any other. Minor units.
    """

    base: int
    paid: int
    by_rule: Mapping[str, int]
    taken: int
    would_take: int
    others: Mapping[str, int]
    alone: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UnitFindings:
    """One for each good, and the others in force that mean one of them: id, name, priority, whether exclusive."""

    units: tuple[UnitFinding, ...]
    rivals: tuple[tuple[str, str, int, bool], ...]


def unit_findings(promotion: Promotion, rules: Sequence[PromotionRule], basket: Basket) -> UnitFindings:
    """What the promotion's rules and all others that hold in the basket's channel do to its goods."""
    channel = UUID(basket.channel_id)
    offers = offers_in({UUID(good.variant_id) for good in basket.goods}, {channel})
    now = timezone.now()
    held = CatalogueRule.objects.filter(channel_id=channel, valid_from__lte=now).filter(Q(valid_until__gt=now))
    others = list(held.exclude(promotion_id=promotion.id))
    units = tuple(
        _unit(promotion, rules, others, good, offers.get((UUID(good.variant_id), channel), NOT_OFFERED), basket)
        for good in basket.goods
    )
    asked = {key for unit in units for key in (*unit.alone, *unit.others) if key != str(promotion.id)}
    rows = Promotion.objects.filter(id__in=asked).order_by("-priority", "id")
    return UnitFindings(
        units, tuple((str(row.id), row.name, row.priority, row.stacking == "exclusive") for row in rows)
    )


def _unit(
    promotion: Promotion,
    rules: Sequence[PromotionRule],
    others: Sequence[CatalogueRule],
    good: Good,
    offer: Offer,
    basket: Basket,
) -> UnitFinding:
    public = good.unit if offer.amount is None else offer.amount
    steps = () if offer.price is None else offer.price.cuts
    base = public - sum(step.amount for step in steps)
    terms = terms_of(good)
    own = [
        UnitRule(
            promotion_id=str(promotion.id),
            rule_id=str(rule.id),
            priority=promotion.priority,
            is_exclusive=promotion.stacking == Promotion.Stacking.EXCLUSIVE,
            reward_type=rule.reward_type,
            value=value,
        )
        for rule in rules
        if holds(rule.goods, terms) and (value := _value(rule, basket.channel_id)) is not None
    ]
    beside = [_held(rule) for rule in others if _means(rule, terms)]
    if good.is_gift_card:
        own, beside = [], []
    by_promotion: dict[str, list[UnitRule]] = defaultdict(list)
    for rule in beside:
        by_promotion[rule.promotion_id].append(rule)
    left, cuts = cut(base, [*own, *beside])
    # A price that the buyer has from a list of their own stands against what is left for everybody.
    is_outdone = good.unit < public and good.unit <= left
    is_public = good.unit == public
    taken = {step.source_id or "": -step.amount for step in steps} if is_public else {}
    return UnitFinding(
        base=base,
        paid=good.unit,
        by_rule={rule.rule_id: after(base, rule.reward_type, rule.value) for rule in own},
        taken=taken.pop(str(promotion.id), 0),
        would_take=0 if is_outdone else sum(each.amount for each in cuts if each.promotion_id == str(promotion.id)),
        others=taken,
        alone={key: base - cut(base, each)[0] for key, each in by_promotion.items()},
    )


def _value(rule: PromotionRule, channel_id: str) -> int | None:
    if rule.reward_type == PromotionRule.RewardType.PERCENTAGE:
        return int(rule.reward["basis_points"])
    amount = rule.reward["amounts"].get(channel_id)
    return None if amount is None else int(amount)


def _held(rule: CatalogueRule) -> UnitRule:
    return UnitRule(
        str(rule.promotion_id), str(rule.rule_id), rule.priority, rule.is_exclusive, rule.reward_type, rule.value
    )


def _means(rule: CatalogueRule, terms: frozenset[str]) -> bool:
    if rule.has is not None and terms.isdisjoint(map(str, rule.has)):
        return False
    return rule.predicate is None or holds(rule.predicate, terms)
