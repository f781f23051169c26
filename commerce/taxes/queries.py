"""Which tax a country puts on goods and shipping."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Final, NamedTuple

from commerce.channels.models import Channel
from commerce.channels.queries import CHANNEL_COLUMNS, channel_of, no_such_channel, require_open
from commerce.core.statements import Statement
from commerce.core.text import is_storable
from commerce.taxes.rates import Rates


class RateRow(NamedTuple):
    """What a country puts on prices, in percent."""

    country: str
    percent: Decimal


_RATES: Final = Statement(
    "tax_rates_of_countries",
    RateRow,
    "SELECT country, percent FROM taxes_taxrate WHERE country = ANY($1)",
    "text[]",
)


_CHANNEL_SQL: Final = """
SELECT {columns}, coalesce((SELECT percent FROM taxes_taxrate WHERE country = channel.default_country), 0)
  FROM channels_channel AS channel
 WHERE slug = $1
"""
# The columns of a channel, then the percentage.
_CHANNEL: Final[Statement[tuple[Any, ...]]] = Statement(
    "channel_with_its_tax_rate", tuple, _CHANNEL_SQL.format(columns=", ".join(CHANNEL_COLUMNS)), "text"
)


def taxed_channel(slug: str | None) -> tuple[Channel, Decimal]:
    """The open channel `slug` with the percentage of its default country, with which its prices are shown.

    One statement for what nearly every page begins with. Raises as channels.queries.active_channel does.
    """
    row = _CHANNEL.first(slug) if slug and is_storable(slug) else None
    if row is None:
        raise no_such_channel(slug)
    channel = channel_of(row[:-1])
    require_open(channel)
    return channel, row[-1]


def rates_for(countries: Collection[str]) -> dict[str, Rates]:
    """The percentages of each country, in one statement; 0 where the merchant has entered none."""
    wanted = set(countries)
    known = dict(_RATES.all(list(wanted))) if wanted else {}
    percents = {country: known.get(country, Decimal(0)) for country in wanted}
    return {country: Rates(default=percent, shipping=percent) for country, percent in percents.items()}


def rate_for(country: str) -> Decimal:
    """The default percentage of one country, e.g. Decimal("19.0000")."""
    return rates_for([country])[country].default
