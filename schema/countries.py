"""Countries as the API shows them."""

from __future__ import annotations

import strawberry

from commerce.core.countries import COUNTRIES


@strawberry.type(description="A country.")
class CountryDisplay:
    """Its code and its English name."""

    code: str = strawberry.field(description="ISO 3166-1 alpha-2 code.")
    country: str = strawberry.field(description="The English name.")


def country_display(code: str) -> CountryDisplay:
    """The country of an ISO 3166-1 alpha-2 code; a code that ISO dropped is shown as its own name."""
    return CountryDisplay(code=code, country=COUNTRIES.get(code, code))
