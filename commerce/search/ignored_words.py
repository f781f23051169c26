"""Words that say nothing in a search, for the languages that most shops speak; merchants add and take away.

Articles, and the commonest prepositions, conjunctions and pronouns: few, because a word that is passed over cannot be
found by. Folded as documents are (lower case, without accents).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WORDS: Final = {
    "en": "a an and are as at be by for from in into is it its of on or that the this to was with your",
    "de": (
        "aber als am an auch auf aus bei das dem den der des die ein eine einem einen einer eines fur im in ist mit"
        " oder sich und von vom zu zum zur"
    ),
    "fr": "a au aux avec ce ces cette d dans de des du en et l la le les ou par pour que qui sur un une",
    "es": "a al con de del e el en es la las lo los o para por que se sin su un una unas unos y",
    "it": "a ad al alla alle ai con da dal del della delle dei di e ed gli i il in l la le lo o per su un una uno",
    "nl": "aan al als bij dat de den der die dit door een en het in is met naar of om op over te tot uit van voor",
    "pl": "a albo ale dla do i in jest lub na nad o od oraz po pod przy sie to w we z za ze",
    "pt": "a ao aos as com da das de do dos e em na nas no nos o os ou para pela pelo por que sem um uma",
}

IGNORED: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split()) for language, words in _WORDS.items()
}
"""Language (without a region) -> its words."""


def ignored_words(languages: list[str]) -> frozenset[str]:
    """The words of all of these languages."""
    return frozenset().union(*(IGNORED.get(language, frozenset()) for language in languages))
