"""The lowest price before a reduction."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.core import money
from commerce.pricing.prior import lowest_prior_prices
from commerce.pricing.totals import taxed
from schema.context import RequestContext
from schema.pricing.source import VariantPrice


def load_lowest_prior(prices: Sequence[VariantPrice], context: RequestContext) -> list[money.TaxedMoney | None]:
    """The lowest price that everybody paid in the 30 days before the present reduction began; null without one.

    What article 6a of the EU directive 98/6/EC wants to be shown beside a reduced price. Null, too, for what was never
    sold at another price.
    """
    found = lowest_prior_prices([price.key for price in prices])
    amounts = [found.get(price.key) for price in prices]
    return [
        None if amount is None else taxed(amount, price.terms) for amount, price in zip(amounts, prices, strict=True)
    ]
