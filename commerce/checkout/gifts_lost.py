"""A gift that is gone by the time it is bought: the purchase goes on, with the next one of the list or without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from commerce.checkout.gifts import NOTHING_LOST, Lost
from commerce.core.errors import Rejected
from commerce.inventory.errors import OutOfStock
from commerce.orders.purchase import Purchase
from commerce.promotions.errors import PromotionUsedUp

R = TypeVar("R")


class GiftsGone(Exception):
    """Gifts of a purchase cannot be had any more; the transaction that found it out is rolled back."""

    def __init__(self, lost: Lost, refusal: Rejected | PromotionUsedUp) -> None:
        super().__init__(lost)
        self.lost = lost
        self.refusal = refusal


def with_gifts_left(begin: Callable[[Lost], R]) -> R:
    """Do `begin`, again each time that it loses gifts, without those. What it raises otherwise stays as it is."""
    lost = NOTHING_LOST
    while True:
        try:
            return begin(lost)
        except GiftsGone as gone:
            if gone.lost <= lost:  # it was not given again: something else must be wrong
                raise gone.refusal from None
            lost |= gone.lost


@contextmanager
def noticing_lost_gifts(purchase: Purchase) -> Iterator[None]:
    """Raise GiftsGone where the block raises that something of `purchase` is gone, gifts among it."""
    try:
        yield
    except (Rejected, PromotionUsedUp) as refusal:
        lines = lost_gifts(purchase, refusal)
        if not lines:
            raise
        variants = {str(line.line_id): str(line.variant_id) for line in purchase.lines if line.line_id in lines}
        used_up = str(refusal.facts["promotion_id"]) if isinstance(refusal, PromotionUsedUp) else None
        lost = frozenset(
            (discount.source_id, variants[line_id] if used_up is None else None)
            for discount in purchase.discounts
            for line_id in discount.lines
            if line_id in variants and used_up in (None, discount.source_id)
        )
        raise GiftsGone(lost, refusal) from refusal


def lost_gifts(purchase: Purchase, refusal: Rejected | PromotionUsedUp) -> frozenset[UUID]:
    """The lines of gifts that a refusal is about; whatever else it says will be said again without them."""
    gifts = {line.line_id for line in purchase.lines if line.is_gift}
    if not gifts:
        return frozenset()
    if isinstance(refusal, PromotionUsedUp):
        source = str(refusal.facts["promotion_id"])
        named = {line for each in purchase.discounts if each.source_id == source for line in each.lines}
        return frozenset(line_id for line_id in gifts if str(line_id) in named)
    places = {error.path[1] for error in refusal.errors if isinstance(error, OutOfStock) and error.path[0] == "lines"}
    return frozenset(line.line_id for place, line in enumerate(purchase.lines) if str(place) in places) & gifts
