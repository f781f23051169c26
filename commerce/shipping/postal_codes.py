"""Comparing postal codes of any country, as people write them.

A code is first brought into one spelling: capitals and digits only, without the country's own code in front, and, where
a part has no fixed length, with that part padded. After that, comparing texts compares codes:

    GB  "e1 6an" -> "E 01 6AN"    "EC1A 1BB" -> "EC01A1BB"    so that E2 comes before E10, and E does not mean EC
    LV  "LV-1010" -> "1010"       US "94043-1234" -> "940431234"      NL "1012 ab" -> "1012AB"

British codes: an area of one or two letters, a district of one or two digits and perhaps a letter, then a digit and two
letters (https://ideal-postcodes.co.uk/guides/uk-postcode-format). Those of the Crown dependencies are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST: Final = 20
_OTHER: Final = re.compile(r"[^0-9A-Z]+", re.ASCII)
_BRITISH: Final = frozenset({"GB", "GG", "IM", "JE"})
_BRITISH_FULL: Final = re.compile(r"([A-Z]{1,2})([0-9]{1,2})([A-Z]?)([0-9][A-Z]{2})\Z", re.ASCII)
_BRITISH_PART: Final = re.compile(r"([A-Z]{1,2})(?:([0-9]{1,2})([A-Z]?))?\Z", re.ASCII)
_BRITISH_SECTOR: Final = re.compile(r"([A-Z]{1,2})([0-9]{1,2})([A-Z]?) +([0-9][A-Z]{0,2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class CodeRange:
    """The codes of a country between two bounds, which belong to it; without an end those that begin with `start`.

    A bound that is shorter than a code stands for all that begin with it: 10 to 12 holds 12999.
    """

    country: str
    start: str
    end: str = ""

    def holds(self, country: str, code: str) -> bool:
        """Whether `code`, as an address has it, is among them."""
        found = canonical(country, code)
        if country != self.country or not found:
            return False
        return self.low <= found and found[: len(self.high)] <= self.high

    @property
    def low(self) -> str:
        """The one spelling of the first bound."""
        return canonical(self.country, self.start)

    @property
    def high(self) -> str:
        """The one spelling of the last bound: a code belongs whose beginning, of that length, is not above it."""
        return canonical(self.country, self.end or self.start)

    @property
    def is_empty(self) -> bool:
        """Whether no code can be in it: a bound that is no code, or an end before the start."""
        return not self.low or not self.high or self.low[: len(self.high)] > self.high


@lru_cache(maxsize=10_000)
def canonical(country: str, code: str) -> str:
    """The one spelling of `code`, or of the beginning of one; empty if nothing in it can be part of a code."""
    written = unicodedata.normalize("NFKC", code).upper().strip()
    if country in _BRITISH:
        return _british(written)
    plain = _OTHER.sub("", written)
    if plain[:2] == country and plain[2:3].isdigit():
        plain = plain[2:]
    return plain


def allows(country: str, code: str, *, only: Iterable[CodeRange], never: Iterable[CodeRange]) -> bool:
    """Whether a parcel may go there: in one of `only`, if they name this country at all, and in none of `never`."""
    wanted = [each for each in only if each.country == country]
    if wanted and not any(each.holds(country, code) for each in wanted):
        return False
    return not any(each.holds(country, code) for each in never)


def _british(written: str) -> str:
    spaced = " ".join(_OTHER.sub(" ", written).split())
    plain = spaced.replace(" ", "")
    found = _BRITISH_SECTOR.match(spaced) or _BRITISH_FULL.match(plain) or _BRITISH_PART.match(plain)
    if found is None:
        return plain
    area, district, letter, *inward = found.groups()
    if district is None:
        return f"{area:2}"
    return f"{area:2}{int(district):02d}" + (f"{letter or ' '}{inward[0]}" if inward else letter or "")
