"""Which gifts order promotions give with a basket. Pure; what a gift costs and whether it can be had is told.

A gift never changes what the buyer pays: what is taken off the goods is decided before, as if there were no gifts
(evaluate.py). A stackable promotion then gives beside whatever else stackable applies; an exclusive one only where
nothing is taken off, and alone. Of one promotion either a reduction or a gift counts, and of its gift rules the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from commerce.promotions.basket import Basket, Reduction
from commerce.promotions.evaluate import Facts, OrderPromotion, met_rules

GIFT: Final = "gift"
DECLINED: Final = ""
"""Stands for a variant where the buyer wants none."""


class GiftStanding(Enum):
    """How one variant of a gift stands in a cart."""

    AVAILABLE = "available"
    OUT_OF_STOCK = "out_of_stock"
    NOT_OFFERED = "not_offered"
    """The channel does not sell it, or the chosen delivery does not take it."""
    ABOVE_BUDGET = "above_budget"
    """It costs more than the promotion may still take off."""
    GIFT_CARD = "gift_card"
    """A gift card is money that was paid before, and nobody has paid for this one."""


@dataclass(frozen=True, slots=True)
class GiftOffer:
    """A promotion that gives one unit of one of `variants` with a basket: the first that can be had, or the chosen."""

    promotion_id: str
    name: str
    is_exclusive: bool
    variants: tuple[str, ...]
    budget_left: int | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """What comes of an offer: `given` is the variant, None if it was declined or none can be had."""

    offer: GiftOffer
    given: str | None
    is_declined: bool
    standings: Mapping[str, GiftStanding]

    @property
    def choices(self) -> tuple[str, ...]:
        """The variants that can be had, in the merchant's order."""
        return tuple(key for key in self.offer.variants if self.standings[key] is GiftStanding.AVAILABLE)

    @property
    def is_missed(self) -> bool:
        """Whether the buyer goes without only because none is left."""
        return self.given is None and not self.is_declined and GiftStanding.OUT_OF_STOCK in self.standings.values()


Price = Callable[[str], int | GiftStanding]
"""What a unit of a variant costs, or how it stands if it cannot be given here at all."""

InStock = Callable[[str, Mapping[str, int]], bool]
"""Whether there is a unit of a variant beside so many units of others that are given already."""


def gift_offers(basket: Basket, promotions: Sequence[OrderPromotion], facts: Facts) -> tuple[GiftOffer, ...]:
    """The promotions that have a gift for this basket, as they follow one another, whatever else applies."""
    if not basket.goods or not any(rule.reward_type == GIFT for each in promotions for rule in each.rules):
        return ()
    found = []
    for promotion in sorted(promotions, key=lambda each: (-each.priority, each.id)):
        rules = [rule for rule in promotion.rules if rule.reward_type == GIFT]
        for rule in met_rules(rules, basket, facts)[:1]:
            variants = tuple(rule.reward["variants"])
            found.append(
                GiftOffer(promotion.id, promotion.name, promotion.is_exclusive, variants, promotion.budget_left)
            )
    return tuple(found)


def decide_gifts(
    offers: Sequence[GiftOffer],
    reductions: Collection[Reduction],
    exclusive: Collection[str],
    *,
    price: Price,
    in_stock: InStock,
    choices: Mapping[str, str],
) -> tuple[Gift, ...]:
    """What comes of `offers` beside what the promotions' `reductions` take off; those that may not give are left out.

    `exclusive` are the ids of promotions that apply alone, `choices` what the buyer has said, by promotion: a variant
    or DECLINED. What was chosen and cannot be had, or is no gift any more, counts as if nothing had been said.
    """
    sources = {each.source_id for each in reductions}
    if not sources.isdisjoint(exclusive):
        return ()
    taken = Counter[str]()
    found: list[Gift] = []
    for offer in offers:
        if offer.promotion_id in sources or (offer.is_exclusive and (sources or any(gift.given for gift in found))):
            continue
        gift = _decide(offer, price, lambda key: in_stock(key, taken), choices.get(offer.promotion_id))
        if offer.is_exclusive and (gift.given is not None or gift.is_declined):
            return (gift,)
        found.append(gift)
        if gift.given is not None:
            taken[gift.given] += 1
    return tuple(found)


def _decide(offer: GiftOffer, price: Price, in_stock: Callable[[str], bool], wanted: str | None) -> Gift:
    standings = standings_of(offer.variants, offer.budget_left, price, in_stock)
    free = [key for key in offer.variants if standings[key] is GiftStanding.AVAILABLE]
    if wanted == DECLINED:
        return Gift(offer, None, is_declined=True, standings=standings)
    given = wanted if wanted in free else next(iter(free), None)
    return Gift(offer, given, is_declined=False, standings=standings)


def standings_of(
    variants: Sequence[str], budget_left: int | None, price: Price, in_stock: Callable[[str], bool]
) -> dict[str, GiftStanding]:
    """How each of these variants stands."""
    return {key: _standing(key, price(key), budget_left, in_stock) for key in variants}


def _standing(
    key: str, amount: int | GiftStanding, budget_left: int | None, in_stock: Callable[[str], bool]
) -> GiftStanding:
    if isinstance(amount, GiftStanding):
        return amount
    if not in_stock(key):
        return GiftStanding.OUT_OF_STOCK
    if budget_left is not None and amount > budget_left:
        return GiftStanding.ABOVE_BUDGET
    return GiftStanding.AVAILABLE
