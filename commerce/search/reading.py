"""What a search says: its words, without those that say nothing, and what else they may be called.

Reading never fails but for a text that is too long: whatever is no letter and no digit separates words, and a text
without any has no words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from django.conf import settings

from commerce.core.errors import InvalidInput
from commerce.core.statements import Statement
from commerce.search.ignored_words import ignored_words
from commerce.search.provider import LONGEST_TEXT, MOST_WORDS

LONGEST_PHRASE: Final = 3
"""How many words a term of a synonym may have."""
_MOST_ALTERNATIVES: Final = 20
_MIXED: Final = re.compile(r"(?P<letters>[^\W\d_]{3,})(?P<digits>\d+)")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

Words = tuple[str, ...]


class ReadRow(NamedTuple):
    """The words, those of them that the merchant has decided on, and the synonyms that begin with some of them."""

    words: list[str]
    decided_json: str | None
    synonyms_json: str | None


_READ_SQL: Final = """
WITH said AS MATERIALIZED (SELECT (search_words(search_fold($1)))[1:{most}] AS words),
     phrase AS MATERIALIZED (
        SELECT array_agg(array_to_string(words[place : place + more], ' ')) AS phrases
          FROM said, generate_series(1, {most}) AS place, generate_series(0, {more}) AS more
         WHERE place + more <= cardinality(words)
     )
SELECT said.words,
       (SELECT json_object_agg(stop.folded_word, stop.is_ignored)::text
          FROM search_stopword AS stop
         WHERE stop.language = ANY($2) AND stop.folded_word = ANY(said.words)),
       (SELECT json_agg(json_build_array(synonym.folded_terms, synonym.folded_synonyms))::text
          FROM search_synonym AS synonym
         WHERE synonym.folded_terms && phrase.phrases AND (synonym.language = '' OR synonym.language = ANY($2)))
  FROM said, phrase
"""
_READ: Final = Statement(
    "search_reading",
    ReadRow,
    _READ_SQL.format(most=MOST_WORDS, more=LONGEST_PHRASE - 1),
    "text",
    "text[]",
)


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a search: one of its alternatives is enough, of which all words are needed."""

    own: Words
    others: tuple[Words, ...] = ()

    @property
    def alternatives(self) -> tuple[Words, ...]:
        """What was written, then what it may be called instead."""
        return (self.own, *self.others)


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was read. `phrase` has all its words; `groups` leave out those that say nothing."""

    phrase: str
    groups: tuple[Group, ...]

    @property
    def compact(self) -> str:
        """All letters and digits in one: how a SKU is written without its punctuation."""
        return self.phrase.replace(" ", "")

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for as they were written."""
        return tuple(word for group in self.groups for word in group.own)

    def without(self, place: int) -> Query:
        """The same without one of its groups."""
        return replace(self, groups=self.groups[:place] + self.groups[place + 1 :])


def readable(text: str) -> str:
    """`text` as PostgreSQL can hold it. Raises InvalidInput if it is longer than LONGEST_TEXT."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"A search has {LONGEST_TEXT} characters at most.", path=("search",))
    return _UNSTORABLE.sub(" ", text)


def languages_of(tag: str | None) -> list[str]:
    """The tags whose words count: `pt-BR` and `pt`. Without a tag, those of the shop's own language."""
    parts = (tag or settings.SEARCH_LANGUAGE).split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def read_query(text: str, language: str | None) -> Query:
    """What `text` asks for, in one statement. Raises InvalidInput if it is longer than LONGEST_TEXT."""
    languages = languages_of(language)
    row = _READ.first(readable(text), languages)
    if row is None or not row.words:
        return Query("", ())
    decided: dict[str, bool] = json.loads(row.decided_json) if row.decided_json else {}
    standard = ignored_words(languages)
    kept = [word for word in row.words if not decided.get(word, word in standard)]
    synonyms = _synonyms(json.loads(row.synonyms_json) if row.synonyms_json else [])
    # Nothing but such words: then they are what is looked for.
    return Query(" ".join(row.words), tuple(_groups(row.words, kept or row.words, synonyms)))


def _synonyms(rows: Sequence[Sequence[Sequence[str]]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for terms, synonyms in rows:
        for term in terms:
            # One-way synonyms mean the terms alike, too.
            found.setdefault(term, []).extend(other for other in (*terms, *synonyms) if other != term)
    return found


def _groups(words: Sequence[str], kept: Sequence[str], synonyms: Mapping[str, list[str]]) -> Iterator[Group]:
    place, minded = 0, set(kept)
    while place < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
            own = tuple(words[place : place + length])
            others = [tuple(other.split()) for other in synonyms.get(" ".join(own), ())]
            if others or length == 1:
                break
        if others or own[0] in minded:
            others += _in_parts(own[0]) if len(own) == 1 else []
            yield Group(own, tuple(dict.fromkeys(others))[:_MOST_ALTERNATIVES])
        place += len(own)


def _in_parts(word: str) -> list[Any]:
    mixed = _MIXED.fullmatch(word)
    return [(mixed["letters"], mixed["digits"])] if mixed else []
