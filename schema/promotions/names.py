"""What promotions are called, in the language that is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from commerce.promotions.translations import promotion_names
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum


class Named(NamedTuple):
    """A name, the promotion that has it (None: it stays as it is), and the language that somebody reads."""

    promotion_id: str | None
    name: str
    language: LanguageCodeEnum | None


def translated(named: Sequence[Named], context: RequestContext) -> list[str]:
    """Each name in its language, as it is where there is none. One statement for each language, or none."""
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for each in named:
        if each.promotion_id is not None and each.language is not None:
            asked[each.language.value].append(each.promotion_id)
    known: dict[tuple[str, str], str] = {}
    for language, keys in asked.items():
        for key, found in _known(language, keys, context).items():
            if found is not None:
                known[language, key] = found
    return [
        each.name
        if each.promotion_id is None or each.language is None
        else known.get((each.language.value, each.promotion_id), each.name)
        for each in named
    ]


def _known(language: str, keys: list[str], context: RequestContext) -> dict[str, str | None]:
    def find(missing: list[str]) -> dict[str, str | None]:
        found = promotion_names(missing, language)
        return {key: found.get(key) for key in missing}

    names: dict[str, str | None] = context.known(("names of promotions", language), keys, find)
    return {key: names[key] for key in keys}
