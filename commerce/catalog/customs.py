"""What customs ask about goods: the tariff code of the Harmonized System, and the country where they were made."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError

from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput

_HS_CODE: Final = re.compile(r"\d{6,13}", re.ASCII)


def checked_hs_code(text: str | None) -> str | None:
    """A code of the Harmonized System as its digits, without the dots and spaces of tables; None for an empty text.

    Six digits are the world's (https://www.wcoomd.org/en/topics/nomenclature.aspx); countries append up to seven of
    their own. Raises InvalidInput.
    """
    code = re.sub(r"[ .]", "", text or "")
    if not code:
        return None
    if not _HS_CODE.fullmatch(code):
        raise InvalidInput("An HS code has 6 to 13 digits.", path=("hsCode",))
    return code


def checked_origin(text: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country, in capitals; None for an empty text. Raises InvalidInput."""
    code = (text or "").strip().upper()
    if not code:
        return None
    if code not in COUNTRIES:
        raise InvalidInput("A country goes by its ISO 3166-1 code of two letters.", path=("countryOfOrigin",))
    return code


def validate_hs_code(value: str) -> None:
    """Raise Django's ValidationError unless `value` is stored as it stands."""
    if not _HS_CODE.fullmatch(value):
        raise ValidationError("An HS code has 6 to 13 digits.")


def validate_origin(value: str) -> None:
    """Raise Django's ValidationError unless `value` is a country's code in capitals."""
    if value not in COUNTRIES:
        raise ValidationError("A country goes by its ISO 3166-1 code of two capital letters.")
