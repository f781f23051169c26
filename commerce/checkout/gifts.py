"""Gifts in a cart: lines that promotions put in and that no table keeps, at a price of nothing.

A gift is worked out with the quote, whenever that is asked for, so that it comes and goes with the rule that gives it.
What the shopper has said of it is kept in Checkout.gift_choices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from commerce.catalog.models import ProductVariant
from commerce.checkout.gift_candidates import Asked, Candidate, Candidates, candidates_of
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.offers import Offer
from commerce.checkout.order_promotions import PromotionFacts
from commerce.core.values import quickly_made
from commerce.promotions.basket import Basket, Good, Reduction, StepKind
from commerce.promotions.gifts import Gift, GiftOffer, decide_gifts, gift_offers
from commerce.shipping.provider import Destination

Lost = frozenset[tuple[str, str | None]]
"""Gifts that a purchase could not have: (promotion, variant), or None for all gifts of the promotion."""

NOTHING_LOST: Lost = frozenset()


@quickly_made
@dataclass(frozen=True, slots=True)
class GiftsInReach:
    """What promotions have for a cart as it is, and what is known of the variants."""

    offers: tuple[GiftOffer, ...] = ()
    candidates: Candidates | None = None


NO_GIFTS = GiftsInReach()


@dataclass(frozen=True, slots=True)
class GivenGift:
    """What comes of a promotion's gift; `line_id` is that of its line in the cart, if there is one."""

    gift: Gift
    line_id: UUID
    variants: tuple[ProductVariant, ...]
    """Those that can be had, products loaded."""


@dataclass(frozen=True, slots=True)
class GiftLine:
    """A line that the cart gets for nothing."""

    line: CheckoutLine
    candidate: Candidate
    reduction_of: Gift

    @property
    def offer(self) -> Offer:
        """What the channel says of its variant."""
        return self.candidate.offer


def gift_line_id(checkout_id: UUID, promotion_id: str) -> UUID:
    """The id of the line of a promotion's gift: the same as long as the cart lives."""
    return uuid5(checkout_id, promotion_id)


def gifts_in_reach(
    checkouts: Collection[Checkout],
    baskets: Mapping[UUID, Basket],
    facts: Mapping[UUID, PromotionFacts],
    lines: Mapping[UUID, Sequence[CheckoutLine]],
    deliveries: Mapping[UUID | None, CheckoutDelivery],
    addresses: Mapping[UUID | None, Destination],
    lost: Lost = NOTHING_LOST,
) -> dict[UUID, GiftsInReach]:
    """For each cart by its id. One statement if a promotion has a gift for one of them, else none."""
    offers = {
        checkout.id: _without(
            lost, gift_offers(baskets[checkout.id], facts[checkout.id].promotions, facts[checkout.id].buyer)
        )
        for checkout in checkouts
    }
    asked = []
    for checkout in checkouts:
        if not offers[checkout.id]:
            continue
        units = Counter[UUID]()
        for line in lines[checkout.id]:
            units[line.variant_id] += line.quantity
        delivery = deliveries.get(checkout.delivery_id)
        goes_to = addresses.get(checkout.shipping_address_id)
        is_fetched = delivery is not None and delivery.warehouse_id is not None
        asked.append(
            Asked(
                checkout=checkout,
                variants=[key for offer in offers[checkout.id] for key in offer.variants],
                units=units,
                delivery=delivery,
                country=None if is_fetched or goes_to is None else goes_to.country,
                is_shipped=any(line.variant.is_shipping_required for line in lines[checkout.id]),
            )
        )
    found = candidates_of(asked)
    return {key: GiftsInReach(each, found.get(key)) for key, each in offers.items()}


def decided(
    checkout: Checkout, reach: GiftsInReach, facts: PromotionFacts, promoted: Sequence[Reduction]
) -> tuple[Gift, ...]:
    """What comes of the gifts in reach of a cart beside what promotions take off it."""
    if reach.candidates is None:
        return ()
    return decide_gifts(
        reach.offers,
        promoted,
        {each.id for each in facts.promotions if each.is_exclusive},
        price=reach.candidates.price,
        in_stock=reach.candidates.in_stock,
        choices=checkout.gift_choices,
    )


def given_gifts(checkout: Checkout, reach: GiftsInReach, gifts: Sequence[Gift]) -> tuple[GivenGift, ...]:
    """The gifts as a shopper is shown them."""
    if reach.candidates is None:
        return ()
    known = reach.candidates.by_id
    return tuple(
        GivenGift(
            gift,
            gift_line_id(checkout.id, gift.offer.promotion_id),
            tuple(known[key].variant for key in gift.choices),
        )
        for gift in gifts
    )


def gift_lines(checkout: Checkout, reach: GiftsInReach, gifts: Sequence[Gift], now: datetime) -> list[GiftLine]:
    """A line for each gift that is given, in the order of the promotions."""
    if reach.candidates is None:
        return []
    found = []
    for gift in gifts:
        if gift.given is None:
            continue
        candidate = reach.candidates.by_id[gift.given]
        line = CheckoutLine(
            id=gift_line_id(checkout.id, gift.offer.promotion_id),
            checkout=checkout,
            variant=candidate.variant,
            quantity=1,
            created_at=now,
            updated_at=now,
        )
        found.append(GiftLine(line, candidate, gift))
    return found


def taken_off(gifts: Sequence[GiftLine], goods: Sequence[Good]) -> tuple[Reduction, ...]:
    """What makes gifts cost nothing: all of their price, by their promotions. `goods` are theirs, in that order."""
    return tuple(
        Reduction(
            kind=StepKind.ORDER_PROMOTION,
            source_id=each.reduction_of.offer.promotion_id,
            name=each.reduction_of.offer.name,
            lines={good.line_id: good.amount},
        )
        for each, good in zip(gifts, goods, strict=True)
    )


def _without(lost: Lost, offers: Sequence[GiftOffer]) -> tuple[GiftOffer, ...]:
    if not lost:
        return tuple(offers)
    found = []
    for offer in offers:
        left = tuple(key for key in offer.variants if (offer.promotion_id, key) not in lost)
        if left and (offer.promotion_id, None) not in lost:
            found.append(GiftOffer(offer.promotion_id, offer.name, offer.is_exclusive, left, offer.budget_left))
    return tuple(found)
