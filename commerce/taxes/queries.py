"""Which tax a country puts on goods and shipping."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final, NamedTuple

from commerce.core.statements import Statement


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


def rates_for(countries: Collection[str]) -> dict[str, Decimal]:
    """The percentage of each country, in one statement; 0 where the merchant has entered none."""
    wanted = set(countries)
    known = dict(_RATES.all(list(wanted))) if wanted else {}
    return {country: known.get(country, Decimal(0)) for country in wanted}


def rate_for(country: str) -> Decimal:
    """The percentage of one country, e.g. Decimal("19.0000")."""
    return rates_for([country])[country]
