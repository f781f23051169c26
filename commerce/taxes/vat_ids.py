"""VAT identification numbers of the European Union: their form and their check digits, country by country.

Form: https://ec.europa.eu/taxation_customs/vies/ (FAQ, question 11). All member states have published how check digits
are reckoned, and python-stdnum reckons them. Whether a number is given out, and to whom, only VIES knows; a tax service
may ask there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from commerce.taxes.errors import InvalidVatId

# By the member state's code in ISO 3166; Greece writes EL in its numbers.
FORMS: Final[Mapping[str, str]] = {
    "AT": r"ATU\d{8}",
    "BE": r"BE[01]\d{9}",
    "BG": r"BG\d{9,10}",
    "CY": r"CY\d{8}[A-Z]",
    "CZ": r"CZ\d{8,10}",
    "DE": r"DE\d{9}",
    "DK": r"DK\d{8}",
    "EE": r"EE\d{9}",
    "ES": r"ES(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])",
    "FI": r"FI\d{8}",
    "FR": r"FR[A-HJ-NP-Z0-9]{2}\d{9}",
    "GR": r"EL\d{9}",
    "HR": r"HR\d{11}",
    "HU": r"HU\d{8}",
    "IE": r"IE(?:\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-W][A-I])",
    "IT": r"IT\d{11}",
    "LT": r"LT(?:\d{9}|\d{12})",
    "LU": r"LU\d{8}",
    "LV": r"LV\d{11}",
    "MT": r"MT\d{8}",
    "NL": r"NL[A-Z0-9+*]{10}\d{2}",
    "PL": r"PL\d{10}",
    "PT": r"PT\d{9}",
    "RO": r"RO\d{2,10}",
    "SE": r"SE\d{12}",
    "SI": r"SI\d{8}",
    "SK": r"SK\d{10}",
}
"""How the numbers of each member state are written."""
_PATTERNS: Final = {country: re.compile(rf"{form}\Z", re.ASCII) for country, form in FORMS.items()}
_PUNCTUATION: Final = re.compile(r"[\s.\-]+")
_LONGEST: Final = 40

EU: Final = frozenset(FORMS)
"""The member states by their ISO 3166 codes."""


def checked_vat_id(text: str) -> str:
    """The number in capitals without spaces, dots and dashes; "" for none.

    Raises InvalidVatId at ("vat_id",) for what has the form of no member state, or wrong check digits.
    """
    written = _PUNCTUATION.sub("", text[: _LONGEST + 1]).upper()
    if not written and not text.strip():
        return ""
    country = None if len(text) > _LONGEST else country_of_vat_id(written)
    if country is None:
        raise InvalidVatId("This is not a VAT id of the European Union, e.g. DE123456788.", path=("vat_id",))
    if not _has_its_check_digits(written, country):
        raise InvalidVatId("This VAT id is mistyped: its check digits are wrong.", path=("vat_id",))
    return written


def _has_its_check_digits(vat_id: str, country: str) -> bool:
    if country == "SE":
        # The last two are no check digits, but count the registrations of one business.
        vat_id = f"{vat_id[:-2]}01"
    try:
        vat.validate(vat_id)
    except ValidationError:
        return False
    return True


def country_of_vat_id(vat_id: str) -> str | None:
    """The ISO 3166 code of the member state whose form this is; None for none.

    Check digits are not looked at: what was once taken goes on to count.
    """
    country = "GR" if vat_id.startswith("EL") else vat_id[:2]
    pattern = _PATTERNS.get(country)
    return country if pattern is not None and pattern.match(vat_id) else None
