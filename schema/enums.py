"""Enums that several domains share: languages, countries, directions, picture formats."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from commerce.core.countries import COUNTRIES
from commerce.core.languages import LANGUAGE_TAGS

if TYPE_CHECKING:

    class LanguageCodeEnum(Enum):
        """A language, with a region where that matters; the value is the BCP 47 tag that is stored."""

        value: str

    class CountryCode(Enum):
        """ISO 3166-1 alpha-2; the value is the code itself."""

        value: str

else:
    LanguageCodeEnum = strawberry.enum(
        Enum("LanguageCodeEnum", dict(LANGUAGE_TAGS), module=__name__),
        description="A language (ISO 639-1), with a region where that matters.",
    )
    CountryCode = strawberry.enum(
        Enum("CountryCode", {code: code for code in COUNTRIES}, module=__name__),
        description="A country: ISO 3166-1 alpha-2.",
    )


def language_enum(tag: str) -> LanguageCodeEnum:
    """The enum member of a stored BCP 47 tag. ValueError for a tag that is not one of LANGUAGE_TAGS."""
    return LanguageCodeEnum(tag)


@strawberry.enum(description="Which way a list is sorted.")
class OrderDirection(Enum):
    """Smallest first or largest first."""

    ASC = "asc"
    DESC = "desc"


@strawberry.enum(description="The file format of a smaller copy of a picture.")
class ThumbnailFormatEnum(Enum):
    """The values are those that are stored."""

    ORIGINAL = "ORIGINAL"
    AVIF = "AVIF"
    WEBP = "WEBP"


@strawberry.type(description="A language.")
class LanguageDisplay:
    """Its code and its English name."""

    code: LanguageCodeEnum = strawberry.field(description="The code.")
    language: str = strawberry.field(description="The English name.")
