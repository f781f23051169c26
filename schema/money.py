"""Money as the API shows it."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from commerce.channels.models import Channel
from commerce.core import money
from commerce.core.errors import InvalidInput
from schema.fields import computed, leaf, nested


def _amount(price: money.Money) -> float:
    """The amount in major units, e.g. 12.5. Use minorAmount to reckon exactly."""
    # Division is correctly rounded, so the shortest text of the result is the exact amount.
    return price.amount / money.scale(price.currency)


def _minor_amount(price: money.Money) -> str:
    """The exact amount in minor units (cents, yen), as an integer in text: GraphQL's Int has 32 bits only."""
    return str(price.amount)


def _fraction_digits(price: money.Money) -> int:
    """How many minor digits the currency has: 2 for EUR, 0 for JPY."""
    return money.exponent(price.currency)


@strawberry.type(description="An amount of money in one currency.")
class Money:
    """Source: commerce.core.money.Money."""

    currency: str = leaf("ISO 4217 code of the currency.")

    amount: float = computed(_amount)
    minor_amount: str = computed(_minor_amount)
    fraction_digits: int = computed(_fraction_digits)


@strawberry.type(description="A price without tax (net), with tax (gross), and the tax between them.")
class TaxedMoney:
    """Source: commerce.core.money.TaxedMoney."""

    currency: str = leaf("ISO 4217 code of the currency.")
    net: Money = nested("net", "The price without tax.")
    gross: Money = nested("gross", "The price with tax.")
    tax: Money = nested("tax", "gross - net.")


@strawberry.type(description="The lowest and the highest of several prices.")
class TaxedMoneyRange:
    """Source: anything with start and stop."""

    start: TaxedMoney | None = nested("start", "The lowest price.", recurring=True)
    stop: TaxedMoney | None = nested("stop", "The highest price.", recurring=True)


def minor_units(amount: Decimal, currency: str, *, path: tuple[str, ...]) -> int:
    """Minor units of an amount that came in as PositiveDecimal. InvalidInput with more digits than the currency has."""
    try:
        return money.parse_amount(format(amount, "f"), currency)
    except InvalidInput as error:
        raise error.at(*path) from None


def shown(price: money.TaxedMoney, channel: Channel | None) -> money.Money:
    """The one amount of `price` that the channel's shoppers are shown: with tax, or without."""
    return price.gross if channel is not None and channel.display_gross_prices else price.net
