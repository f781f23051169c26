"""Which tax a country puts on goods and shipping."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from commerce.taxes.models import TaxRate


def rates_for(countries: Collection[str]) -> dict[str, Decimal]:
    """The percentage of each country, in one statement; 0 where the merchant has entered none."""
    wanted = set(countries)
    known = dict(TaxRate.objects.filter(country__in=wanted).values_list("country", "percent")) if wanted else {}
    return {country: known.get(country, Decimal(0)) for country in wanted}


def rate_for(country: str) -> Decimal:
    """The percentage of one country, e.g. Decimal("19.0000")."""
    return rates_for([country])[country]
