"""What more units cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import strawberry

from commerce.core import money
from commerce.pricing.lists import tiers
from commerce.pricing.totals import taxed
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import TaxedMoney
from schema.pricing.source import VariantPrice, lists_of


class TierPrice(NamedTuple):
    """Source of PriceTier."""

    minimum_quantity: int
    price: money.TaxedMoney


@strawberry.type(description="What each unit costs from so many units on.")
class PriceTier:
    """Source: TierPrice."""

    minimum_quantity: int = leaf("From so many units of the variant on in one cart.")
    price: TaxedMoney = nested("price", "The price of each unit, taxed as in the channel's default country.")


def load_tiers(prices: Sequence[VariantPrice], context: RequestContext) -> list[list[TierPrice]]:
    """What a unit costs if more than one is bought, as far as that is something else; in the order of quantities."""

    lists = lists_of(context, [(price.channel.id, price.variant_id) for price in prices])
    return [
        [
            TierPrice(tier.minimum_quantity, taxed(tier.amount, price.terms))
            for tier in tiers(price.public, lists[price.channel.id, price.variant_id])
        ]
        for price in prices
    ]
