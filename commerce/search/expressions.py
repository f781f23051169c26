"""Searches as PostgreSQL's tsquery. Words are letters and digits only (`search_words`): nothing is to be escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commerce.search.reading import Group, Query, Words

_SHORTEST_JOINED: Final = 4
NO_MATCH: Final = "'^'"
"""Matches nothing: no name and no word is that."""


def all_words(query: Query) -> str:
    """Every group, and the last word may be just begun; or all of it written together (`t shirt`, `tshirt`)."""
    every = _every(query.groups)
    if len(query.groups) > 1 and len(query.compact) >= _SHORTEST_JOINED:
        return f"({every}) | {_word(query.compact, begun=True)}"
    return every


def most_words(query: Query) -> str:
    """All groups but one, whichever that is."""
    return " | ".join(f"({_every(query.without(place).groups)})" for place in range(len(query.groups)))


def any_word(query: Query) -> str:
    """One group at least."""
    last = len(query.groups) - 1
    return " | ".join(_group(group, begun=place == last) for place, group in enumerate(query.groups))


def starts_with(query: Query) -> str:
    """That a name begins with the search, all its words in their order."""
    return f"'^{query.phrase}':*"


def is_code(query: Query) -> str:
    """That a SKU, a barcode or an external reference is the search."""
    return f"'={query.compact[:300]}'"


def one_word(word: str, *, begun: bool) -> str:
    """A single word."""
    return _word(word, begun=begun)


def words_before(query: Query) -> str | None:
    """All groups but the last; None if there is no other."""
    return _every(query.groups[:-1], complete=True) if len(query.groups) > 1 else None


def _every(groups: Sequence[Group], *, complete: bool = False) -> str:
    last = -1 if complete else len(groups) - 1
    return " & ".join(_group(group, begun=place == last) for place, group in enumerate(groups))


def _group(group: Group, *, begun: bool) -> str:
    alternatives = [_words(group.own, begun=begun), *(_words(other) for other in group.others)]
    return alternatives[0] if len(alternatives) == 1 else f"({' | '.join(alternatives)})"


def _words(words: Words, *, begun: bool = False) -> str:
    if len(words) == 1:
        return _word(words[0], begun=begun)
    last = len(words) - 1
    return f"({' & '.join(_word(word, begun=begun and place == last) for place, word in enumerate(words))})"


def _word(word: str, *, begun: bool = False) -> str:
    return f"'{word}':*" if begun else f"'{word}'"
