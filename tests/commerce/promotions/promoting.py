"""Promotions for tests, made by the verbs that merchants use."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.permission import Permission
from commerce.promotions.models import Promotion
from commerce.promotions.services import create_promotion, create_rule
from tests.factories import make_channel, staff_actor

MERCHANT = staff_actor(Permission.MANAGE_DISCOUNTS)


def of(kind: str, *rows: Any) -> dict[str, Any]:
    """A condition that goods have one of these."""
    return {"kind": kind, "ids": [str(row.id) for row in rows]}


def percent(share: int) -> dict[str, Any]:
    """So many percent off."""
    return {"reward_type": "percentage", "reward": {"basis_points": share * 100}}


def fixed(amount: int, channel: Channel | None = None, kind: str = "fixed") -> dict[str, Any]:
    """So much off in a channel, or what a unit costs instead (`kind="fixed_price"`)."""
    return {"reward_type": kind, "reward": {"amounts": {str((channel or make_channel()).id): amount}}}


def promote(
    *rules: dict[str, Any],
    kind: str = "catalogue",
    channels: Collection[Channel] | None = None,
    budgets: dict[str, int] | None = None,
    **changes: Any,
) -> Promotion:
    """A promotion with these rules, in the default channel unless others are named."""
    where = [make_channel()] if channels is None else channels
    promotion = create_promotion(
        kind=kind,
        changes={"name": "Sale", **changes},  # type: ignore[typeddict-item]
        channel_ids=[channel.id for channel in where],
        budgets=budgets,
        actor=MERCHANT,
    )
    for rule in rules:
        create_rule(promotion_id=promotion.id, changes=rule, actor=MERCHANT)  # type: ignore[arg-type]
    promotion.refresh_from_db()
    return promotion


def price_of(variant: ProductVariant, channel: Channel | None = None) -> tuple[int, int]:
    """What carts read at this moment: the amount and the undiscounted one."""
    from commerce.checkout.offers import offers_in

    offer = offers_in([variant.id], [(channel or make_channel()).id])[variant.id, (channel or make_channel()).id]
    assert offer.amount is not None
    assert offer.undiscounted is not None
    return offer.amount, offer.undiscounted
