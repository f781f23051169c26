"""The languages that content and people can have: those of the Unicode CLDR, through Babel.

A language is stored as its BCP 47 tag (`en`, `pt-BR`, `zh-Hans-CN`) and named in GraphQL by the same in upper snake
case (`EN`, `PT_BR`, `ZH_HANS_CN`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from babel import Locale, localedata

# Language, script, region. Spelling variants (ca_ES_VALENCIA) are no languages of their own.
_PLAIN: Final = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|\d{3}))?")

LANGUAGE_TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {name.upper(): name.replace("_", "-") for name in sorted(localedata.locale_identifiers()) if _PLAIN.fullmatch(name)}
)
"""BCP 47 tags by their names in GraphQL, in alphabetical order."""


def language_enum_name(tag: str) -> str:
    """`PT_BR` for `pt-BR`."""
    return tag.replace("-", "_").upper()


@cache
def language_name(tag: str) -> str:
    """The English name of a language: `Portuguese (Brazil)`. KeyError for a tag that LANGUAGE_TAGS does not have."""
    return Locale.parse(LANGUAGE_TAGS[language_enum_name(tag)], sep="-").get_display_name("en") or tag
