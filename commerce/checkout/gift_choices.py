"""What a shopper says of the gifts of their cart: another one, or none."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.checkout.editing import CartEdit
from commerce.checkout.errors import GiftNotFound
from commerce.checkout.gifts import gift_line_id
from commerce.checkout.quote import quote
from commerce.inventory.errors import OutOfStock
from commerce.promotions.gifts import DECLINED, GIFT, GiftStanding
from commerce.promotions.loading import active_order_promotions


def choose_gift(edit: CartEdit, promotion_id: UUID, variant_id: UUID | None) -> None:
    """Take this variant of what a promotion gives, or none of it.

    Raises GiftNotFound at ("promotion_id",) if it gives the cart nothing, or at ("variant_id",) if not that; OutOfStock
    at ("variant_id",) if there is none left.
    """
    known = {gift.gift.offer.promotion_id: gift.gift for gift in quote(edit.checkout, edit.known).gifts}
    gift = known.get(str(promotion_id))
    if gift is None:
        raise GiftNotFound("This promotion has no gift for this cart.", path=("promotion_id",))
    if variant_id is not None:
        standing = gift.standings.get(str(variant_id), GiftStanding.NOT_OFFERED)
        if standing is GiftStanding.OUT_OF_STOCK:
            raise OutOfStock("There is none of it left.", path=("variant_id",), available_quantity=0)
        if standing is not GiftStanding.AVAILABLE:
            raise GiftNotFound("This is none of its gifts.", path=("variant_id",))
    chosen = DECLINED if variant_id is None else str(variant_id)
    said = {key: each for key, each in edit.checkout.gift_choices.items() if key in known}
    edit.set(gift_choices={**said, str(promotion_id): chosen})


def gift_lines_named(edit: CartEdit, line_ids: Collection[UUID]) -> dict[UUID, str]:
    """Which of these ids are those of gifts that a promotion in force may put into the cart: id -> promotion.

    One statement, none without an id.
    """
    if not line_ids:
        return {}
    checkout = edit.checkout
    active = active_order_promotions([checkout.channel_id]).of_channel[str(checkout.channel_id)]
    gifts = {
        gift_line_id(checkout.id, each.id): each.id
        for each in active
        if any(rule.reward_type == GIFT for rule in each.rules)
    }
    return {line_id: gifts[line_id] for line_id in line_ids if line_id in gifts}


def decline_gifts(edit: CartEdit, promotion_ids: Collection[str]) -> None:
    """Take the gifts of these promotions out of the cart."""
    if promotion_ids:
        edit.set(gift_choices={**edit.checkout.gift_choices, **dict.fromkeys(promotion_ids, DECLINED)})
