"""How far words are apart, and which of some similar ones was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from commerce.core.statements import Parameter
from commerce.search.expressions import one_word
from commerce.search.statements import KNOWN_WORDS, SIMILAR_WORDS, SimilarRow

SHORTEST: Final = 4
"""Shorter words are taken as they are written."""
LONG: Final = 8
"""From this length on a word may be two edits off."""
_MOST_TRIED: Final = 6

Channel = tuple[Parameter, bool]
"""The channel's id, and whether hidden products count, too."""


def tolerance(word: str) -> int:
    """How many letters may be wrong, missing, too many or swapped with their neighbour. None in what has digits."""
    if len(word) < SHORTEST or any(char.isdigit() for char in word):
        return 0
    return 1 if len(word) < LONG else 2


def distance(one: str, other: str) -> int:
    """Edits from one word to the other: letters added, left out, replaced, or swapped with the next one.

    Optimal string alignment, https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, char in enumerate(one, 1):
        above, row, older = row, [place], before
        before = above
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, row[-1] + 1, above[column - 1] + (char != wanted))
            if column > 1 and place > 1 and char == other[column - 2] and one[place - 2] == wanted:
                cost = min(cost, older[column - 2] + 1)
            row.append(cost)
    return row[-1]


def unknown_words(words: Sequence[str], shop: Channel) -> list[str]:
    """Those of the words that no product has which counts in the channel; the last may be just begun."""
    queries = [one_word(word, begun=place == len(words) - 1) for place, word in enumerate(words)]
    known = {row.word for row in KNOWN_WORDS.all(*shop, list(words), queries)}
    return [word for word in words if word not in known]


def corrections(words: Sequence[str], shop: Channel) -> Mapping[str, str]:
    """What each of the words was probably meant to be, among words that some product has which counts in the channel.

    The fewest edits win, then the same first letter, then the word that is in more products.
    """
    asked = [word for word in words if tolerance(word)]
    if not asked:
        return {}
    likely: dict[str, list[tuple[tuple[int, bool, int], str]]] = {}
    for row in SIMILAR_WORDS.all(asked):
        edits = distance(row.asked, row.word)
        if 0 < edits <= tolerance(row.asked):
            likely.setdefault(row.asked, []).append((_badness(row, edits), row.word))
    tried = {word: [other for _, other in sorted(found)[:_MOST_TRIED]] for word, found in likely.items()}
    every = list(dict.fromkeys(other for others in tried.values() for other in others))
    known = {row.word for row in KNOWN_WORDS.all(*shop, every, [one_word(word, begun=False) for word in every])}
    found = {word: next((other for other in others if other in known), None) for word, others in tried.items()}
    return {word: other for word, other in found.items() if other is not None}


def _badness(row: SimilarRow, edits: int) -> tuple[int, bool, int]:
    return edits, row.asked[0] != row.word[0], -row.documents
