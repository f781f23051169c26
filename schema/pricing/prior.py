"""The lowest price before a reduction."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.core import money
from commerce.pricing.prior import lowest_prior_prices
from commerce.pricing.totals import taxed
from schema.channels.scope import for_channels
from schema.context import RequestContext
from schema.pricing.source import VariantPrice


def load_lowest_prior(prices: Sequence[VariantPrice], context: RequestContext) -> list[money.TaxedMoney | None]:
    """The lowest price that everybody paid in the 30 days before the present reduction began; null without one.

    What article 6a of the EU directive 98/6/EC wants to be shown beside a reduced price. Null, too, for what was never
    sold at another price.
    """

    def load(channel: object, members: list[VariantPrice]) -> list[money.TaxedMoney | None]:
        found = lowest_prior_prices([price.variant_id for price in members], members[0].channel.id)
        amounts = [found.get(str(price.variant_id)) for price in members]
        return [
            None if amount is None else taxed(amount, price.terms)
            for amount, price in zip(amounts, members, strict=True)
        ]

    return for_channels(prices, [price.channel for price in prices], load)
