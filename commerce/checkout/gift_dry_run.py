"""What the gifts of one promotion come to in a cart: the part of a dry run that needs to know of stock and prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from commerce.catalog.models import ProductVariant
from commerce.checkout.gift_candidates import Asked, Candidates, candidates_of
from commerce.checkout.models import Checkout
from commerce.checkout.priced import Quote
from commerce.promotions.basket import Reduction
from commerce.promotions.evaluate import Facts, OrderPromotion, OrderRule
from commerce.promotions.gifts import GIFT, Gift, GiftStanding, decide_gifts, gift_offers, standings_of


@dataclass(frozen=True, slots=True)
class GiftFinding:
    """A variant that a rule gives, and how it stands in the cart."""

    variant: ProductVariant
    standing: GiftStanding
    is_given: bool


@dataclass(frozen=True, slots=True)
class GiftsOfDryRun:
    """`would` is what comes of the promotion's gift in force among all others, None if it gives none in any case."""

    of_rules: Mapping[str, tuple[GiftFinding, ...]]
    prices: Mapping[str, int]
    would: Gift | None

    def worth(self, rule: OrderRule) -> int:
        """What the gift of a rule costs otherwise: that of the first variant that can be had, or of the chosen one."""
        free = [each for each in self.of_rules.get(rule.id, ()) if each.standing is GiftStanding.AVAILABLE]
        chosen = next((each for each in free if each.is_given), next(iter(free), None))
        return 0 if chosen is None else self.prices[str(chosen.variant.id)]

    @property
    def would_give(self) -> int:
        """What the gift costs that it would give (minor units)."""
        return 0 if self.would is None or self.would.given is None else self.prices[self.would.given]


NONE: Final = GiftsOfDryRun({}, {}, None)


def gifts_of_dry_run(
    promotion: OrderPromotion,
    others: Sequence[OrderPromotion],
    checkout: Checkout,
    quote: Quote,
    buyer: Facts,
    reductions: Sequence[Reduction],
) -> GiftsOfDryRun:
    """`reductions` are what all these promotions would take off the goods. One statement, none without gifts."""
    rules = [rule for rule in promotion.rules if rule.reward_type == GIFT]
    if not rules:
        return NONE
    everybody = (*others, promotion)
    variants = [key for each in everybody for rule in each.rules if rule.reward_type == GIFT for key in _of(rule)]
    candidates = candidates_of([_asked(checkout, quote, variants)])[checkout.id]
    decided = decide_gifts(
        gift_offers(quote.basket, everybody, buyer),
        reductions,
        {each.id for each in everybody if each.is_exclusive},
        price=candidates.price,
        in_stock=candidates.in_stock,
        choices=checkout.gift_choices,
    )
    would = next((each for each in decided if each.offer.promotion_id == promotion.id), None)
    given = None if would is None else would.given
    return GiftsOfDryRun(
        of_rules={rule.id: _findings(rule, promotion.budget_left, candidates, given) for rule in rules},
        prices={key: found.offer.amount or 0 for key, found in candidates.by_id.items()},
        would=would,
    )


def _asked(checkout: Checkout, quote: Quote, variants: Sequence[str]) -> Asked:
    bought = [line for line in quote.lines if not line.is_gift]
    units = Counter[UUID]()
    for line in bought:
        units[line.variant.id] += line.quantity
    return Asked(
        checkout=checkout,
        variants=variants,
        units=units,
        delivery=quote.delivery.delivery if quote.delivery is not None else None,
        country=quote.supplied_to,
        is_shipped=any(line.variant.is_shipping_required for line in bought),
    )


def _findings(
    rule: OrderRule, budget_left: int | None, candidates: Candidates, given: str | None
) -> tuple[GiftFinding, ...]:
    found = standings_of(_of(rule), budget_left, candidates.price, lambda key: candidates.in_stock(key, {}))
    return tuple(
        GiftFinding(candidates.by_id[key].variant, standing, key == given)
        for key, standing in found.items()
        if key in candidates.by_id  # a variant may be deleted
    )


def _of(rule: OrderRule) -> tuple[str, ...]:
    return tuple(rule.reward["variants"])
